"""How a diner at the kiosk gets the slip: by the rule of the store, without holding up the next one."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.flows.intents import ChooseReceipt, ConfirmPayment, Finish, Pay, QuickAdd
from appliance.i18n import Translators
from appliance.presenters.views import AttractScreen, OrderScreen
from hal.events import PrintDone
from sales.receipt import ReceiptRule
from tests.appliance.canteen import ANNA, BEN, Canteen, Diner
from tests.appliance.till_canteen import MENU_CATALOGUE, Paper


def with_rule(rule: ReceiptRule, hide_balance: bool = False) -> object:
    return replace(MENU_CATALOGUE, store=replace(MENU_CATALOGUE.store, receipt=rule, hide_balance=hide_balance))


def eat(diner: Diner, *articles: str) -> None:
    diner.touch(Finish())
    diner.badge(ANNA)
    diner.touch(*(QuickAdd(article) for article in articles or ("spaghetti",)), Pay(), ConfirmPayment())


def ways(diner: Diner) -> list[str]:
    return [choice.way for choice in diner.done.choices]


def kiosk(canteen: Canteen, rule: ReceiptRule, paper: Paper | None, kitchen: Paper | None = None) -> Diner:
    canteen.publish(with_rule(rule))  # type: ignore[arg-type]
    return canteen.open(paper, {"badge": "badge_reader", "printer": "receipt_printer"}, kitchen)


def test_where_slips_are_always_printed_nobody_is_asked(canteen: Canteen) -> None:
    paper = Paper()
    diner = kiosk(canteen, ReceiptRule.ALWAYS, paper)
    eat(diner)
    assert (diner.done.question, ways(diner), diner.done.slip_text) == ("", [], "Your slip is being printed.")
    assert len(paper.slips) == 1
    diner.touch(ChooseReceipt("paper"))
    assert len(paper.slips) == 1


def test_where_slips_are_offered_the_diner_chooses_paper(canteen: Canteen) -> None:
    paper = Paper()
    diner = kiosk(canteen, ReceiptRule.BY_COUNTRY, paper)
    eat(diner)
    assert diner.done.question == "Would you like a slip?"
    assert ways(diner) == ["paper", "qr", "none"]
    assert paper.slips == []
    diner.touch(ChooseReceipt("paper"))
    assert "Spaghetti with lentil bolognese" in paper.text()
    assert diner.done.slip_text == "Your slip is being printed."
    diner.flow.handle(PrintDone("printer", "job-1"))
    assert diner.done.slip_text == "Please take your slip."
    diner.touch(ChooseReceipt("paper"))
    assert len(paper.slips) == 1, "one slip is enough"


def test_the_code_leads_to_the_slip_at_head_office_and_paper_is_still_to_be_had(canteen: Canteen) -> None:
    paper = Paper()
    diner = kiosk(canteen, ReceiptRule.OFFERED, paper)
    eat(diner)
    diner.touch(ChooseReceipt("qr"))
    proof = next(entry for entry in diner.journal.entries(0, 100) if entry.kind == "ticket").hash[:12]
    assert diner.done.code == f"https://office.example/r/kiosk-1/1/1/{proof}"
    assert paper.slips == []
    assert ways(diner) == ["paper"]
    diner.touch(ChooseReceipt("paper"))
    assert (len(paper.slips), diner.done.code) == (1, "")


@pytest.mark.parametrize("has_printer", [True, False])
def test_on_request_there_is_paper_or_nothing(canteen: Canteen, has_printer: bool) -> None:
    diner = kiosk(canteen, ReceiptRule.ON_REQUEST, Paper() if has_printer else None)
    eat(diner)
    assert ways(diner) == (["paper", "none"] if has_printer else [])
    diner.touch(ChooseReceipt("none"))
    assert (ways(diner), diner.done.slip_text) == ([], "Please show this number.")


def test_nobody_waits_for_a_choice_that_is_not_made(canteen: Canteen) -> None:
    paper = Paper()
    diner = kiosk(canteen, ReceiptRule.OFFERED, paper)
    eat(diner)
    diner.badge(BEN)
    assert isinstance(diner.view.screen, OrderScreen)
    diner.touch(Finish())
    eat(diner)
    diner.wait(16)
    assert isinstance(diner.view.screen, AttractScreen)
    assert paper.slips == []


def test_a_store_that_hides_balances_shows_none_anywhere(canteen: Canteen) -> None:
    canteen.publish(with_rule(ReceiptRule.ALWAYS, hide_balance=True))  # type: ignore[arg-type]
    paper = Paper()
    diner = canteen.open(paper)
    diner.badge(ANNA)
    guest = diner.order.guest
    assert guest is not None
    assert (guest.greeting, guest.balance) == ("Hello Anna", "")
    diner.touch(QuickAdd("spaghetti"), Pay())
    assert not any("Balance" in row.label for row in diner.checkout.rows)
    diner.touch(ConfirmPayment())
    assert [row.label for row in diner.done.rows] == ["Paid"]
    assert "balance" not in paper.text()


def test_the_kitchen_gets_its_slip_in_its_own_language_whatever_the_diner_takes(canteen: Canteen) -> None:
    paper, kitchen = Paper(), Paper(name="kitchen")
    diner = kiosk(canteen, ReceiptRule.OFFERED, paper, kitchen)
    eat(diner, "omelette", "spaghetti")
    assert len(kitchen.slips) == 1
    assert "1 x Omelette" in kitchen.text()
    assert "Spaghetti" not in kitchen.text()
    assert diner.done.pickup_number in kitchen.text()
    assert paper.slips == []


def restart(folder: Path, canteen: Canteen) -> tuple[Paper, Paper]:
    """The terminal comes up again; what it prints by itself."""
    canteen.stack.close()
    paper, kitchen = Paper(), Paper(name="kitchen")
    with ExitStack() as stack:
        again = Canteen(folder, stack, canteen.clock, canteen.key)
        *_, store = again.parts(paper, kitchen)
        store.adopt_newest()
        store.print_what_is_owed(Translators(), again.clock.now)
    return paper, kitchen


def test_after_a_restart_only_what_was_asked_for_is_owed(canteen: Canteen) -> None:
    diner = kiosk(canteen, ReceiptRule.OFFERED, Paper())
    eat(diner, "pollock")
    diner.touch(ChooseReceipt("none"))
    eat(diner, "spaghetti")
    diner.touch(ChooseReceipt("paper"))
    eat(diner, "water")
    paper, _kitchen = restart(canteen.folder, canteen)
    assert len(paper.slips) == 1
    assert "Spaghetti with lentil bolognese" in paper.text()


def test_after_a_restart_the_kitchen_gets_what_did_not_come_out(canteen: Canteen) -> None:
    kitchen = Paper(name="kitchen")
    diner = kiosk(canteen, ReceiptRule.OFFERED, Paper(), kitchen)
    eat(diner, "omelette")
    diner.flow.handle(PrintDone("kitchen", "kitchen-1"))
    eat(diner, "omelette", "omelette")
    paper, kitchen = restart(canteen.folder, canteen)
    assert paper.slips == []
    assert len(kitchen.slips) == 1
    assert "2 x Omelette" in kitchen.text()
    paper, kitchen = restart(canteen.folder, canteen)
    assert "2 x Omelette" in kitchen.text(), "still owed: no printer has said that it is done"
