"""Whether head office was asked for the money of a sale before it was sold."""

import re
from dataclasses import dataclass
from enum import StrEnum

from sales.errors import SalesError

_REQUEST = re.compile(r"[0-9a-f]{32}")


class AuthorisationError(SalesError):
    """What stands for a request cannot be the id of one."""


class AuthorisationOutcome(StrEnum):
    """GRANTED: head office holds the money until the ticket arrives. LOCAL: no answer came in time, or none was waited for."""

    GRANTED = "granted"
    LOCAL = "local"


@dataclass(frozen=True)
class Authorisation:
    """The request made for a sale, 32 hexadecimal digits, and what came of it. Raises `AuthorisationError` for another id."""

    request: str
    outcome: AuthorisationOutcome

    def __post_init__(self) -> None:
        if not _REQUEST.fullmatch(self.request):
            raise AuthorisationError(f"request {self.request!r} must be 32 hexadecimal digits")
