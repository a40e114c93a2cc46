"""Asking head office before an account pays, shared by till, kiosk and pass-through.

`Asking` is the waiting: one question at a time, everything a person does meanwhile kept in its order. `judge` is the decision:
what an answer means for the sale it was asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from appliance.flows import intents
from appliance.flows.clock import Clock
from appliance.store.accounts import AccountsMissing, Guest, UnsentOf
from appliance.store.authoriser import AuthorisationAnswered, Mode, Outcome
from appliance.store.terminal_store import TerminalStore
from hal.events import DrawerClosed, DrawerFailed, DrawerOpened, HealthChanged, PrintDone, PrintFailed
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.basket import Basket
from sales.errors import SalesError
from sales.funding import ShareReason
from sales.offline import check_offline
from sales.spending import check_spend

SHOWN_AFTER_S = 0.15
"""An answer that comes sooner is not worth a word on the screen."""
GIVE_UP_AFTER_S = 3.0
"""Longer than any deadline: head office cannot be asked if nobody has answered by then."""
_PASSES = (HealthChanged, PrintDone, PrintFailed, DrawerOpened, DrawerClosed, DrawerFailed)


class Asker(Protocol):
    """What of `appliance.store.authoriser.Authoriser` a flow needs."""

    @property
    def mode(self) -> Mode:
        """How the next question will be dealt with."""

    @property
    def since(self) -> datetime:
        """Since when the mode has been what it is (UTC)."""

    @property
    def last_answer_s(self) -> float | None:
        """How long head office took for its last answer; None before the first."""

    def ask(
        self,
        guest_id: str,
        amount_minor: int,
        day: date,
        meal_id: str | None,
        meals: int,
        replaces: str | None = None,
    ) -> str:
        """Ask; returns the request's id at once. One `AuthorisationAnswered` with that id follows on the bus."""

    def release(self, request: str) -> None:
        """Let go of what an earlier request holds: nothing will be sold with it."""


@dataclass(frozen=True)
class Spending:
    """What a guest's account is to pay of a basket, in minor units. `replaces` is an earlier request for the same basket."""

    guest: Guest
    basket: Basket
    amount_minor: int
    replaces: str | None = None

    @property
    def meals(self) -> int:
        """How many subsidised meals it uses."""
        return 1 if self.basket.bill.funding.reason is ShareReason.APPLIED else 0

    @property
    def needs_asking(self) -> bool:
        """Whether it takes anything that another terminal could take at the same moment."""
        return self.amount_minor > 0 or self.meals > 0


class Asking:
    """At most one question at a time. Used by the thread of its flow."""

    def __init__(self, asker: Asker, clock: Clock) -> None:
        self._asker = asker
        self._clock = clock
        self._request = ""
        self._then: Callable[[AuthorisationAnswered], None] | None = None
        self._asked_s = 0.0
        self._kept: deque[Any] = deque()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is waited for."""
        return self._then is not None

    @property
    def is_shown(self) -> bool:
        """Whether it has taken long enough to be said."""
        return self.is_waiting and self._clock.monotonic_s() - self._asked_s >= SHOWN_AFTER_S

    def ask(self, spending: Spending, then: Callable[[AuthorisationAnswered], None]) -> None:
        """Ask head office; `then` gets the answer, from `in_order` or `overdue`. Raises RuntimeError while one is waited for."""
        if self.is_waiting:
            raise RuntimeError("head office is being asked already")
        basket = spending.basket
        self._then, self._asked_s = then, self._clock.monotonic_s()
        self._request = self._asker.ask(
            spending.guest.guest_id,
            spending.amount_minor,
            basket.on,
            basket.meal_id,
            spending.meals,
            spending.replaces,
        )

    def let_go(self, answer: AuthorisationAnswered) -> None:
        """Nothing is sold with this answer: what head office holds for it is free again."""
        if answer.outcome is Outcome.GRANTED:
            self._asker.release(answer.request)

    def drop_touches(self) -> None:
        """What was touched meanwhile was meant for a picture that is over."""
        self._kept = deque(event for event in self._kept if not isinstance(event, intents.Intent))

    def in_order(self, event: Any) -> Iterator[Any]:
        """What is to be handled now that `event` came: nothing while an answer is waited for, but for what devices say of
        themselves; after the answer everything that was kept, until one of those asks again."""
        if isinstance(event, AuthorisationAnswered):
            self._answer(event)
        elif self.is_waiting and not isinstance(event, _PASSES):
            self._kept.append(event)
        else:
            yield event
        yield from self._kept_so_far()

    def overdue(self) -> Iterator[Any]:
        """As `in_order`, when time passes: a question nobody answered at all is answered `LOCAL`."""
        if self.is_waiting and self._clock.monotonic_s() - self._asked_s >= GIVE_UP_AFTER_S:
            self._answer(AuthorisationAnswered(self._request, Outcome.LOCAL))
        yield from self._kept_so_far()

    def _answer(self, answer: AuthorisationAnswered) -> None:
        then = self._then
        if then is not None and answer.request == self._request:
            self._then = None
            then(answer)

    def _kept_so_far(self) -> Iterator[Any]:
        while self._kept and not self.is_waiting:
            yield self._kept.popleft()


class Declined(SalesError):
    """Head office says no for another reason than money; `reason` is one of `mqtt_bridge.wire.Authorised`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"head office declines: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Settled:
    """The sale may go on. `guest` has the balance that was decided by, `in_debt` is a meal given before it is paid."""

    guest: Guest
    authorisation: Authorisation
    in_debt: bool = False


