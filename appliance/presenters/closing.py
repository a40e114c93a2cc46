"""Why the terminal cannot sell, and what a person in charge should do."""

from __future__ import annotations

from appliance.flows.state import Closed

no_catalogue = Closed(
    reason=lambda tr: tr.say("No menu has arrived from head office yet."),
    advice=lambda tr: tr.say("This screen opens by itself once it has. Please check the connection to head office."),
)
catalogue_broken = Closed(
    reason=lambda tr: tr.say("The menu on this terminal is damaged."),
    advice=lambda tr: tr.say("Please publish the menu again at head office; this screen then opens by itself."),
)
journal_full = Closed(
    reason=lambda tr: tr.say("The disk of this terminal is full. Nothing was charged."),
    advice=lambda tr: tr.say("Please free some space; this screen then opens by itself."),
)
journal_broken = Closed(
    reason=lambda tr: tr.say("This terminal could not write to its disk. The last order may have been charged."),
    advice=lambda tr: tr.say("Please check the disk and restart the terminal. Your balance is shown at the counter."),
)
stopped = Closed(
    reason=lambda tr: tr.say("Head office has stopped this terminal: its records exist twice or were replaced."),
    advice=lambda tr: tr.say(
        "Nothing was charged. Please call a technician: the terminal may have to be enrolled again."
    ),
)
old_copy = Closed(
    reason=lambda tr: tr.say("The records of this terminal are an old copy: head office has newer ones of it."),
    advice=lambda tr: tr.say(
        "Nothing was charged. Please call a technician: the terminal has to be enrolled again. What was sold is not lost."
    ),
)

NOTHING_CHARGED = (journal_full, stopped)
"""What closes a terminal before a sale, and never leaves it open whether one was made."""
