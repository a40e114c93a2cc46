"""One whole picture of the till from what it remembers."""

from __future__ import annotations

from appliance.flows import intents
from appliance.flows.till.functions import Function
from appliance.flows.till.money import note_keys
from appliance.flows.till.panels import Listing, Pad
from appliance.presenters import views
from appliance.presenters.till.panels import panel
from appliance.presenters.till.scene import TillScene
from appliance.presenters.till.status import status
from appliance.presenters.till.ticket import ticket_panel
from appliance.presenters.views_till import Action, SignInScreen, TillScreen
from sales.money import minor_digits


def present(scene: TillScene) -> views.View:
    """The view for `scene`."""
    return views.View(_screen(scene), (), views.StatusLine("", views.Tone.NEUTRAL))


def _screen(scene: TillScene) -> views.ScreenView:
    if scene.state.closed is not None:
        return _closed(scene)
    if scene.state.cashier is None:
        return _sign_in(scene)
    return _till(scene)


def _closed(scene: TillScene) -> views.ClosedScreen:
    tr, closed = scene.tr, scene.state.closed
    store = scene.catalogue.store.name if scene.catalogue else "Refectory"
    reason, advice = (closed.reason(tr), closed.advice(tr)) if closed else ("", "")
    return views.ClosedScreen(views.Header(store, ""), tr.say("Closed for the moment"), reason, advice)


def _sign_in(scene: TillScene) -> SignInScreen:
    tr = scene.tr
    typing = isinstance(scene.state.panel, Pad)
    return SignInScreen(
        status=status(scene),
        title=scene.catalogue.store.name if scene.catalogue else "Refectory",
        invitation="" if typing else tr.say("Hold your badge to the reader, or choose your name and type your PIN."),
        panel=panel(scene),
        problem=scene.state.problem(tr) if scene.state.problem else "",
    )


def _till(scene: TillScene) -> TillScreen:
    tr, state = scene.tr, scene.state
    listing = state.panel if isinstance(state.panel, Listing) and state.panel.typing else None
    return TillScreen(
        status=status(scene),
        ticket=ticket_panel(scene),
        search_hint=tr.say("Article, PLU, guest or scan"),
        search_text=listing.text if listing else "",
        weight="",
        panel=panel(scene),
        tenders=_tenders(scene),
        cash_label=tr.say("Cash"),
        cash=_cash(scene),
        footer=(
            Action(tr.say("Receipt"), intents.LastSlip(), "receipt_text"),
            Action(tr.say("More"), intents.OpenFunction(Function.MORE), "ellipsis"),
        ),
        paid=state.paid.card(tr) if state.paid else None,
        training=tr.say("TRAINING: nothing counts") if state.training else "",
    )


def _payable(scene: TillScene) -> bool:
    return scene.tray is not None and not scene.tray.basket.is_empty


def _tenders(scene: TillScene) -> tuple[Action, ...]:
    tr = scene.tr
    due = _payable(scene)
    return (
        Action(tr.say("Account"), intents.PayByAccount() if due else None, "nfc"),
        Action(tr.say("Card"), intents.PayByCard() if due else None, "credit_card"),
    )


def _cash(scene: TillScene) -> tuple[Action, ...]:
    if scene.catalogue is None:
        return ()
    tr, due = scene.tr, _payable(scene)
    unit = 10 ** minor_digits(scene.currency)
    return (
        Action(tr.say("exact"), intents.CashGiven(None) if due else None),
        *(
            Action(tr.number(note // unit), intents.CashGiven(note) if due else None)
            for note in note_keys(scene.currency)
        ),
        Action(tr.say("other"), intents.OpenFunction(Function.OTHER_CASH) if due else None),
    )
