"""The way to the technician's screen, where no list of functions leads there: knocking on the name of the store."""

from __future__ import annotations

from appliance.flows import intents
from appliance.flows.clock import Clock
from appliance.store.head_office import HeadOfficeLink
from hal.events import BadgePresented, BarcodeScanned

KNOCKS, WITHIN_S = 5, 3.0
LEAVES_AFTER_S = 120.0


class Technician:
    """Whether the technician's screen lies open. It goes by itself when nobody touches it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._knocks: list[float] = []
        self._touched_s: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self._touched_s is not None

    def knock(self) -> None:
        """The name of the store was touched; five times within three seconds open the screen."""
        now_s = self._clock.monotonic_s()
        self._knocks = [at_s for at_s in self._knocks if now_s - at_s < WITHIN_S] + [now_s]
        if len(self._knocks) >= KNOCKS:
            self.open()

    def open(self) -> None:
        """Show it."""
        self._knocks = []
        self._touched_s = self._clock.monotonic_s()

    def close(self) -> None:
        """Somebody is here who wants something else."""
        self._touched_s = None

    def takes(self, event: object, link: HeadOfficeLink) -> bool:
        """Take what is meant for this screen; tells whether the event was. A badge or a code closes it and goes on."""
        match event:
            case intents.Knock():
                self.knock()
            case intents.SendNow() if self.is_open:
                link.send_now()
                self.open()
            case intents.CloseTechnician():
                self.close()
            case BadgePresented() | BarcodeScanned():
                self.close()
                return False
            case _:
                return False
        return True

    def tick(self) -> None:
        """Let time pass."""
        if self._touched_s is not None and self._clock.monotonic_s() - self._touched_s >= LEAVES_AFTER_S:
            self.close()
