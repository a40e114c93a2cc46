"""A canteen with payers, set menus and two VAT rates, and tills that sell in it as tills do: journal entry by entry."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from journal.chain import link
from journal.entry import Entry
from journal.keys import SigningKey
from sales import account_movement, availability, cash_movement, closing, order_state, shift
from sales.account import deltas
from sales.account_movement import AccountMovement, AccountMovementKind
from sales.availability import Availability
from sales.basket import Basket, Discount
from sales.cash_movement import CashMovement, CashMovementKind
from sales.catalogue import Catalogue
from sales.closing import Closing
from sales.funding import Diner, MealUsed
from sales.kinds import TicketKind
from sales.order_state import OrderStage, OrderState
from sales.reversal import make_reversal, remaining
from sales.shift import CashierChanged, ShiftClosed, ShiftOpened, SignInMethod
from sales.tally import Tally
from sales.tender import Tender, TenderKind
from sales.ticket import Ticket, TicketRef, make_ticket, to_payload
from sales.totals import Totals, add_up
from server.catalog import models as catalog
from server.guests.models import Guest
from server.replication.catalogue import build_catalogue

DAY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
FLOAT_MINOR = 10000


def furnish(store: catalog.Store) -> list[Guest]:
    """Add to the house what a lunch needs. Returns guests of every sort of payer, the last one without any."""
    company = store.company
    staff = catalog.GuestCategory.objects.get(code="staff")
    food = catalog.TaxClass.objects.get(code="food")
    drinks = catalog.TaxClass.objects.create(code="drinks", name={"en": "Drinks"})
    catalog.TaxRate.objects.create(tax_class=drinks, valid_from=date(2020, 1, 1), eat_in_bp=700, take_away_bp=1900)
    store.cash_rounding_minor = 5
    store.save()
    mains = catalog.Category.objects.get(code="mains")
    mains.is_meal = True
    mains.save()
    extras = catalog.Category.objects.create(code="extras", name={"en": "Extras"}, position=2)
    priced = (
        ("stew", mains, food, 620, {"kitchen": True}),
        ("pasta", mains, food, 590, {}),
        ("pudding", extras, food, 240, {}),
        ("juice", extras, drinks, 185, {}),
        ("salad", extras, food, 119, {"unit": "per_100_g"}),
    )
    for code, category, tax_class, price_minor, more in priced:
        article = catalog.Article.objects.create(
            code=code, name={"en": code.title()}, category=category, tax_class=tax_class, **more
        )
        catalog.Price.objects.create(article=article, amount_minor=price_minor, valid_from=date(2026, 1, 1))
    menu = catalog.SetMenu.objects.create(code="lunch-menu", name={"en": "Lunch menu"}, store=store)
    for position, category in enumerate((mains, extras), start=1):
        slot = catalog.SetMenuSlot.objects.create(set_menu=menu, position=position, name={"en": category.code})
        slot.categories.add(category)
    catalog.SetMenuPrice.objects.create(set_menu=menu, amount_minor=750)
    lunch = catalog.ServicePeriod.objects.create(
        store=store, code="lunch", name={"en": "Lunch"}, start="11:00", end="14:30"
    )
    works = catalog.Payer.objects.create(company=company, code="works", name={"en": "Works"})
    centre = catalog.Payer.objects.create(company=company, code="centre", name={"en": "Centre"}, tax_class=drinks)
    for payer, share_minor in ((works, 300), (centre, 555)):
        catalog.MealTerms.objects.create(
            code=f"staff-{payer.code}",
            store=store,
            guest_category=staff,
            payer=payer,
            service_period=lunch,
            fee_minor=410,
            fee_tax_class=drinks,
            share_minor=share_minor,
            valid_from=date(2026, 1, 1),
        )
    payers = [works, works, centre, None]
    return [
        Guest.objects.create(company=company, name=f"Guest {number}", category=staff, payer=payers[number % 4])
        for number in range(40)
    ]


@dataclass
class Lane:
    """One till: its journal, its shift, and what a terminal itself keeps, the sums of its deltas by key."""

    code: str
    epoch: int
    key: SigningKey
    catalogue: Catalogue
    day: date = DAY
    now: datetime = MORNING
    entries: list[Entry] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    closed: list[Totals] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    shift: int = 0
    turnover_minor: int = 0

    def write(self, kind: str, payload: dict[str, Any], key: SigningKey | None = None) -> Entry:
        """Append an entry to the journal."""
        self.entries.append(
            link(
                self.entries[-1] if self.entries else None,
                terminal=self.code,
                epoch=self.epoch,
                key=key or self.key,
                kind=kind,
                time_utc=self.now,
                business_day=self.day,
                payload=payload,
            )
        )
        return self.entries[-1]

    def documents(self, first: int = 1, last: int | None = None) -> list[dict[str, Any]]:
        """Entries `first` to `last` as they go onto the wire."""
        return [entry.to_json_dict() for entry in self.entries[first - 1 : last]]

    def _head(self) -> dict[str, Any]:
        self.now += timedelta(seconds=7)
        return {
            "terminal": self.code,
            "store": self.catalogue.store.id,
            "time_utc": self.now,
            "business_day": self.day,
        }

    def _count(self, what: str) -> int:
        self.counts[what] += 1
        return self.counts[what]

    def open_shift(self, cashier: str = "marie") -> None:
        self.shift += 1
        self.tally = Tally()
        opened = ShiftOpened(
            **self._head(), shift=self.shift, currency="EUR", float_minor=FLOAT_MINOR, cashier_id=cashier
        )
        self.write("shift_open", shift.opened_to_payload(opened))
        self.sign_in(cashier)

    def sign_in(self, cashier: str | None) -> None:
        changed = CashierChanged(**self._head(), cashier_id=cashier, method=SignInMethod.PIN, shift=self.shift)
        self.write("cashier", shift.cashier_to_payload(changed))

    def close_shift(self, missing_minor: int = 0) -> Totals:
        totals = self.tally.totals()
        expected_minor = FLOAT_MINOR + totals.cash_minor
        counted_minor = max(0, expected_minor - missing_minor)
        closed = ShiftClosed(
            **self._head(),
            shift=self.shift,
            currency="EUR",
            counted_minor=counted_minor,
            expected_minor=expected_minor,
            difference_minor=counted_minor - expected_minor,
            totals=totals,
            cashier_id="marie",
        )
        self.write("shift_close", shift.closed_to_payload(closed))
        self.closed.append(totals)
        self.counts["counted"] += counted_minor
        return totals

    def z_report(self) -> Totals:
        """Close all shifts since the last report."""
        totals = add_up(self.closed)
        float_minor = FLOAT_MINOR * len(self.closed)
        report = Closing(
            **self._head(),
            number=self._count("z"),
            currency="EUR",
            shifts=(self.shift - len(self.closed) + 1, self.shift),
            totals=totals,
            float_minor=float_minor,
            counted_minor=self.counts["counted"],
            difference_minor=self.counts["counted"] - float_minor - totals.cash_minor,
            perpetual_minor=self.turnover_minor,
            cashier_id="marie",
        )
        self.write("z_report", closing.to_payload(report))
        self.closed, self.counts["counted"] = [], 0
        return totals

    def basket(self, guest: Guest | None, *articles: str, meals_used: int = 0) -> Basket:
        used = (MealUsed(self.day, "lunch", meals_used, None, self.code),) if meals_used else ()
        diner = Diner("staff", guest.pk, guest.payer.code if guest.payer else None, used) if guest else Diner("guest")
        basket = Basket(self.catalogue, diner, self.day, meal_id="lunch")
        for article in articles:
            basket.add(article, weight_g=230 if article == "salad" else None)
        return basket

    def sell(self, basket: Basket, *tenders: Tender, training: bool = False, cashier: str = "marie") -> Ticket:
        """Sell a basket; without tenders the diner's account pays."""
        guest_id, to_pay_minor = basket.diner.guest_id, basket.to_pay_minor
        number = self._count("training" if training else "ticket")
        if not tenders and to_pay_minor:
            tenders = (Tender(TenderKind.ACCOUNT, to_pay_minor, guest_id),)
        head = self._head()
        head.pop("store")
        ticket = make_ticket(
            basket,
            **head,
            number=number,
            language="en",
            tenders=tenders,
            pickup_number=number,
            cashier_id=cashier,
            shift=self.shift or None,
            training=training,
        )
        return self.keep(ticket)

    def keep(self, ticket: Ticket) -> Ticket:
        self.write("training" if ticket.training else "ticket", to_payload(ticket))
        self.sums.update(dict(deltas(ticket)))
        self.tally.add(ticket)
        self.turnover_minor += 0 if ticket.training else ticket.total_minor
        return ticket

    def take_back(
        self,
        original: Ticket,
        kind: TicketKind = TicketKind.VOID,
        positions: list[int] | None = None,
        pay_back: TenderKind | None = None,
        earlier: tuple[Ticket, ...] = (),
    ) -> Ticket:
        head = self._head()
        head.pop("store")
        return self.keep(
            make_reversal(
                original,
                self.epoch,
                kind,
                positions,
                pay_back,
                earlier=earlier,
                **head,
                number=self._count("ticket"),
                cashier_id="jonas",
                shift=self.shift or None,
                cash_rounding_minor=self.catalogue.cash_rounding_minor,
            )
        )

    def move_account(self, guest: Guest, kind: AccountMovementKind, amount_minor: int) -> None:
        top_up = kind is AccountMovementKind.TOP_UP
        movement = AccountMovement(
            kind=kind,
            **self._head(),
            number=self._count("account"),
            currency="EUR",
            language="en",
            guest_id=guest.pk,
            amount_minor=amount_minor,
            tender=TenderKind.CASH,
            given_minor=amount_minor + 500 if top_up else 0,
            change_minor=500 if top_up else 0,
            cashier_id="marie",
            shift=self.shift or None,
        )
        self.write("account", account_movement.to_payload(movement))
        self.sums.update(dict(account_movement.deltas(movement)))
        self.tally.add(movement)

    def move_cash(self, kind: CashMovementKind, amount_minor: int) -> None:
        movement = CashMovement(
            kind=kind,
            **self._head(),
            number=self._count("cash"),
            currency="EUR",
            amount_minor=amount_minor,
            reason="coins",
            cashier_id="marie",
            shift=self.shift or None,
        )
        self.write("cash", cash_movement.to_payload(movement))
        self.tally.add(movement)

    def say_available(self, article: str, sold_out: bool, after_s: int = 0) -> None:
        self.now += timedelta(seconds=after_s)
        said = Availability(**self._head(), article_id=article, sold_out=sold_out, cashier_id="marie")
        self.write("availability", availability.to_payload(said))

    def say_state(self, ticket: Ticket, epoch: int, state: OrderStage) -> None:
        said = OrderState(
            **self._head(),
            of=TicketRef(ticket.terminal, epoch, ticket.number),
            pickup_number=ticket.pickup_number or 1,
            state=state,
        )
        self.write("order_state", order_state.to_payload(said))


