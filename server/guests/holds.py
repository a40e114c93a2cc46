"""The only writer of holds: what head office says when a terminal asks for a guest's money, and what becomes of it.

Whoever changes holds locks, in this order, the counter of accounts, guests by id, holds. A request locks its guest only:
terminals hear of its hold from the next `sweep`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Sum,
)
from django.utils import timezone

from mqtt_bridge.wire import Authorise
from server.core.compiled import CompiledQuery, CompiledTransaction, Slot, compiled
from server.fleet.models import Enrolment, Terminal
from server.guests.models import Hold, touch_guests
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
_WANTED = {
    "terminal": BigIntegerField(),
    "company": BigIntegerField(),
    "store": BigIntegerField(),
    "epoch": BigIntegerField(),
    "request": CharField(),
    "replaces": CharField(),
    "guest": CharField(),
    "amount_minor": BigIntegerField(),
    "day": DateField(),
    "meal": CharField(),
    "meals": SmallIntegerField(),
    "now": DateTimeField(),
    "expires_at": DateTimeField(),
}
# Every table is asked for nothing but what its index begins with, for PostgreSQL plans once and knows nothing of a young table.
# Hence `found`, who may be anybody, apart from `guest`, whom the terminal may serve, and hence `CASE state` where `state = 'open'`
# would do: it would have all open holds read.
_GUEST = """
WITH found AS MATERIALIZED (
    SELECT * FROM guests_guest WHERE id = %(guest)s
), others AS (
    SELECT amount_minor, day, meal_code, meals FROM guests_hold
    WHERE guest_id = %(guest)s AND state = 'open'
    AND NOT (terminal_id = %(terminal)s AND request IN (%(request)s, %(replaces)s))
), guest AS (
    SELECT id, blocked, balance_minor, credit_limit_minor,
        (SELECT coalesce(sum(amount_minor), 0) FROM others) AS held_minor
    FROM found WHERE company_id = %(company)s AND (store_id IS NULL OR store_id = %(store)s) AND NOT "left"
)"""
_NOTE = """
INSERT INTO guests_hold (
    terminal_id, epoch, request, guest_id, amount_minor, day, meal_code, meals, state, reason, created_at, expires_at, announced
)
{guest}, decision AS MATERIALIZED (
    SELECT guest.id AS guest_id, CASE
        WHEN guest.id IS NULL THEN 'unknown_guest'
        WHEN guest.blocked THEN 'blocked'
        WHEN %(meals)s > 0 AND %(meal)s <> '' AND (
            EXISTS (SELECT 1 FROM others WHERE meals > 0 AND day = %(day)s AND meal_code = %(meal)s) OR EXISTS ({meals})
        ) THEN 'meal_used'
        WHEN %(amount_minor)s > guest.balance_minor + guest.credit_limit_minor - guest.held_minor THEN 'balance'
        ELSE '' END AS reason
    FROM (SELECT 1) AS request LEFT JOIN guest ON true
)
SELECT
    %(terminal)s, %(epoch)s, %(request)s, guest_id, %(amount_minor)s, %(day)s, %(meal)s, %(meals)s,
    CASE reason WHEN '' THEN 'open' ELSE 'refused' END, reason, %(now)s, %(expires_at)s, reason <> ''
FROM decision WHERE true
ON CONFLICT (request, terminal_id) DO NOTHING"""
_REPLACE = """
UPDATE guests_hold SET state = 'released', announced = false
WHERE request = %(replaces)s AND terminal_id = %(terminal)s AND state = (
    SELECT CASE state WHEN 'open' THEN state END FROM guests_hold WHERE request = %(request)s AND terminal_id = %(terminal)s
)"""
_ANSWER = """
{guest}
SELECT
    CASE hold.state WHEN 'open' THEN '' WHEN 'refused' THEN hold.reason ELSE 'spent' END,
    coalesce(guest.balance_minor, 0), coalesce(guest.held_minor, 0)
FROM guests_hold AS hold LEFT JOIN guest ON true
WHERE hold.request = %(request)s AND hold.terminal_id = %(terminal)s"""


def _statements() -> list[str]:
    meals = entitlement_tickets().filter(
        guest=Slot("guest", CharField()), business_day=Slot("day", DateField()), meal_code=Slot("meal", CharField())
    )
    note = _NOTE.format(guest=_GUEST, meals=compiled(meals.order_by().values_list("pk")))
    return [note, _REPLACE, _ANSWER.format(guest=_GUEST)]


_DECIDE = CompiledTransaction(
    "refectory_decide",
    parameters=_WANTED,
    locks="guests_guest WHERE id = %(guest)s",
    make=_statements,
    answer={"reason": CharField(), "balance_minor": BigIntegerField(), "held_minor": BigIntegerField()},
)


def _decide(sender: Sender, request: Authorise) -> Decision:
    """Note the request and what becomes of it, unless it is known, and tell what is noted."""
    now = timezone.now()
    reason, balance_minor, held_minor = _DECIDE(
        terminal=sender.terminal_id,
        company=sender.company_id,
        store=sender.store_id,
        epoch=request.epoch,
        request=request.request,
        replaces="" if request.replaces in (None, request.request) else request.replaces,
        guest=request.guest,
        amount_minor=request.amount_minor,
        day=request.day,
        meal=request.meal or "",
        meals=request.meals,
        now=now,
        expires_at=now + timedelta(seconds=settings.REFECTORY_HOLD_LIFETIME_S + GRACE_S),
    )
    lifetime_s = 0 if reason else settings.REFECTORY_HOLD_LIFETIME_S
    return Decision(not reason, reason, balance_minor, held_minor, lifetime_s)


def _release(sender: Sender, request: str) -> None:
    Hold.objects.filter(terminal=sender.terminal_id, request=request, state=Hold.State.OPEN).update(
        state=Hold.State.RELEASED, announced=False
    )
