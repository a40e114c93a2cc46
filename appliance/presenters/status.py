"""The quiet line at the edge."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from appliance.presenters.pieces import time_or_day
from appliance.presenters.scene import Facts, Scene
from appliance.presenters.views import StatusLine, Tone
from appliance.presenters.words import trouble
from sales.catalogue import Catalogue


def status_line(scene: Scene) -> StatusLine:
    """The line of a kiosk, in the language its diner chose."""
    return facts_in_words(scene.tr, scene.facts, scene.catalogue, scene.now, scene.timezone)


def facts_in_words(
    tr: Translator, facts: Facts, catalogue: Catalogue | None, now: datetime, timezone: ZoneInfo
) -> StatusLine:
    """Troubles first, then the mode with how old the data is, without figures; empty when all is well."""
    parts = [trouble(tr, found) for found in facts.troubles]
    if facts.clock_behind:
        parts.append(tr.say("The clock is wrong: orders go on, in order"))
    if facts.alarm:
        parts.append(tr.say("The line to head office needs attention"))
    if facts.local_since is not None:
        parts.append(tr.say("Local mode since {time}", time=time_or_day(tr, facts.local_since, now, timezone)))
    attention = bool(parts)
    if facts.local_since is not None:
        if facts.unsent:
            parts.append(tr.say("orders are kept here"))
        if catalogue is not None:
            parts.append(tr.say("prices of {time}", time=time_or_day(tr, catalogue.published_at, now, timezone)))
        if facts.balances_of is not None:
            parts.append(tr.say("balances of {time}", time=time_or_day(tr, facts.balances_of, now, timezone)))
    return StatusLine(" · ".join(parts), Tone.ATTENTION if attention else Tone.NEUTRAL)