def random_lunch(lane: Lane, guests: list[Guest], tickets: int, chance: random.Random) -> Iterator[None]:
    """Sell about everything a till can, at random; yields after each ticket."""
    sold: list[tuple[Ticket, tuple[Ticket, ...]]] = []
    had_meal: Counter[str] = Counter()
    articles = ["soup", "stew", "pasta", "pudding", "juice", "salad"]
    for _ in range(tickets):
        dice = chance.random()
        if sold and dice < 0.05:
            original, earlier = sold.pop(chance.randrange(len(sold)))
            if not earlier:
                lane.take_back(original)
        elif sold and dice < 0.11:
            index = chance.randrange(len(sold))
            original, earlier = sold.pop(index)
            left = remaining(original, earlier).positions
            if left:
                positions = chance.sample(left, chance.randint(1, len(left)))
                account = any(tender.guest_id for tender in original.tenders)
                pay_back = TenderKind.ACCOUNT if account and chance.random() < 0.5 else TenderKind.CASH
                back = lane.take_back(original, TicketKind.REFUND, positions, pay_back, earlier)
                sold.append((original, (*earlier, back)))
        elif dice < 0.14:
            guest = chance.choice(guests)
            kind = chance.choice(list(AccountMovementKind))
            lane.move_account(guest, kind, chance.randint(1, 20) * 500)
        elif dice < 0.16:
            kind = chance.choice(list(CashMovementKind))
            lane.move_cash(kind, 0 if kind is CashMovementKind.NO_SALE else chance.randint(1, 4) * 1000)
        else:
            guest = chance.choice(guests) if chance.random() < 0.8 else None
            used = had_meal[guest.pk] if guest else 0
            basket = lane.basket(guest, *chance.choices(articles, k=chance.randint(1, 5)), meals_used=used)
            if chance.random() < 0.1:
                basket.discount(Discount("Friends", 1250, None, "birthday"))
            if chance.random() < 0.05:
                basket.override_price(0, 101, "chipped")
            training = chance.random() < 0.03
            ticket = lane.sell(
                basket, *_tenders(basket, chance), training=training, cashier=chance.choice(["marie", "jonas"])
            )
            if not training:
                had_meal[guest.pk if guest else ""] += ticket.meals_used
                sold.append((ticket, ()))
        yield


def _tenders(basket: Basket, chance: random.Random) -> tuple[Tender, ...]:
    """Account, card, cash with change, or account and cash together."""
    to_pay_minor, guest_id = basket.to_pay_minor, basket.diner.guest_id
    if not to_pay_minor:
        return ()
    note = Tender(TenderKind.CASH, -(-to_pay_minor // 1000) * 1000 + 1000)
    if guest_id is None:
        return (note,) if chance.random() < 0.6 else (Tender(TenderKind.CARD, to_pay_minor),)
    if chance.random() < 0.7:
        return (Tender(TenderKind.ACCOUNT, to_pay_minor, guest_id),)
    part_minor = chance.randint(1, to_pay_minor - 1) if to_pay_minor > 1 else 0
    return (Tender(TenderKind.ACCOUNT, part_minor, guest_id), note) if part_minor else (note,)


def lane_of(code: str, epoch: int, key: SigningKey, store: catalog.Store) -> Lane:
    """A till of the store, with today's catalogue."""
    store.refresh_from_db()
    lane = Lane(code, epoch, key, build_catalogue(store, 1, MORNING, DAY))
    lane.write("open", {"run_id": "test"})
    return lane
