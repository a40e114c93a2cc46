"""The managers' guide: the law it states is the one that is followed, its example is computed so, its permissions are there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sales.receipt import ReceiptRule, receipt_rule
from server.guests.choices import PERMISSIONS
from tests.docs.documents import ROOT
from tests.sales.service import SERVICE, lunch_tray, ring_up

GUIDE = (ROOT / "docs" / "canteen.md").read_text()
COUNTRIES = re.findall(r"^\| ([A-Z]{2}|others) \| (always|offered|on request) \| (.+) \|$", GUIDE, re.MULTILINE)
SOMEWHERE_ELSE = "IT"


@pytest.mark.parametrize(("country", "slip"), [row[:2] for row in COUNTRIES])
def test_slips_come_as_the_table_says(country: str, slip: str) -> None:
    store = replace(SERVICE.store, country=SOMEWHERE_ELSE if country == "others" else country)
    rule = receipt_rule(store, ring_up(lunch_tray("schnitzel")))
    assert rule is ReceiptRule(slip.replace(" ", "_"))


def test_the_law_it_names_is_the_law_that_is_followed() -> None:
    followed = " ".join((receipt_rule.__doc__ or "").split())
    part = GUIDE.partition("## Slips by country")[2].partition("\n## ")[0]
    named = re.findall(
        r"§ \w+(?: \(\d\) \w+| \w+)|MWSTG, art\. 26 \(1\)|art\. [LD]\. [\d-]+|décret [\d-]+|\d+/2012|83-50/A", part
    )
    assert len(named) == 9
    assert [law for law in named if law not in followed] == []


def test_the_example_of_who_pays_is_what_a_ticket_says() -> None:
    rows = dict(re.findall(r"^\| \**([\w ,]+?)\** \| \**(-?[\d.]+)\** \|", GUIDE, re.MULTILINE))
    ticket = ring_up(lunch_tray("schnitzel"))
    assert f"{ticket.to_pay_minor / 100:.2f}" == rows["The guest pays"] == "7.30"
    assert f"{ticket.total_minor / 100:.2f}" == rows["Ticket, turnover"] == "10.30"
    assert f"{ticket.charges[0].amount_minor / 100:.2f}" == rows["Werk Nord owes"] == "3.00"


def test_the_permissions_are_those_of_the_back_office() -> None:
    part = GUIDE.partition("| Permission |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| (\w[^|]*?) \|", part, re.MULTILINE)
    source = (ROOT / "server" / "guests" / "choices.py").read_text()
    labels = dict(re.findall(r'\("(\w+)", _\("(.+?)"\)\)', source))
    assert [labels[code] for code, _label in PERMISSIONS] == named
