"""The three-minute story, step by step; each step says what it shows and raises `NotShown` if the house does otherwise."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tools.demo_books import Books, Guest, euros
from tools.demo_stage import NotShown, Stage, until
from workbench.network import Link

THOMAS, ROLF_NEW, ROLF_LOST, ANNA, POOR = "04A7B8C9", "04D5E6F8", "04D5E6F7", "04A1B2C3", "04C0FFEE"
FLOAT_MINOR = 20000
TOP_UP_MINOR = 1000
BY_BADGE_WHILE_CUT = 8
SHORT_MINOR = 50
GONE, GONE_KEY = "Chickpea and spinach curry", "Curry"
COINS = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
KEY, TILE = (150, 70), (480, 320)
"""How large a quick key of the till and a tile of the kiosk are, in pixels."""
Facts = tuple[str, ...]


@dataclass
class Story:
    """What has happened so far: `due` are the tickets head office must have in the end, as (total, shares) in cents."""

    stage: Stage
    books: Books
    due: list[tuple[int, int]] = field(default_factory=list)
    cash_minor: int = 0
    from_accounts_minor: int = 0
    while_cut: list[tuple[Guest, int]] = field(default_factory=list)
    gone_s: float = 0.0

    def steps(self) -> Iterator[tuple[str, Callable[[], Facts]]]:
        """Title and work of each step."""
        yield "A badge: the share and the new balance, in two gestures", self.share
        yield "A second meal: full price, and why", self.second_meal
        yield "A lost badge is refused", self.lost_badge
        yield "Items in any order become the set menu", self.set_menu
        yield "An account is nearly empty: top up and go on", self.top_up
        yield "Sold out in one tap, everywhere", self.sold_out
        yield "The network is pulled, selling goes on", self.cut
        yield "The network is back: 9 unsent become 0, every balance exact", self.restored
        yield "Paper out in mid-slip: nothing twice", self.paper_out
        yield "The service is closed: a blind count and its difference", self.count
        yield "Turnover apart from top-ups and shares", self.z_report

    def open(self) -> None:
        """The cashier signs in and says what is in the drawer."""
        till = self.stage.till
        people = json.loads((self.stage.house.options.folder / "badges.json").read_text())
        self._cashier = next(one for one in people["cashiers"] if one["role"] == "supervisor")
        # The lunch at the other till takes its guests from the beginning.
        known = ((number, self.books.guest(number)) for number in reversed(people["crowd"]))
        alone = [number for number, guest in known if guest.balance_minor > 1500 and not guest.has_payer]
        self._crowd = alone[: BY_BADGE_WHILE_CUT + 1]
        till.see("Who is at the till?")
        till.badge(self._cashier["badge"])
        till.see("Float")
        till.type("200")
        till.see("200")
        till.tap("OK")
        till.see("The shift is open.", "0 unsent")

    def share(self) -> Facts:
        till, thomas = self.stage.till, self.books.guest(THOMAS)
        self._ring("Veggie menu")
        till.badge(THOMAS)
        after_minor = thomas.balance_minor - 730
        till.see("Paid", "7.30 €", "Share of Werk Nord", "3.00 €", "New balance", f"{euros(after_minor)} €")
        self.stage.displayed("Paid", "7.30")
        self.stage.displayed("New balance", euros(after_minor))
        self._sold(1030, 300, account_minor=730)
        slip = self._receipt()
        self._on(slip, "Veggie menu", r"7[.]30", "Werk Nord", euros(after_minor))
        return (
            f"One tap on the menu and one badge. {thomas.name} pays 7.30: menu 6.20 and admission 4.10, less the 3.00 that "
            "Werk Nord takes on.",
            f"Balance {euros(thomas.balance_minor)} before, {euros(after_minor)} after: on the till, the customer display and "
            "the slip alike.",
        )

    def second_meal(self) -> Facts:
        till, thomas = self.stage.till, self._at_head_office(THOMAS)
        self._ring("Veggie menu")
        till.badge(THOMAS)
        till.see("Second meal today: first one subsidised at ", "Full price.", "10.30")
        reason = next(line for line in till.words() if line.startswith("Second meal today"))
        till.sees_not("New balance")
        self._seen()
        self._look(2.0)
        till.tap("Account")
        after_minor = thomas.balance_minor - 1030
        till.see("Paid", "10.30 €", "New balance", f"{euros(after_minor)} €")
        self._sold(1030, 0, account_minor=1030)
        self._receipt()
        return (
            f"The till says: “{reason}” Nothing is taken before that is read.",
            f"One key, and 10.30 is paid instead of 7.30. New balance {euros(after_minor)}.",
        )

    def lost_badge(self) -> Facts:
        till, rolf = self.stage.till, self.books.guest(ROLF_NEW)
        self._ring("Classic menu")
        till.badge(ROLF_LOST)
        till.see("This badge was replaced by another one and no longer counts.")
        till.sees_not("New balance")
        self._seen()
        self._look(2.0)
        till.badge(ROLF_NEW)
        after_minor = rolf.balance_minor - 930
        till.see("Paid", "9.30 €", f"{euros(after_minor)} €")
        self._sold(1230, 300, account_minor=930)
        return (
            "Whoever found the badge cannot eat on it: “This badge was replaced by another one and no longer counts.” "
            "Nothing was taken.",
            f"{rolf.name}'s new badge pays the same tray at once: 9.30, new balance {euros(after_minor)}.",
        )

    def set_menu(self) -> Facts:
        till, anna = self.stage.till, self.books.guest(ANNA)
        self._ring("Water", "Fries", "Spaghetti")
        till.see("saves ", "8.40")
        saved = re.search(r"saves (\d+[.]\d\d)", " ".join(till.words()))
        self._seen()
        self._look(2.0)
        till.badge(ANNA)
        after_minor = anna.balance_minor - 520
        till.see("Paid", "5.20 €", f"{euros(after_minor)} €")
        self._sold(520, 0, account_minor=520)
        slip = self._receipt()
        self._on(slip, "Veggie menu", r"5[.]20")
        return (
            "Drink first, then the side, then the dish: the till still finds the Veggie menu, and says that it saves "
            f"{saved.group(1) if saved else '?'} at the price for everybody.",
            f"{anna.name} is a student and pays 5.20. New balance {euros(after_minor)}.",
        )

    def top_up(self) -> Facts:
        till, guest = self.stage.till, self.books.guest(POOR)
        self._ring("Veggie menu")
        till.badge(POOR)
        till.see(f"{euros(520 - guest.balance_minor)} € is missing on the account.")
        self._seen()
        self._look(2.0)
        till.tap("Top up")
        till.see("OK")
        till.type("10")
        till.tap("OK")
        till.tap("Cash, exact")
        topped_up_minor = guest.balance_minor + TOP_UP_MINOR
        till.see("Topped up", "New balance", f"{euros(topped_up_minor)} €")
        till.tap("Account")
        after_minor = topped_up_minor - 520
        till.see("Paid", "5.20 €", "New balance", f"{euros(after_minor)} €")
        self.cash_minor += TOP_UP_MINOR
        self._sold(520, 0, account_minor=520)
        return (
            f"{euros(guest.balance_minor)} on the account, 5.20 to pay: the till says what is missing and how to go on.",
            f"10.00 in cash onto the account, then the meal from it. New balance {euros(after_minor)}.",
        )

    def sold_out(self) -> Facts:
        stage = self.stage
        stage.till.sees_beside(GONE_KEY, "7.10", KEY)
        stage.kitchen.tap_beside(GONE, "Sold out")
        began_s = time.monotonic()
        stage.till.sees_beside(GONE_KEY, "sold out", KEY)
        at_till_s = time.monotonic() - began_s
        if stage.till.screen.find(GONE_KEY, touch=True) is not None:
            raise NotShown("the till's key still sells the dish")
        stage.kiosk.tap("Order as a guest")
        stage.kiosk.tap("Mains")
        stage.kiosk.sees_beside(GONE, "Sold out", TILE)
        at_kiosk_s = time.monotonic() - began_s
        if max(at_till_s, at_kiosk_s) > 10:
            raise NotShown(f"sold out took {at_till_s:.1f} s to the till and {at_kiosk_s:.1f} s to the kiosk")
        return (
            f"One tap on the kitchen's screen. The till's key was off {at_till_s:.1f} s later; a guest at the kiosk saw it "
            f"after {at_kiosk_s:.1f} s, the walk to the kiosk included.",
            "The till's key does nothing any more, and nobody had to be told.",
        )

    def cut(self) -> Facts:
        stage, till = self.stage, self.stage.till
        stage.kiosk.screen.touch_if_there("Start again")
        till.see("0 unsent")
        until(lambda: len(self.books.tickets()) == len(self.due), "head office does not have every ticket yet")
        stage.network(Link.CUT)
        for badge in self._crowd[:BY_BADGE_WHILE_CUT]:
            guest = self.books.guest(badge)
            self._ring("Veggie menu")
            till.badge(badge)
            till.see("Paid", "New balance")
            balance_minor = self._new_balance()
            self._sold_for(guest, guest.balance_minor - balance_minor)
            self.while_cut.append((guest, balance_minor))
        self._ring("Soup menu")
        till.tap("20")
        till.see("Change", "14.80 €", "Paid", "5.20 €")
        self.cash_minor += 520
        self.due.append((520, 0))
        till.see("Local mode since ", "9 unsent")
        if len(self.books.tickets()) != len(self.due) - 9:
            raise NotShown("head office has tickets although the network is cut")
        total_minor = sum(total for total, _ in self.due[-9:])
        till.see(f"{euros(total_minor)} €")
        status = next(line for line in till.words() if "9 unsent" in line)
        return (
            f"Nine more guests, eight by badge and one in cash, {euros(total_minor)} in all.",
            f"The till says “Local mode” and “{status}”; head office still has the {len(self.due) - 9} tickets from before.",
        )

    def restored(self) -> Facts:
        stage, till = self.stage, self.stage.till
        stage.network(Link.UP)
        till.see("0 unsent", "Connected")
        until(lambda: len(self.books.tickets()) == len(self.due), "the tickets have not arrived at head office")
        self._tickets_are_right()
        for guest, shown_minor in self.while_cut:
            now_minor = until(
                lambda guest=guest, shown=shown_minor: self.books.ledger_minor(guest.id) == shown and shown,
                f"{guest.name}: the till said {euros(shown_minor)}",
                lambda guest=guest: f"head office's ledger says {euros(self.books.ledger_minor(guest.id))}",
            )
            if now_minor != shown_minor:
                raise NotShown(f"{guest.name}: {now_minor} instead of {shown_minor}")
        if unbalanced := self.books.unbalanced():
            raise NotShown(f"balances differ from their ledgers: {unbalanced}")
        if self.books.quarantined():
            raise NotShown("head office has put entries aside")
        first, shown_minor = self.while_cut[0]
        return (
            f"Head office has all {len(self.due)} tickets of this till, each once and in order; the till counts 0 unsent.",
            f"The eight balances that the till showed without a network are those of head office's ledger to the cent: "
            f"{first.name} {euros(first.balance_minor)} before, {euros(shown_minor)} then and now. No balance of the house "
            "differs from its ledger.",
        )

    def paper_out(self) -> Facts:
        till, printer, badge = self.stage.till, self.stage.printer, self._crowd[BY_BADGE_WHILE_CUT]
        guest = self.books.guest(badge)
        self._ring("Veggie menu")
        till.badge(badge)
        till.see("Paid", "New balance")
        self._sold_for(guest, guest.balance_minor - self._new_balance())
        printed = len(printer.slips)
        printer.paper_out_after_bytes(200)
        till.tap("Receipt")
        until(lambda: printer.paper == "out", "the paper did not end")
        till.see("paper")
        trouble = next((line for line in till.words() if "paper" in line.lower()), "")
        self._seen()
        self._look(2.0)
        if len(printer.slips) != printed:
            raise NotShown("half a slip was cut off as if it were a whole one")
        self._ring("Water")
        till.tap("Clear")
        printer.set_paper("ok")
        slip = self.stage.slips(printed + 1)
        self._on(slip, "PRINTED AGAIN")
        time.sleep(1.0)
        if len(printer.slips) != printed + 1:
            raise NotShown(f"{len(printer.slips) - printed} slips came out for one sale")
        until(lambda: len(self.books.tickets()) == len(self.due), "the sale has not arrived once at head office")
        self._tickets_are_right()
        return (
            f"The roll ends in the middle of a slip: “{trouble}” The sale is paid, and the next tray is rung up "
            "without waiting.",
            "With a new roll the whole slip comes out once, headed PRINTED AGAIN; head office has the sale once.",
        )

    def count(self) -> Facts:
        till = self.stage.till
        expected_minor = FLOAT_MINOR + self.cash_minor
        counted_minor = expected_minor - SHORT_MINOR
        till.tap("More")
        till.tap("Close shift")
        till.see("Count the drawer")
        till.sees_not(euros(expected_minor))
        left_minor = counted_minor
        for coin in COINS:
            pieces, left_minor = divmod(left_minor, coin)
            if pieces:
                till.tap(euros(coin))
                till.type(str(pieces))
                till.see(euros(pieces * coin))
        till.see(f"{euros(counted_minor)} €")
        self._seen()
        till.tap("Counted: close the shift")
        till.see("Shift 1 closed")
        till.see("Expected", f"{euros(expected_minor)} €", "Difference", f"−{euros(SHORT_MINOR)} €")
        return (
            f"The cashier counts {euros(counted_minor)} without being told what should be there.",
            f"Only then the till says: expected {euros(expected_minor)} (float {euros(FLOAT_MINOR)}, meals in cash "
            f"{euros(self.cash_minor - TOP_UP_MINOR)}, top-up {euros(TOP_UP_MINOR)}), "
            f"difference −{euros(SHORT_MINOR)}. The count is final and recorded.",
        )

    def z_report(self) -> Facts:
        till = self.stage.till
        till.tap("Done")
        till.tap("More")
        till.tap("Z report")
        till.see("Z report 1")
        turnover_minor = sum(total for total, _ in self.due)
        shares_minor = sum(share for _, share in self.due)
        for label, amount_minor in (
            ("Turnover", turnover_minor),
            ("Share of Werk Nord", shares_minor),
            ("Top-ups: Cash", TOP_UP_MINOR),
        ):
            till.see(label, f"{euros(amount_minor)} €")
        day = self.books.day()
        closing = until(self.books.closing, "the Z report has not arrived at head office")
        shown = (1, len(self.due), turnover_minor, FLOAT_MINOR + self.cash_minor - SHORT_MINOR, -SHORT_MINOR)
        if closing != shown:
            raise NotShown(f"head office has the Z report as {closing}; the till showed {shown}")
        summed = (day.tickets, day.turnover_minor, day.shares_minor, day.top_ups_minor, day.from_accounts_minor)
        must = (len(self.due), turnover_minor, shares_minor, TOP_UP_MINOR, self.from_accounts_minor)
        if summed != must:
            raise NotShown(f"head office's single tickets sum to {summed}; the Z report says {must}")
        if day.from_accounts_minor + day.cash_minor + day.shares_minor != day.turnover_minor:
            raise NotShown(f"accounts, cash and shares do not make the turnover: {day}")
        return (
            f"Turnover {euros(turnover_minor)} = {euros(day.from_accounts_minor)} from accounts + {euros(day.cash_minor)} in "
            f"cash + {euros(shares_minor)} owed by Werk Nord. The top-up of {euros(TOP_UP_MINOR)} is not turnover.",
            f"Head office's {day.tickets} single tickets give the same figures as the Z report, to the cent.",
        )

    # What the steps have in common

    def _seen(self) -> None:
        """A moment worth a picture of its own, within a step."""
        self.moment()

    moment: Callable[[], None] = field(default=lambda: None)

    def _look(self, seconds: float) -> None:
        self.stage.pause(seconds)

    def _ring(self, *keys: str) -> None:
        for key in keys:
            self.stage.till.tap(key)
        self.stage.till.see("Clear")

    def _sold(self, total_minor: int, share_minor: int, *, account_minor: int) -> None:
        self.due.append((total_minor, share_minor))
        self.from_accounts_minor += account_minor

    def _sold_for(self, guest: Guest, paid_minor: int) -> None:
        """A veggie menu to somebody of the crowd: a student, or an employee nobody pays a share for."""
        if paid_minor not in (520, 620):
            raise NotShown(f"{guest.name} paid {euros(paid_minor)} for a Veggie menu without a share")
        self._sold(paid_minor, 0, account_minor=paid_minor)

    def _new_balance(self) -> int:
        """The new balance on the card of the last payment, in cents."""
        targets = self.stage.till.screen.targets()
        for label in (target for target in targets if target.texts == ("New balance",)):
            for target in targets:
                amount = re.fullmatch(r"(−?)(\d+)[.](\d\d) €", target.texts[0]) if target.texts else None
                if amount and abs(target.y - label.y) < label.height:
                    return int(amount[1].replace("−", "-") + amount[2] + amount[3])
        raise NotShown(f"the till does not say the new balance; it says {self.stage.till.words()}")

    def _at_head_office(self, badge: str) -> Guest:
        """The guest, once head office has every ticket so far."""
        until(lambda: len(self.books.tickets()) == len(self.due), "head office does not have every ticket")
        return self.books.guest(badge)

    def _receipt(self) -> str:
        printed = len(self.stage.printer.slips)
        self.stage.till.tap("Receipt")
        return self.stage.slips(printed + 1)

    def _on(self, slip: str, *patterns: str) -> None:
        for pattern in patterns:
            if not re.search(pattern, slip):
                raise NotShown(f"the slip does not say {pattern!r}:\n{slip}")

    def _tickets_are_right(self) -> None:
        tickets = self.books.tickets()
        numbers = [number for number, *_ in tickets]
        if numbers != list(range(1, len(self.due) + 1)):
            raise NotShown(f"head office has the tickets {numbers}; expected 1 to {len(self.due)}")
        if [(total, share) for _, total, share, _ in tickets] != self.due:
            raise NotShown(f"head office has {tickets}; expected {self.due}")


def titles(story: Story) -> Sequence[str]:
    return [title for title, _ in story.steps()]
