"""The quiet line at the edge."""

from __future__ import annotations

from appliance.presenters.pieces import moment
from appliance.presenters.scene import Scene
from appliance.presenters.views import StatusLine, Tone
from appliance.presenters.words import trouble


def status_line(scene: Scene) -> StatusLine:
    """Troubles first, then the mode with what is unsent and how old the data is; empty when all is well."""
    tr, facts = scene.tr, scene.facts
    parts = [trouble(tr, found) for found in facts.troubles]
    if facts.clock_behind:
        parts.append(tr.say("The clock is wrong: orders go on, in order"))
    if facts.alarm:
        parts.append(tr.say("The line to head office needs attention"))
    if facts.local_since is not None:
        parts.append(tr.say("Local mode since {time}", time=moment(scene, facts.local_since)))
    attention = bool(parts)
    if facts.unsent:
        parts.append(tr.say_many("{count} order unsent", "{count} orders unsent", facts.unsent))
    if facts.local_since is not None:
        if scene.catalogue is not None:
            parts.append(tr.say("prices of {time}", time=moment(scene, scene.catalogue.published_at)))
        if facts.balances_of is not None:
            parts.append(tr.say("balances of {time}", time=moment(scene, facts.balances_of)))
    return StatusLine(" · ".join(parts), Tone.ATTENTION if attention else Tone.NEUTRAL)
