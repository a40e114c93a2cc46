"""Paid: the number to collect the meal with."""

from __future__ import annotations

from appliance.ui.screens.page import Page


class DonePage(Page):
    pass
