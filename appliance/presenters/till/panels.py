"""What lies open in the middle: keys, or a pad, a list, a report, a count."""

from __future__ import annotations

from appliance.flows import intents
from appliance.flows.till.panels import Count, Listing, Pad, Report, Row, Typing
from appliance.presenters.till.keys import keys_panel
from appliance.presenters.till.scene import TillScene
from appliance.presenters.views import Tone
from appliance.presenters.views_till import (
    Action,
    CountPanel,
    CountRow,
    ListPanel,
    PadPanel,
    Panel,
    ReportPanel,
)
from sales.figures import decimal_mark
from sales.money import currency_symbol


def panel(scene: TillScene) -> Panel:
    found = scene.state.panel
    match found:
        case Pad():
            return _pad(scene, found)
        case Listing():
            return _list(scene, found)
        case Report():
            return _report(scene, found)
        case Count():
            return _count(scene, found)
        case _:
            return keys_panel(scene)


def _cancel(scene: TillScene) -> Action:
    return Action(scene.tr.say("Cancel"), intents.ClosePanel(), "x")


def _pad(scene: TillScene, pad: Pad) -> PadPanel:
    tr = scene.tr
    return PadPanel(
        title=pad.title(tr),
        hint=pad.hint(tr),
        shown=_shown(scene, pad),
        problem=pad.problem(tr) if pad.problem else "",
        confirm=Action(tr.say("OK"), intents.PadDone(), "check", tone=Tone.GOOD),
        cancel=_cancel(scene),
        decimal=pad.typing is Typing.MONEY,
        mark=decimal_mark(tr.language),
    )


def _shown(scene: TillScene, pad: Pad) -> str:
    if pad.typing is Typing.SECRET:
        return "•" * len(pad.text)
    if not pad.text:
        return ""
    if pad.typing is not Typing.MONEY:
        return f"{pad.text} {pad.unit}".strip()
    text = pad.text.replace(".", decimal_mark(scene.tr.language))
    return f"{text} {pad.unit or currency_symbol(scene.currency)}"


def _list(scene: TillScene, listing: Listing) -> ListPanel:
    tr = scene.tr
    confirm = None
    if listing.confirm is not None and listing.done is not None:
        intent = intents.PadDone() if _can_be_taken(listing) else None
        confirm = Action(listing.confirm(tr), intent, "check", tone=Tone.GOOD)
    return ListPanel(
        title=listing.title(tr),
        hint=listing.hint(tr),
        rows=tuple(_row(scene, row) for row in listing.rows),
        empty_text="" if listing.rows or (listing.typing and not listing.text) else listing.empty(tr),
        cancel=_cancel(scene) if listing.leads_back else None,
        typing=listing.typing,
        columns=listing.columns,
        confirm=confirm,
    )


def _can_be_taken(listing: Listing) -> bool:
    """What is typed says one thing: it is a number, or only one article has that name."""
    if not listing.typing or listing.text.strip().isdigit():
        return True
    return len(listing.rows) == 1 and listing.rows[0].intent is None


def _row(scene: TillScene, row: Row) -> Action:
    intent = (row.intent or intents.ChooseRow(row.id)) if row.possible else None
    return Action(row.label(scene.tr), intent, row.icon, row.detail(scene.tr), row.tone, row.chosen)


def _report(scene: TillScene, report: Report) -> ReportPanel:
    tr = scene.tr
    actions = [Action(tr.say("Done"), intents.ClosePanel(), "check", tone=Tone.GOOD)]
    if report.print is not None and scene.store.has_printer:
        actions.insert(0, Action(tr.say("Print"), intents.LastSlip(), "printer"))
    return ReportPanel(report.title(tr), report.rows(tr), tuple(actions))


def _count(scene: TillScene, count: Count) -> CountPanel:
    tr = scene.tr
    return CountPanel(
        title=count.title(tr),
        hint=tr.say("Touch a coin or note, then type how many there are."),
        rows=tuple(
            CountRow(
                value,
                scene.figure(value),
                tr.number(count.counts[value]) if value in count.counts else "",
                scene.figure(value * count.counts[value]) if count.counts.get(value) else "",
            )
            for value in count.values
        ),
        chosen_minor=count.chosen,
        total_label=tr.say("Counted"),
        total=scene.money(count.total_minor),
        confirm=Action(tr.say("Counted: close the shift"), intents.PadDone(), "check", tone=Tone.GOOD),
        cancel=_cancel(scene),
    )
