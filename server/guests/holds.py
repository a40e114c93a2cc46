"""The only writer of holds: what head office says when a terminal asks for a guest's money, and what becomes of it.

Whoever changes holds locks, in this order, the counter of accounts, guests by id, holds. A request locks its guest only:
terminals hear of its hold from the next `sweep`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from mqtt_bridge.wire import Authorise
from server.core.compiled import CompiledInsert, CompiledQuery, Slot
from server.fleet.models import Enrolment, Terminal
from server.guests.models import Guest, Hold, touch_guests
from server.sales.meals import entitlement_tickets

GRACE_S = 30
"""A hold outlives the time its terminal may use it by this: a terminal that sold in the last moment and was cut off then is
taken for connected until the broker misses it, which takes one and a half times the keepalive of the bridge."""
LONGEST = timedelta(days=1)
"""However little is heard of its terminal, a hold ends after this."""
KEPT = timedelta(days=60)
"""How long requests that hold nothing are remembered."""


@dataclass(frozen=True)
class Decision:
    """What head office says to a request; `wire.Authorised` explains the fields."""

    granted: bool
    reason: str = ""
    balance_minor: int = 0
    held_minor: int = 0
    lifetime_s: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a request comes from, by one of the keys it had; `in_force` tells whether that is its present one."""

    terminal_id: int
    code: str
    shard: str
    store_id: int
    company_id: int
    epoch: int
    public_key: str
    in_force: bool


def asking(terminal: str, epoch: int) -> Sender | None:
    """Return whom a request of that terminal and epoch comes from; None when it was never enrolled so."""
    newest = True
    for found_epoch, public_key, revoked_at, active, *place in _ENROLMENTS(terminal=terminal):
        if found_epoch == epoch:
            return Sender(*place, epoch, public_key, newest and active and revoked_at is None)
        newest = False
    return None


def decide(sender: Sender, request: Authorise) -> Decision:
    """Answer a request and note the answer, all in one transaction. The request's signature has been checked.

    The same request again gets the same answer; one whose hold has come to its end is `spent`. Raises
    django.db.OperationalError when the database fails, with nothing done.
    """
    if not sender.in_force:
        return Decision(False, "switched_off")
    if request.kind == "probe":
        return Decision(True)
    if request.kind == "release":
        if request.replaces:
            _release(sender, request.replaces)
        return Decision(True)
    try:
        return _decide(sender, request)
    except IntegrityError:
        # The ticket of this very request arrived at the same moment.
        return _decide(sender, request)


def spend(terminal: Terminal, requests: Mapping[str, int]) -> None:
    """End the holds of these requests (with the epochs they were made in): their tickets are here.

    One never heard of leaves a tombstone, so that it is refused when it comes late. Call it within the transaction that
    moves the accounts, after that.
    """
    if not requests:
        return
    mine = Hold.objects.filter(terminal=terminal, request__in=requests)
    known = set(mine.values_list("request", flat=True))
    mine.update(state=Hold.State.CONSUMED, announced=True)
    Hold.objects.bulk_create(
        (
            Hold(terminal=terminal, epoch=requests[request], request=request, state=Hold.State.TOMBSTONE)
            for request in sorted(requests.keys() - known)
        ),
        update_conflicts=True,
        unique_fields=["terminal", "request"],
        update_fields=["state"],
    )


def guests_held_for(terminal: Terminal, requests: Collection[str]) -> set[str]:
    """Return the guests of whom these requests hold something, for terminals to hear when that ends."""
    held = Hold.objects.filter(terminal=terminal, request__in=requests, state=Hold.State.OPEN)
    return {guest_id for guest_id in held.values_list("guest", flat=True) if guest_id}


def held_minor() -> dict[str, dict[int, int]]:
    """Return what is held of every guest's money, by guest and terminal."""
    held: dict[str, dict[int, int]] = {}
    rows = Hold.objects.filter(state=Hold.State.OPEN, guest__isnull=False).order_by()
    for guest_id, terminal_id, amount_minor in rows.values_list("guest", "terminal").annotate(Sum("amount_minor")):
        held.setdefault(guest_id, {})[terminal_id] = amount_minor
    return held


def sweep(now: datetime | None = None, shard: str | None = None) -> int:
    """End holds that are over, and let terminals hear of every hold that began or ended; returns how many ended.

    A hold that has expired is over once its terminal is connected and head office has every entry it tells of: until
    then the sale may have been made. Only the spool of a terminal's `shard` (None: all) knows of its connection.
    """
    moment = now or timezone.now()
    over = list(_over(moment, shard).values_list("pk", "guest"))
    unannounced = list(Hold.objects.filter(announced=False).values_list("pk", "guest"))
    if not over and not unannounced:
        return 0
    with transaction.atomic():
        touch_guests(guest_id for _pk, guest_id in [*over, *unannounced] if guest_id)
        Hold.objects.filter(pk__in=[pk for pk, _guest in unannounced]).update(announced=True)
        ended = Hold.objects.filter(pk__in=[pk for pk, _guest in over], state=Hold.State.OPEN)
        return ended.update(state=Hold.State.RELEASED, announced=True)


def forget(now: datetime | None = None) -> None:
    """Forget requests of long ago that hold nothing."""
    moment = now or timezone.now()
    Hold.objects.exclude(state=Hold.State.OPEN).filter(created_at__lt=moment - KEPT).delete()


