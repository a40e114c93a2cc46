"""Downloads from head office: straight there, over TLS unless it is on this machine, and nowhere else."""

from __future__ import annotations

import urllib.request
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from mqtt_bridge.credentials import trust


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Head office sends nobody elsewhere; whoever does is not believed, and learns no secret name."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def opener(url: str, ca_certificate: str) -> urllib.request.OpenerDirector:
    """Return what opens addresses below `url`; an https one is checked against `ca_certificate` (PEM).

    Proxies named by the environment are not used. Raises `WireError` when the certificate is none.
    """
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({}), _StayThere()]
    if urlsplit(url).scheme == "https":
        handlers.append(urllib.request.HTTPSHandler(context=trust(ca_certificate)))
    return urllib.request.build_opener(*handlers)
