"""Alarms in the words of whoever reads them, and what to do. Terminals and journals hold the English text."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class AlarmWords:
    """An alarm in the active language, and what to do about it, step by step."""

    text: str
    steps: tuple[str, ...]


_FORK = re.compile(r"The journal has two branches(?: at entry ([0-9]+))?: its key is in use twice\.")


def alarm_words(alarm: str) -> AlarmWords | None:
    """Return an alarm with what to do; None where there is no alarm. A text that is not known is shown as it is."""
    if not alarm:
        return None
    fork = _FORK.fullmatch(alarm)
    if fork is None:
        return AlarmWords(alarm, (_("Find out what happened, put it right, then clear the alarm."),))
    text = _("The journal has two branches: its key is in use twice.")
    if fork[1]:
        text = _("The journal has two branches at entry %(seq)s: its key is in use twice.") % {"seq": fork[1]}
    return AlarmWords(text, _fork_steps())


def _fork_steps() -> tuple[str, ...]:
    return (
        _("The disk was copied, or put back from a copy. Find both devices, and stop selling on one of them."),
        _("Enrol the one you stopped anew with a new key. If it puts aside an archive, bring that to head office."),
        _("In the quarantine, take in what it sold under a new branch."),
        _("Clear the alarm here: the other one goes on."),
    )