def judge(answer: AuthorisationAnswered, spending: Spending, store: TerminalStore) -> Settled:
    """Decide what was asked for by the answer; the guest is to be the one known when it came.

    Raises `InsufficientBalance` by head office's figures, `Declined`, or what `check_offline` raises without an answer.
    """
    if answer.outcome is Outcome.LOCAL:
        return _judge_here(answer, spending, store)
    guest = spending.guest
    try:
        unsent = store.unsent_of(guest.guest_id)
    except AccountsMissing as error:
        raise Declined("unknown_guest") from error
    known_minor = _known_minor(answer, unsent)
    if answer.outcome is Outcome.GRANTED:
        # What was sold here and has not arrived yet may be missing from the balance that head office looked at.
        check_spend(known_minor, spending.amount_minor if unsent.moved_minor < 0 else 0, guest.credit_limit_minor)
        balance_minor = guest.balance_minor if unsent.moved_minor else known_minor
        granted = Authorisation(answer.request, AuthorisationOutcome.GRANTED)
        return Settled(replace(guest, balance_minor=balance_minor), granted)
    if answer.reason != "balance":
        raise Declined(answer.reason)
    if unsent.moved_minor > 0:
        # Money that was paid in here has not arrived yet; this terminal knows of it and answers for it up to the limit.
        return _judge_here(answer, spending, store)
    check_spend(known_minor, spending.amount_minor, guest.credit_limit_minor)
    raise Declined(answer.reason)


def _known_minor(answer: AuthorisationAnswered, unsent: UnsentOf) -> int:
    """The balance by head office's figures and what is not there yet. What was granted here before is held there, unless head
    office came back from a backup: it counts once."""
    spent_minor = max(-unsent.moved_minor, 0)
    local_minor = min(unsent.local_minor, spent_minor)
    return answer.balance_minor - local_minor - max(answer.held_minor, spent_minor - local_minor)


def _judge_here(answer: AuthorisationAnswered, spending: Spending, store: TerminalStore) -> Settled:
    guest, basket = spending.guest, spending.basket
    is_promised = check_offline(
        basket.catalogue.offline_policy(guest.category_id),
        balance_minor=guest.balance_minor,
        credit_limit_minor=guest.credit_limit_minor,
        spent_minor=guest.spent_local_minor,
        amount_minor=spending.amount_minor,
        first_meal_minor=store.first_meal_minor(guest, basket),
    )
    local = Authorisation(answer.request, AuthorisationOutcome.LOCAL)
    return Settled(guest, local, in_debt=is_promised and guest.balance_minor < spending.amount_minor)