def _over(moment: datetime, shard: str | None) -> QuerySet[Hold]:
    journal = Enrolment.objects.filter(terminal=OuterRef("terminal"), epoch=OuterRef("epoch"))
    lacking = Subquery(journal.values(lacking=F("head_seq") - F("upto"))[:1])
    expired = Hold.objects.filter(state=Hold.State.OPEN, expires_at__lt=moment).alias(lacking=lacking)
    has_told_all = Q(terminal__online=True, lacking__lte=0)
    if shard is not None:
        has_told_all &= Q(terminal__shard=shard)
    return expired.filter(has_told_all | Q(created_at__lt=moment - LONGEST))


class _Guest(NamedTuple):
    pk: str
    company_id: int
    store_id: int | None
    left: bool
    blocked: bool
    balance_minor: int
    credit_limit_minor: int


class _Hold(NamedTuple):
    terminal_id: int
    request: str
    guest_id: str | None
    amount_minor: int
    day: date | None
    meal_code: str
    meals: int
    state: str
    reason: str


_ENROLMENTS = CompiledQuery(
    lambda: (
        Enrolment.objects.filter(terminal__code=Slot("terminal", CharField()), branch_of=None)
        .order_by("-epoch")
        .values_list(
            "epoch",
            "public_key",
            "revoked_at",
            "terminal__active",
            "terminal_id",
            "terminal__code",
            "terminal__shard",
            "terminal__store_id",
            "terminal__store__company_id",
        )
    )
)
# Each of these names nothing but what its index begins with: PostgreSQL plans them once, and knows nothing of a young table.
_GUEST = CompiledQuery(
    lambda: (
        Guest.objects.select_for_update(no_key=True)
        .filter(pk=Slot("guest", CharField()))
        .order_by()
        .values_list(*_Guest._fields)
    )
)
_HOLDS = CompiledQuery(
    lambda: (
        Hold.objects.filter(request__in=[Slot("request", CharField()), Slot("replaces", CharField())])
        .order_by()
        .values_list(*_Hold._fields)
        .union(
            Hold.objects.filter(guest=Slot("guest", CharField()), state=Hold.State.OPEN)
            .order_by()
            .values_list(*_Hold._fields)
        )
    )
)
_MEALS = CompiledQuery(
    lambda: (
        entitlement_tickets()
        .filter(
            guest=Slot("guest", CharField()),
            business_day=Slot("day", DateField()),
            meal_code=Slot("meal", CharField()),
        )
        .order_by()
        .values_list("pk")[:1]
    )
)
_NEW_HOLD = CompiledInsert(Hold)


def _release(sender: Sender, request: str) -> None:
    Hold.objects.filter(terminal=sender.terminal_id, request=request, state=Hold.State.OPEN).update(
        state=Hold.State.RELEASED, announced=False
    )


@transaction.atomic
def _decide(sender: Sender, request: Authorise) -> Decision:
    guest = _known(sender, request.guest)
    replaces = request.replaces or ""
    rows = [_Hold(*row) for row in _HOLDS(request=request.request, replaces=replaces, guest=guest.pk if guest else "")]
    asked = {row.request: row for row in rows if row.terminal_id == sender.terminal_id}
    again, replaced = asked.get(request.request), asked.get(replaces)
    others = [
        row
        for row in rows
        if guest and row.guest_id == guest.pk and row.state == Hold.State.OPEN and row not in (again, replaced)
    ]
    held = sum(row.amount_minor for row in others)
    if again:
        reason = {Hold.State.OPEN: "", Hold.State.REFUSED: again.reason}.get(Hold.State(again.state), "spent")
    else:
        reason = _refusal(guest, request, others, held)
        _note(sender, request, guest, reason)
        if replaced and not reason:
            _release(sender, replaced.request)
    return Decision(
        granted=not reason,
        reason=reason,
        balance_minor=guest.balance_minor if guest else 0,
        held_minor=held,
        lifetime_s=0 if reason else settings.REFECTORY_HOLD_LIFETIME_S,
    )


def _known(sender: Sender, guest_id: str) -> _Guest | None:
    """Lock the guest, if there is one whom that terminal may serve."""
    for guest in (_Guest(*row) for row in _GUEST(guest=guest_id)):
        if guest.company_id == sender.company_id and guest.store_id in (None, sender.store_id) and not guest.left:
            return guest
    return None


def _refusal(guest: _Guest | None, request: Authorise, others: Sequence[_Hold], held: int) -> str:
    """Why not, "" for a yes."""
    if guest is None:
        return "unknown_guest"
    if guest.blocked:
        return "blocked"
    if request.meals and request.day and request.meal:
        wanted = (request.day, request.meal)
        if any(hold.meals and (hold.day, hold.meal_code) == wanted for hold in others):
            return "meal_used"
        if _MEALS(guest=guest.pk, day=request.day, meal=request.meal):
            return "meal_used"
    if request.amount_minor > guest.balance_minor + guest.credit_limit_minor - held:
        return "balance"
    return ""


def _note(sender: Sender, request: Authorise, guest: _Guest | None, reason: str) -> None:
    now = timezone.now()
    _NEW_HOLD(
        terminal_id=sender.terminal_id,
        epoch=request.epoch,
        request=request.request,
        guest_id=guest.pk if guest else None,
        amount_minor=request.amount_minor,
        day=request.day,
        meal_code=request.meal or "",
        meals=request.meals,
        state=(Hold.State.REFUSED if reason else Hold.State.OPEN).value,
        reason=reason,
        created_at=now,
        expires_at=now + timedelta(seconds=settings.REFECTORY_HOLD_LIFETIME_S + GRACE_S),
        announced=bool(reason),
    )
