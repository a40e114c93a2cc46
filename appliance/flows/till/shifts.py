"""The shift: its float, its blind count, the X report within it and the Z report after it."""

from __future__ import annotations

from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import coins_and_notes, parse_minor
from appliance.flows.till.panels import Count, Pad, Report, Say, Typing
from appliance.presenters.till import report, strips
from sales.closing import Closing
from sales.shift import ShiftClosed


def ask_float(desk: Desk) -> None:
    """Ask for the money that lies in the drawer when the shift begins."""
    if desk.store.shift is not None:
        desk.explain(strips.shift_runs)
        return
    if desk.store.catalogue is None:
        return

    def done(text: str) -> Say | None:
        float_minor = parse_minor(text or "0", desk.currency)
        if float_minor is None:
            return lambda tr: tr.say("Type an amount.")
        if desk.recorded(lambda: desk.store.open_shift(float_minor, desk.state.cashier_id, desk.now)):
            desk.explain(strips.shift_opened)
        return None

    desk.show(
        Pad(
            lambda tr: tr.say("Open shift"),
            done,
            Typing.MONEY,
            hint=lambda tr: tr.say("Float: the money in the drawer now"),
        )
    )


def ask_count(desk: Desk) -> None:
    """Have the drawer counted; what should be in it is shown only after the count is final."""
    tray = desk.state.tray
    if tray is not None and not tray.basket.is_empty:
        desk.explain(strips.finish_first)
        return
    desk.state.tray = None
    values = tuple(sorted(coins_and_notes(desk.currency), reverse=True))
    desk.show(
        Count(
            lambda tr: tr.say("Count the drawer"),
            values,
            lambda counted_minor: _close(desk, counted_minor),
            chosen=values[0],
        )
    )


def _close(desk: Desk, counted_minor: int) -> None:
    closed: list[ShiftClosed] = []
    if not desk.recorded(
        lambda: closed.append(desk.store.close_shift(counted_minor, desk.state.cashier_id, desk.slip_tr, desk.now))
    ):
        return
    shift = closed[0]
    desk.state.paid = None
    desk.show(
        Report(
            title=lambda tr: tr.say("Shift {number} closed", number=shift.shift),
            rows=lambda tr: report.count(tr, shift),
            print=lambda: desk.store.print_shift(shift, desk.slip_tr),
        )
    )


def show_x(desk: Desk) -> None:
    """The figures of the running shift, or of the time since the last Z report."""
    running = desk.store.shift
    totals = desk.store.totals_of_shift() if running is not None else desk.store.totals_since_z()
    desk.show(
        Report(
            title=lambda tr: tr.say("X report"),
            rows=lambda tr: report.totals(tr, totals, desk.store.catalogue, desk.store.cashier_names()),
            print=lambda: desk.store.print_x(totals, desk.state.cashier_id, desk.slip_tr, desk.now),
        )
    )


def ask_z(desk: Desk) -> None:
    """Close the day: the sum of all shifts since the last Z report, recorded for good."""
    if desk.store.shift is not None:
        desk.explain(strips.shift_is_open)
    elif not desk.store.shifts_since_z:
        desk.explain(strips.nothing_since_z)
    else:
        done: list[Closing] = []
        if desk.recorded(lambda: done.append(desk.store.close_day(desk.state.cashier_id, desk.slip_tr, desk.now))):
            closing = done[0]
            desk.state.paid = None
            desk.show(
                Report(
                    title=lambda tr: tr.say("Z report {number}", number=closing.number),
                    rows=lambda tr: report.closing(tr, closing, desk.store.catalogue, desk.store.cashier_names()),
                    print=lambda: desk.store.print_z(closing, desk.slip_tr),
                )
            )


FUNCTIONS = {
    Function.OPEN_SHIFT: ask_float,
    Function.CLOSE_SHIFT: ask_count,
    Function.X_REPORT: show_x,
    Function.Z_REPORT: ask_z,
}
