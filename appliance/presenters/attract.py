"""The screen that waits for a diner, and the one that says why nobody can be served."""

from __future__ import annotations

from appliance.presenters import views
from appliance.presenters.pieces import header
from appliance.presenters.scene import Scene

_PICTURES = 9


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
        pictures=pictures[:_PICTURES],
    )


def closed(scene: Scene, reason: str, advice: str) -> views.ClosedScreen:
    return views.ClosedScreen(header(scene), scene.tr.say("Closed for the moment"), reason, advice)
