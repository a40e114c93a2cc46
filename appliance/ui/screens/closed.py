"""The terminal cannot sell, and says why."""

from __future__ import annotations

from appliance.ui.screens.page import Page


class ClosedPage(Page):
    pass
