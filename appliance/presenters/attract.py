"""The screen that waits for a diner, and the one that says why nobody can be served."""

from __future__ import annotations

from appliance.presenters import views
from appliance.presenters.pieces import header
from appliance.presenters.scene import Scene

_PICTURES = (
    "pot_of_food",
    "green_salad",
    "spaghetti",
    "steaming_bowl",
    "red_apple",
    "fish",
    "croissant",
    "tropical_drink",
    "custard",
)
"""As many as the screen has places for; they fill the places for which the menu has no picture."""


def attract(scene: Scene, pictures: tuple[str, ...]) -> views.AttractScreen:
    tr = scene.tr
    if scene.facts.badge_possible:
        sentence = tr.say("Hold your badge to the reader, or touch the screen to order as a guest.")
        hint = tr.say("Badge here")
    else:
        sentence = tr.say("The badge reader is not working. Look at the menu here, and please pay at the counter.")
        hint = tr.say("Badge reader not working")
    return views.AttractScreen(
        header=header(scene),
        title=tr.say("What would you like today?"),
        sentence=sentence,
        guest_button=tr.say("Order as a guest"),
        badge_hint=hint,
        pictures=tuple(dict.fromkeys(pictures + _PICTURES))[: len(_PICTURES)],
    )


def closed(scene: Scene, reason: str, advice: str) -> views.ClosedScreen:
    return views.ClosedScreen(header(scene), scene.tr.say("Closed for the moment"), reason, advice)
