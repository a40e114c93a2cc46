"""When the terminal cannot sell it says why and what to do, and opens again by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.flows.intents import ChooseLanguage, ConfirmPayment, OrderAsGuest, Pay, QuickAdd
from appliance.presenters.views import AttractScreen, OrderScreen
from masterdata import catalogue_file
from mqtt_bridge.local_socket import Alarm, Link, Mark
from tests.appliance.asking import PATIENCE_S
from tests.appliance.canteen import ANNA, CATALOGUE, Canteen, Diner
from tests.small_disk import small_disk

ROOT = Path(__file__).parents[2]


def test_without_a_menu_the_screen_says_so_and_opens_when_it_comes(bare: Canteen) -> None:
    diner = bare.open()
    assert diner.closed.reason == "No menu has arrived from head office yet."
    assert diner.closed.advice.startswith("This screen opens by itself")
    assert diner.closed.header.store_name == "Refectory"
    diner.touch(OrderAsGuest(), ChooseLanguage("de"))
    assert diner.closed.title == "Vorübergehend geschlossen"
    diner.badge(ANNA)
    diner.scan("4006381333931")
    assert diner.view.notice is None
    bare.publish()
    diner.wait(3)
    assert isinstance(diner.view.screen, AttractScreen)


def test_a_damaged_menu_is_named_and_the_next_one_opens_the_terminal(bare: Canteen) -> None:
    bare.publish()
    catalogue_file.file_of(bare.folder / "catalogues", CATALOGUE.revision).write_bytes(b"not a menu")
    diner = bare.open()
    assert diner.closed.reason == "The menu on this terminal is damaged."
    bare.publish(replace(CATALOGUE, revision=CATALOGUE.revision + 1))
    diner.wait(3)
    assert isinstance(diner.view.screen, AttractScreen)


def test_a_damaged_new_menu_leaves_the_old_one_on_sale(canteen: Canteen) -> None:
    diner = canteen.open()
    directory = canteen.folder / "catalogues"
    catalogue_file.file_of(directory, 8).write_bytes(b"not a menu")
    catalogue_file.set_current(directory, 8)
    diner.wait(3)
    diner.touch(OrderAsGuest())
    assert diner.tile("spaghetti").price == "4.95"


def test_a_full_disk_closes_the_terminal_before_anybody_orders(canteen: Canteen) -> None:
    canteen.reserve_bytes = 2**60
    diner = canteen.open()
    assert diner.closed.reason == "The disk of this terminal is full. Nothing was charged."
    assert diner.closed.advice == "Please free some space; this screen then opens by itself."


def test_a_disk_that_fills_up_during_an_order_charges_nothing(tmp_path: Path) -> None:
    """Runs `filling_disk.py` on a file system of 12 MB of its own."""
    mount_point = tmp_path / "small"
    mount_point.mkdir()
    with small_disk(mount_point, 12_000_000) as prefix:
        outcome = subprocess.run(
            [*prefix, sys.executable, "-m", "tests.appliance.filling_disk", str(mount_point)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.splitlines() == [
        "order: 3.95 €",
        "full: The disk of this terminal is full. Nothing was charged.",
        "tickets: 0",
        "room again: AttractScreen",
        "paid: number 101",
    ]


def test_the_line_to_head_office_may_be_cut_at_any_moment_and_the_edge_says_so(diner: Diner) -> None:
    assert diner.view.status.text == ""
    diner.badge(ANNA)
    diner.bridge.send(Link(False))
    diner.wait(0)
    assert diner.view.status.text == "Local mode since 12:28 · prices of 07:00 · balances of 12:18"
    diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    assert "· orders are kept here ·" in diner.view.status.text
    diner.bridge.send(Link(True))
    diner.bridge.send(Mark(1, diner.journal.head.seq, 0))
    diner.wait(3)
    assert diner.view.status.text == ""


def test_a_bridge_that_is_gone_means_local_mode_and_selling_goes_on(diner: Diner) -> None:
    diner.bridge.close()
    diner.wait(6)
    assert diner.view.status.text.startswith("Local mode since 12:28")
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    assert len(diner.tickets()) == 1


def test_acknowledged_entries_of_another_enrolment_say_nothing_about_ours(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    diner.bridge.send(Mark(9, 5000, 0))
    diner.bridge.send(Link(False))
    diner.wait(6)
    assert "· orders are kept here ·" in diner.view.status.text


def test_a_sale_rings_the_bridge(diner: Diner) -> None:
    diner.bridge.drain()
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    said = iter(lambda: diner.bridge.receive(PATIENCE_S), None)
    assert any(getattr(news, "seq", None) == diner.journal.head.seq for news in said)


def test_what_the_bridge_cannot_accept_is_seen_at_the_edge_for_a_while(diner: Diner) -> None:
    diner.bridge.send(Alarm("revision refused: the signature is wrong"))
    diner.wait(1)
    assert diner.view.status.text == "The line to head office needs attention"
    diner.touch(OrderAsGuest())
    assert isinstance(diner.view.screen, OrderScreen)
    diner.wait(31)
    assert diner.view.status.text == ""


def test_a_forked_journal_stops_selling_until_head_office_goes_on_with_it(diner: Diner) -> None:
    diner.bridge.send(Alarm("its journal was copied", stops=True))
    diner.wait(3)
    assert diner.closed.reason.startswith("Head office has stopped this terminal")
    diner.badge(ANNA)
    assert diner.closed.advice.startswith("Nothing was charged. Please call a technician")
    diner.bridge.send(Alarm("revision refused"))
    diner.bridge.close()
    diner.wait(60)
    assert diner.closed.reason.startswith("Head office has stopped this terminal")


def test_the_next_mark_opens_a_stopped_terminal(diner: Diner) -> None:
    diner.bridge.send(Alarm("its journal was copied", stops=True))
    diner.wait(3)
    diner.bridge.send(Mark(1, 1, 0))
    diner.wait(3)
    assert isinstance(diner.view.screen, AttractScreen)


def test_a_stop_during_an_order_charges_nothing(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay())
    diner.bridge.send(Alarm("its journal was copied", stops=True))
    diner.wait(1)
    diner.touch(ConfirmPayment())
    assert diner.closed.reason.startswith("Head office has stopped this terminal")
    assert diner.tickets() == []


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_the_closed_screen_speaks_every_language(bare: Canteen, language: str) -> None:
    diner = bare.open()
    diner.touch(ChooseLanguage(language))
    assert [choice.code for choice in diner.view.languages if choice.chosen] == [language]
    assert diner.closed.reason


def test_a_closed_terminal_goes_back_to_its_own_language(bare: Canteen) -> None:
    diner = bare.open()
    diner.touch(ChooseLanguage("de"))
    diner.wait(50)
    assert diner.closed.title == "Vorübergehend geschlossen"
    diner.wait(11)
    assert diner.closed.title == "Closed for the moment"
