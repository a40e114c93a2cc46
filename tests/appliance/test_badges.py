"""What a badge does, at whatever moment it is shown."""

from __future__ import annotations

import pytest

from appliance.flows.intents import DismissNotice, OrderAsGuest, Pay, QuickAdd, ShowCategory
from appliance.presenters.views import AttractScreen, Tone
from tests.appliance.canteen import (
    ANNA,
    ANNA_ID,
    BADGE_KEY,
    BEN,
    CLOSED_ACCOUNT,
    GUESTS,
    LOST,
    OLD,
    Canteen,
    Diner,
    badge,
    guest,
)


def test_a_badge_opens_an_order_with_name_balance_and_own_prices(diner: Diner) -> None:
    diner.badge(ANNA)
    banner = diner.order.guest
    assert banner is not None
    assert (banner.greeting, banner.initials, banner.detail) == ("Hello Anna", "AK", "Student")
    assert (banner.balance_label, banner.balance) == ("Balance", "23.40 €")
    assert diner.tile("spaghetti").price == "3.95"
    assert diner.order.badge_invitation == ""


def test_the_spelling_of_the_number_does_not_matter(diner: Diner) -> None:
    diner.badge(" 04:a2:3f:01\r")
    assert diner.order.guest is not None


@pytest.mark.parametrize(
    ("number", "title", "text"),
    [
        ("FFFFFFFF", "Unknown badge", "This badge is not known here. Try again, or ask at the counter."),
        ("--", "Unknown badge", "This badge is not known here. Try again, or ask at the counter."),
        (LOST, "Badge blocked", "This badge has been blocked. Please ask at the counter."),
        (CLOSED_ACCOUNT, "Account blocked", "This account has been blocked. Please ask at the counter."),
        (OLD, "Badge expired", "This badge is no longer valid. Please ask at the counter."),
    ],
)
def test_a_badge_that_does_not_count_is_refused_and_told_why(diner: Diner, number: str, title: str, text: str) -> None:
    diner.badge(number)
    assert (diner.notice.title, diner.notice.text, diner.notice.tone) == (title, text, Tone.REFUSED)
    assert isinstance(diner.view.screen, AttractScreen)
    diner.touch(DismissNotice())
    assert diner.view.notice is None


def test_a_refusal_nobody_dismisses_leaves_the_waiting_screen_by_itself(diner: Diner) -> None:
    diner.badge(LOST)
    diner.wait(9)
    assert diner.view.notice is not None
    diner.wait(2)
    assert diner.view.notice is None


def test_a_good_badge_after_a_refused_one_needs_no_touch(diner: Diner) -> None:
    diner.badge("FFFFFFFF")
    diner.badge(ANNA)
    assert diner.view.notice is None
    assert diner.order.guest is not None


def test_a_badge_during_a_guests_order_keeps_the_basket_and_changes_the_prices(diner: Diner) -> None:
    diner.touch(OrderAsGuest(), QuickAdd("spaghetti"))
    assert diner.order.badge_invitation == "Hold your badge to the reader for your prices."
    assert diner.order.basket.total == "4.95 €"
    diner.badge(ANNA)
    assert diner.basket() == [("1", "Spaghetti with lentil bolognese", "3.95")]


def test_a_badge_before_paying_fills_in_who_pays(diner: Diner) -> None:
    diner.touch(OrderAsGuest(), QuickAdd("spaghetti"), Pay())
    assert (diner.checkout.guest, diner.checkout.confirm_label) == (None, "")
    assert diner.checkout.badge_invitation == "Hold your badge to the reader to pay."
    diner.badge(ANNA)
    assert diner.checkout.confirm_label == "Pay 3.95 €"
    assert diner.checkout.badge_invitation == ""


def test_a_dish_without_a_price_for_the_badge_leaves_the_basket_and_is_named(diner: Diner) -> None:
    diner.touch(OrderAsGuest(), ShowCategory("sides"), QuickAdd("staff-soup"), QuickAdd("spaghetti"), Pay())
    diner.badge(ANNA)
    assert diner.notice.text == "No price for you: Staff soup."
    assert diner.basket() == [("1", "Spaghetti with lentil bolognese", "3.95")]


def test_a_dish_without_a_price_cannot_be_added(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(ShowCategory("sides"))
    assert diner.tile("staff-soup").price == ""
    diner.touch(QuickAdd("staff-soup"))
    assert diner.notice.title == "No price"
    assert diner.basket() == []


def test_somebody_elses_badge_does_not_take_over_an_order(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"))
    diner.badge(BEN)
    assert diner.notice.title == "Another badge is in use"
    banner = diner.order.guest
    assert banner is not None
    assert banner.initials == "AK"


def test_before_the_guest_list_has_come_a_badge_is_told_to_wait(bare: Canteen) -> None:
    bare.publish()
    diner = bare.open()
    diner.badge(ANNA)
    assert diner.notice.title == "Badges cannot be checked yet"
    bare.send_guests()
    diner.badge(ANNA)
    assert diner.order.guest is not None


def test_a_damaged_guest_list_is_not_a_crash(bare: Canteen) -> None:
    bare.publish()
    (bare.folder / "accounts.sqlite").write_bytes(b"no database" * 200)
    diner = bare.open()
    diner.badge(ANNA)
    assert diner.notice.title == "Badges cannot be checked yet"


def test_a_badge_blocked_during_the_order_does_not_pay(canteen: Canteen) -> None:
    diner = canteen.open()
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"))
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA, blocked=True)]))
    diner.touch(Pay())
    assert diner.notice.title == "Badge blocked"
    assert diner.checkout.guest is None
    assert diner.basket() == [("1", "Spaghetti with lentil bolognese", "4.95")]


def test_the_guest_list_holds_no_badge_number(canteen: Canteen) -> None:
    content = (canteen.folder / "accounts.sqlite").read_bytes()
    assert all(number.encode() not in content for number in (ANNA, BEN))
    assert BADGE_KEY not in content
    assert len(GUESTS) == 3
