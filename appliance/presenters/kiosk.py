"""One whole picture of the kiosk from what it remembers."""

from __future__ import annotations

from appliance.flows.set_menus import MenuSheet
from appliance.flows.state import KioskState, Order, Stage
from appliance.presenters import views
from appliance.presenters.attract import attract, closed
from appliance.presenters.checkout import checkout_screen, done_screen
from appliance.presenters.order import order_screen
from appliance.presenters.pieces import languages
from appliance.presenters.scene import Scene
from appliance.presenters.set_menus import menu_sheet
from appliance.presenters.sheet import article_sheet
from appliance.presenters.status import status_line


def present(scene: Scene, pictures: tuple[str, ...]) -> views.View:
    """The view for `scene`; `pictures` decorate the attract screen."""
    state = scene.state
    order = state.order
    return views.View(
        screen=_screen(scene, pictures),
        languages=languages(scene),
        status=status_line(scene),
        sheet=_sheet(scene, order) if order else None,
        notice=state.notice(scene.tr) if state.notice else None,
        timeout=_timeout(scene),
        high_contrast=state.high_contrast,
    )


def _screen(scene: Scene, pictures: tuple[str, ...]) -> views.ScreenView:
    state: KioskState = scene.state
    if state.closed is not None:
        return closed(scene, state.closed.reason(scene.tr), state.closed.advice(scene.tr))
    if state.stage is Stage.ORDER and state.order is not None:
        return order_screen(scene, state.order)
    if state.stage is Stage.CHECKOUT and state.order is not None:
        return checkout_screen(scene, state.order)
    if state.stage is Stage.DONE and state.sale is not None:
        return done_screen(scene, state.sale)
    return attract(scene, pictures)


def _sheet(scene: Scene, order: Order) -> views.ArticleSheet | None:
    if order.sheet is None:
        return None
    if isinstance(order.sheet, MenuSheet):
        return menu_sheet(scene, order, order.sheet)
    return article_sheet(scene, order, order.sheet)


def _timeout(scene: Scene) -> views.TimeoutWarning | None:
    if scene.seconds_left is None:
        return None
    tr = scene.tr
    return views.TimeoutWarning(
        title=tr.say("Are you still there?"),
        text=tr.say_many(
            "Your order will be cleared in {count} second.",
            "Your order will be cleared in {count} seconds.",
            scene.seconds_left,
        ),
        seconds_left=scene.seconds_left,
        button=tr.say("I am still here"),
        start_again=tr.say("Start again"),
    )
