"""How the terminal's devices are, as far as a flow cares."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.presenters.scene import DeviceNow, DeviceTrouble
from hal.health import CONNECTING, Health, Reason, State


class DeviceBoard:
    """The last word of every device. `contracts` maps a device's name to what it is for."""

    def __init__(self, contracts: Mapping[str, str]) -> None:
        self._contracts = dict(contracts)
        self._health: dict[str, Health] = dict.fromkeys(self._contracts, CONNECTING)

    def heard(self, device: str, health: Health) -> None:
        if device in self._health:
            self._health[device] = health

    def usable(self, contract: str) -> bool:
        """Whether some device of this contract works, or may yet turn out to while it is being opened."""
        return any(
            health.can_work or health.state is State.CONNECTING
            for name, health in self._health.items()
            if self._contracts[name] == contract
        )

    def works(self, contract: str) -> bool:
        """Whether some device of this contract is known to work now."""
        return any(health.can_work for name, health in self._health.items() if self._contracts[name] == contract)

    def all(self) -> tuple[DeviceNow, ...]:
        """Every device, in the order of the configuration."""
        return tuple(DeviceNow(name, self._contracts[name], health) for name, health in self._health.items())

    def troubles(self) -> tuple[DeviceTrouble, ...]:
        """The devices that need somebody, in the order of the configuration."""
        return tuple(
            DeviceTrouble(self._contracts[name], health.reason)
            for name, health in self._health.items()
            if _needs_somebody(health)
        )


def _needs_somebody(health: Health) -> bool:
    if health.state is State.CONNECTING:
        return False
    return not health.can_work or health.reason is Reason.PAPER_NEAR_END
