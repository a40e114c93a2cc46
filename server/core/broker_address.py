"""Where the broker is (REFECTORY_BROKER), and whether it speaks TLS."""

import re
from dataclasses import dataclass

from django.conf import settings

from mqtt_bridge.wire import is_loopback

_FORM = re.compile(r"(?:(mqtts?)://)?(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(\d{1,5})")


class BrokerSetting(ValueError):
    """REFECTORY_BROKER cannot be used; the message says why."""


@dataclass(frozen=True)
class BrokerAddress:
    """Host and port; `tls` whether both sides show certificates there."""

    host: str
    port: int
    tls: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def broker_address(text: str | None = None) -> BrokerAddress:
    """Read `[mqtt://|mqtts://]host:port`. Raises BrokerSetting.

    Without a scheme, TLS is spoken to every broker but one on this machine; `mqtt://` to another machine is refused.
    """
    text = settings.REFECTORY_BROKER if text is None else text
    found = _FORM.fullmatch(text)
    if found is None or not 0 < int(found[3]) < 2**16:
        raise BrokerSetting(f"REFECTORY_BROKER must be host:port, mqtt://host:port or mqtts://host:port, not {text!r}")
    scheme, host, port = found[1], found[2].strip("[]"), int(found[3])
    if scheme == "mqtt" and not is_loopback(host):
        raise BrokerSetting(
            f"REFECTORY_BROKER is {text!r}, but only a broker on this machine may be without TLS: mqtts://"
        )
    return BrokerAddress(host, port, scheme == "mqtts" or (scheme is None and not is_loopback(host)))
