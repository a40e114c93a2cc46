"""What the sorts of trouble mean for the people who deal with them."""

from django.utils.translation import gettext_lazy as _

from server.spool.models import Decision, Trouble

ADVICE = {
    Trouble.SIGNATURE: _(
        "Somebody sent this in the terminal's name without its key, or it was changed on its way. It counts for nothing. "
        "If it comes again and again, find out who can reach the broker."
    ),
    Trouble.FORK: _(
        "It is signed with the terminal's own key, but head office holds another entry with this number: the terminal's disk "
        "was copied, or put back from a copy, and both went on. The sales are real. Stop one of the two, enrol it anew, then "
        "take in its entries under a new branch: they are counted once."
    ),
    Trouble.TERMINAL: _(
        "Head office knows no such terminal or enrolment, or it was switched off or revoked. A terminal that is switched on "
        "again sends everything again by itself; what comes under a revoked enrolment counts for nothing."
    ),
    Trouble.GUEST: _("It names a guest head office does not know. Add the guest, then take it in again."),
    Trouble.STORE: _(
        "It names a store head office does not know in this terminal's company. Add the store, then take it in again."
    ),
    Trouble.UNREADABLE: _(
        "It is damaged, or was written by a newer release than this head office runs. After an update, take it in again."
    ),
    Trouble.DATABASE: _(
        "The database could not keep a value of it. Look at the detail below; take it in again once it fits."
    ),
}
"""What happened and what to do, one for each sort of trouble."""

MEANING = {
    Decision.Action.TAKE_IN: _("Read again and booked like any other. Choose this after the cause was put right."),
    Decision.Action.BRANCH: _(
        "Booked once, under an epoch of its own beside the terminal's journal. Choose this for what a copy of a terminal sold."
    ),
    Decision.Action.SET_ASIDE: _("Kept as it is and never booked. Say why; it can still be taken in later."),
}
"""What each decision does."""
