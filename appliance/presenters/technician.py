"""The technician's screen: everything this terminal knows of its mode, its delivery, its data and its devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.flows import intents
from appliance.i18n import Translator, msg
from appliance.presenters.names import terminal_name
from appliance.presenters.pieces import time_or_day
from appliance.presenters.scene import DeviceNow, Technical, WhyLocal
from appliance.presenters.views import StatusLine, Tone, View
from appliance.presenters.views_technician import FactCard, FactRow, TechnicianScreen
from appliance.presenters.views_till import Action
from hal.health import Reason, State

DISK_ATTENTION_PERCENT = 80
SKEW_ATTENTION_S = 30

_WHY: Mapping[WhyLocal, str] = {
    WhyLocal.NO_BRIDGE: msg("Nothing has been heard of the connection since this terminal started."),
    WhyLocal.NO_LINE: msg("The line to head office is down."),
    WhyLocal.SENDS_LATER: msg("This terminal sends later, so head office is not asked."),
    WhyLocal.NO_ANSWER: msg("The line is there, but head office does not answer in time."),
}
_DEVICES: Mapping[str, str] = {
    "badge_reader": msg("Badge reader"),
    "receipt_printer": msg("Receipt printer"),
    "kitchen_printer": msg("Kitchen printer"),
    "barcode_scanner": msg("Barcode scanner"),
    "cash_drawer": msg("Cash drawer"),
    "customer_display": msg("Customer display"),
}
_NOT_WORKING = msg("not working")
_REASONS: Mapping[Reason, str] = {
    Reason.PAPER_NEAR_END: msg("paper is running low"),
    Reason.PAPER_OUT: msg("no paper"),
    Reason.COVER_OPEN: msg("cover open"),
    Reason.CUTTER_ERROR: msg("the knife is blocked"),
    Reason.UNPLUGGED: msg("not plugged in"),
    Reason.TIMEOUT: msg("does not answer"),
    Reason.OFFLINE: msg("switched off"),
}
_TRANSFER: Mapping[str, str] = {
    "immediate": msg("immediately"),
    "shift_end": msg("at the end of a shift"),
    "service_end": msg("at the end of a meal service"),
    "by_hand": msg("when asked to"),
}


@dataclass(frozen=True)
class TechnicianMoment:
    """What the screen is made of; `currency` is empty before there is a menu."""

    tr: Translator
    facts: Technical
    terminal_id: str
    currency: str
    now: datetime
    timezone: ZoneInfo

    def time(self, when: datetime) -> str:
        """A time of today as 11:28, an older one with its day."""
        return time_or_day(self.tr, when, self.now, self.timezone)


def technician_view(moment: TechnicianMoment) -> View:
    """The whole picture."""
    tr, known = moment.tr, moment.facts
    local = known.why is not None
    since = moment.time(known.since)
    mode = tr.say("Local mode since {time}", time=since) if local else tr.say("Connected since {time}", time=since)
    actions = [Action(tr.say("Done"), intents.CloseTechnician(), "check", tone=Tone.GOOD)]
    if known.unsent_entries:
        actions.insert(0, Action(tr.say("Send now"), intents.SendNow(), "refresh_cw"))
    screen = TechnicianScreen(
        title=tr.say("State of this terminal"),
        who=f"{terminal_name(moment.terminal_id)} · {tr.time(moment.now, moment.timezone)}",
        mode=mode,
        why=_why(moment),
        tone=Tone.ATTENTION if local else Tone.GOOD,
        icon="cloud_off" if local else "check",
        cards=tuple(_cards(moment)),
        actions=tuple(actions),
    )
    return View(screen, (), StatusLine("", Tone.NEUTRAL))


def _why(moment: TechnicianMoment) -> str:
    tr, known = moment.tr, moment.facts
    parts = [tr.say(_WHY[known.why])] if known.why is not None else []
    if known.last_answer_s is not None:
        took = f"{tr.number(max(1, round(known.last_answer_s * 1000)))}\u00a0ms"
        parts.append(tr.say("The last answer of head office took {time}.", time=took))
    return " ".join(parts)


def _cards(moment: TechnicianMoment) -> Iterator[FactCard]:
    tr = moment.tr
    yield FactCard(tr.say("Delivery"), "inbox", tuple(_delivery(moment)))
    yield FactCard(tr.say("Proof of head office"), "key_round", tuple(_proof(moment)))
    yield FactCard(tr.say("Prices and accounts"), "tag", tuple(_data(moment)))
    if rows := tuple(_terminal(moment)):
        yield FactCard(tr.say("This terminal"), "info", rows)
    if moment.facts.devices:
        rows = tuple(_device(moment, device) for device in moment.facts.devices)
        yield FactCard(tr.say("Devices"), "printer", rows)


def _delivery(moment: TechnicianMoment) -> Iterator[FactRow]:
    tr, known = moment.tr, moment.facts
    unsent = tr.number(known.unsent_entries)
    if known.facts.unsent_minor and moment.currency:
        unsent = f"{unsent} · {tr.money(known.facts.unsent_minor, moment.currency)}"
    yield FactRow(tr.say("Unsent"), unsent, Tone.ATTENTION if known.unsent_entries else Tone.GOOD)
    if known.oldest_unsent_at is not None:
        yield FactRow(tr.say("Unsent since"), moment.time(known.oldest_unsent_at))
    upto = tr.say("{number} of {last}", number=tr.number(known.facts.upto), last=tr.number(known.head_seq))
    yield FactRow(tr.say("Complete up to"), upto)
    if known.quarantined:
        yield FactRow(tr.say("Not readable there"), tr.number(known.quarantined), Tone.REFUSED)
    if known.proof is not None and known.proof.transfer:
        yield FactRow(tr.say("Sends"), _transfer(tr, known.proof.transfer))


def _transfer(tr: Translator, mode: str) -> str:
    """What `mqtt_bridge.transfer.TransferPlan` writes, in words."""
    kind, _, figures = mode.partition(" ")
    if kind == "every":
        return tr.say("every {number} minutes", number=figures.partition(" ")[0])
    if kind == "times":
        return tr.say("at {times}", times=figures.strip("()"))
    return tr.say(_TRANSFER[mode]) if mode in _TRANSFER else mode


def _proof(moment: TechnicianMoment) -> Iterator[FactRow]:
    tr, proof = moment.tr, moment.facts.proof
    if proof is None or not proof.number:
        yield FactRow(tr.say("Acknowledgement"), tr.say("none yet"))
    else:
        yield FactRow(tr.say("Given by"), proof.server)
        yield FactRow(tr.say("Acknowledgement"), tr.number(proof.number))
        if proof.at:
            yield FactRow(tr.say("Given at"), moment.time(datetime.fromisoformat(proof.at)))


def _terminal(moment: TechnicianMoment) -> Iterator[FactRow]:
    tr, skew_s, used = moment.tr, moment.facts.skew_s, moment.facts.disk_used_percent
    if skew_s is not None:
        wrong = abs(skew_s) >= SKEW_ATTENTION_S
        yield FactRow(tr.say("Clock"), _skew(tr, skew_s), Tone.ATTENTION if wrong else Tone.NEUTRAL)
    if used is not None:
        full = used >= DISK_ATTENTION_PERCENT
        yield FactRow(tr.say("Disk used"), tr.percent(used * 100), Tone.ATTENTION if full else Tone.NEUTRAL)


def _skew(tr: Translator, skew_s: int) -> str:
    seconds = tr.number(abs(skew_s))
    if skew_s == 0:
        return tr.say("as head office's")
    return tr.say("{number} s ahead", number=seconds) if skew_s > 0 else tr.say("{number} s behind", number=seconds)


def _data(moment: TechnicianMoment) -> Iterator[FactRow]:
    tr, known = moment.tr, moment.facts
    if known.revision is None or known.prices_of is None:
        yield FactRow(tr.say("Menu and prices"), tr.say("none yet"), Tone.REFUSED)
    else:
        yield FactRow(tr.say("Menu and prices"), tr.say("revision {number}", number=tr.number(known.revision)))
        yield FactRow(tr.say("Published"), moment.time(known.prices_of))
    if known.facts.balances_of is None:
        yield FactRow(tr.say("Balances"), tr.say("none yet"), Tone.REFUSED)
    else:
        local = Tone.ATTENTION if known.why is not None else Tone.NEUTRAL
        yield FactRow(tr.say("Balances"), moment.time(known.facts.balances_of), local)


def _device(moment: TechnicianMoment, device: DeviceNow) -> FactRow:
    tr, health = moment.tr, device.health
    label = tr.say(_DEVICES[device.contract]) if device.contract in _DEVICES else device.name
    if health.state is State.CONNECTING:
        return FactRow(label, tr.say("being looked for"))
    if health.state is State.READY:
        return FactRow(label, tr.say("ready"), Tone.GOOD)
    tone = Tone.ATTENTION if health.can_work else Tone.REFUSED
    return FactRow(label, tr.say(_REASONS.get(health.reason, _NOT_WORKING)), tone)
