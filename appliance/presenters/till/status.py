"""The line at the top: the mode, what head office has not got yet, how old things are, who is here and what time it is."""

from __future__ import annotations

from appliance.presenters.names import terminal_name
from appliance.presenters.pieces import time_or_day
from appliance.presenters.till.scene import TillScene
from appliance.presenters.views import Tone
from appliance.presenters.views_till import TillStatus


def status(scene: TillScene) -> TillStatus:
    tr, facts = scene.tr, scene.facts
    local = facts.local_since is not None
    if facts.local_since is not None:
        mode = tr.say("Local mode since {time}", time=time_or_day(tr, facts.local_since, scene.now, scene.timezone))
    else:
        mode = tr.say("Connected")
    cashier = scene.state.cashier
    who = [terminal_name(scene.store.terminal_id), cashier.name if cashier else "", tr.time(scene.now, scene.timezone)]
    return TillStatus(
        mode=mode,
        detail=" · ".join(_details(scene)),
        who=" · ".join(part for part in who if part),
        tone=Tone.ATTENTION if local or facts.alarm or facts.clock_behind else Tone.GOOD,
        icon="cloud_off" if local else "check",
    )


def _details(scene: TillScene) -> list[str]:
    tr, facts = scene.tr, scene.facts
    parts = []
    if facts.clock_behind:
        parts.append(tr.say("The clock is wrong: orders go on, in order"))
    if facts.alarm:
        parts.append(tr.say("The line to head office needs attention"))
    parts.append(tr.say("{count} unsent", count=tr.number(facts.unsent)))
    if facts.unsent_minor:
        parts.append(scene.money(facts.unsent_minor))
    if facts.upto:
        parts.append(tr.say("complete up to {number}", number=tr.number(facts.upto)))
    if facts.balances_of is not None:
        age = time_or_day(tr, facts.balances_of, scene.now, scene.timezone)
        parts.append(tr.say("balances of {time}", time=age))
    if scene.catalogue is not None:
        age = time_or_day(tr, scene.catalogue.published_at, scene.now, scene.timezone)
        parts.append(tr.say("prices of {time}", time=age))
    return parts
