"""Before paying: what, where it is eaten, how much, and from whose account."""

from __future__ import annotations

from appliance.ui.screens.page import Page


class CheckoutPage(Page):
    pass
