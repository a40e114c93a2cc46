"""The wire between a terminal and head office: topics, messages, and what makes them valid (docs/wire.md).

Both ends import this file; it knows neither MQTT client nor database. Messages are UTF-8 JSON objects. A field this
version does not know is ignored, so that either end may be updated first; a signature always covers the whole document.
"""

from __future__ import annotations

import base64
import ipaddress
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from journal.files import write_whole

ROOT = "refectory/1"
TERMINAL_LEAVES = frozenset({"up", "ask", "state", "authorise"})
"""What a terminal writes and head office reads; the broker's rules follow from this."""
OFFICE_LEAVES = frozenset({"ack", "accounts", "board", "revision", "authorised"})
"""What head office writes and a terminal reads."""
LEAVES = TERMINAL_LEAVES | OFFICE_LEAVES
ACK_CONTEXT = "refectory/ack/1"
ACCOUNTS_CONTEXT = "refectory/accounts/1"
BOARD_CONTEXT = "refectory/board/1"
REVISION_CONTEXT = "refectory/revision/1"
AUTHORISE_CONTEXT = "refectory/authorise/1"
AUTHORISED_CONTEXT = "refectory/authorised/1"
AUTHORISE_EXPIRY_S = 2
"""How long a request for an authorisation is worth answering."""
MAX_ENTRIES = 50
MAX_UP_BYTES = 64 * 1024
EMPTY_HEAD = "0" * 64
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Nonce = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class WireError(ValueError):
    """A message that is not what docs/wire.md says; the text names the field."""


class Up(msgspec.Struct, frozen=True, kw_only=True):
    """Journal entries, oldest first, without a gap. `entries` are whole entries as `journal.entry.Entry.to_json_dict`."""

    v: Literal[1] = 1
    terminal: Id
    epoch: Positive
    entries: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MAX_ENTRIES)]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """The terminal asks where head office stands; the answer is an `Ack` carrying `nonce`, and the accounts it lacks."""

    v: Literal[1] = 1
    terminal: Id
    epoch: Positive
    nonce: Nonce
    head_seq: Count
    head_hash: Hash
    accounts_version: Count


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """Head office has committed every entry up to and including `upto`, whose hash is `head`; signed as a whole.

    `quarantined` lists entries of these it could not read, `need` the entry it wants next, `alarm` why it takes no more.
    `nonce` is that of the newest `Ask` it knows; a terminal believes no other. `at` is head office's time (ISO 8601 UTC,
    empty from one that does not say). Entries of this epoch up to `backed_up` are in a finished backup of head office.
    """

    v: Literal[1] = 1
    terminal: Id
    server: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    number: Count
    epoch: Positive
    upto: Count
    head: Hash
    quarantined: list[Positive] = []
    need: Positive | None = None
    alarm: str | None = None
    nonce: Annotated[str, msgspec.Meta(max_length=64)]
    at: Annotated[str, msgspec.Meta(max_length=40)] = ""
    backed_up: Count = 0
    signature: str = ""


class Authorise(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal asks head office to hold money for a sale (`hold`), to let go of it (`release`), or only whether it
    answers (`probe`); signed by the journal key.

    `request` is new for every question. `meals` subsidised meals of the service `meal` on business day `day` are wanted.
    When it is granted the hold of `replaces`, an earlier request of this terminal, ends. Nothing in it tells the time.
    """

    v: Literal[1] = 1
    terminal: Id
    epoch: Positive
    request: Nonce
    kind: Literal["hold", "probe", "release"]
    guest: Annotated[str, msgspec.Meta(max_length=40)] = ""
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] = 0
    day: date | None = None
    meal: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    meals: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    replaces: Nonce | None = None
    signature: str = ""


class Authorised(msgspec.Struct, frozen=True, kw_only=True):
    """Head office's answer to `request`: whether it holds the money, for `lifetime_s` seconds; signed as a whole.

    `reason` is empty when it does. `balance_minor` is the guest's balance, `held_minor` what is held for others.
    """

    v: Literal[1] = 1
    terminal: Id
    server: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    epoch: Positive
    request: Nonce
    granted: bool
    reason: Annotated[str, msgspec.Meta(max_length=40)] = ""
    balance_minor: int = 0
    held_minor: Count = 0
    lifetime_s: Count = 0
    at: Annotated[str, msgspec.Meta(max_length=40)]
    signature: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Retained: the birth of a connection and what changes during it with `online` true, its last will with `online` false.

    `at` and `oldest_unsent_at` are ISO 8601 UTC. `mode` is how the terminal sells (empty: not known), `unsent` entries with
    a turnover of `unsent_minor` are not with head office yet, `transfer` is when the terminal sends.
    """

    v: Literal[1] = 1
    terminal: Id
    online: bool
    software: str
    epoch: Positive
    head_seq: Count
    upto: Count
    at: str
    mode: Literal["connected", "local", ""] = ""
    unsent: Count = 0
    unsent_minor: int = 0
    oldest_unsent_at: str | None = None
    disk_used_percent: Percent | None = None
    transfer: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Topic(NamedTuple):
    """The three variable levels of a topic."""

    shard: str
    terminal: str
    leaf: str


Message = TypeVar("Message", Up, Ask, Ack, State, Authorise, Authorised)


def topic(shard: str, terminal: str, leaf: str) -> str:
    """Return `refectory/1/<shard>/<terminal>/<leaf>`; `+` is allowed for shard and terminal in a subscription."""
    if leaf not in LEAVES:
        raise WireError(f"topic: {leaf!r} is not one of {', '.join(sorted(LEAVES))}")
    return f"{ROOT}/{shard}/{terminal}/{leaf}"


def parse_topic(text: str) -> Topic:
    """Take a topic apart. Raises `WireError` for a topic that is not ours."""
    levels = text.split("/")
    if len(levels) != 5 or "/".join(levels[:2]) != ROOT or levels[4] not in LEAVES:
        raise WireError(f"topic: {text!r} is not {ROOT}/<shard>/<terminal>/<leaf>")
    return Topic(*levels[2:])


def encode(message: Up | Ask | Ack | State | Authorise | Authorised) -> bytes:
    """Return the message as it goes onto the wire."""
    return msgspec.json.encode(message)


def decode(kind: type[Message], payload: bytes) -> Message:
    """Read a message of that kind. Raises `WireError` naming the field that is wrong."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except UNREADABLE as problem:
        raise WireError(f"{kind.__name__.lower()}: {problem}") from problem


def document(payload: bytes) -> dict[str, Any]:
    """Read the JSON object in `payload` as it is, for a signature covers all its fields. Raises `WireError`."""
    try:
        found = msgspec.json.decode(payload)
    except UNREADABLE as problem:
        raise WireError(f"document: {problem}") from problem
    if not isinstance(found, dict):
        raise WireError("document: expected an object")
    return found


def unsigned(message: Ack | Authorise | Authorised) -> dict[str, Any]:
    """Return the message as the document that `journal.keys.sign_document` takes (no `signature`)."""
    fields: dict[str, Any] = msgspec.to_builtins(message)
    del fields["signature"]
    return fields


def as_document(message: Ack) -> dict[str, Any]:
    """Return a signed message as the document its signature covers."""
    fields: dict[str, Any] = msgspec.to_builtins(message)
    return fields


def from_document(kind: type[Message], fields: dict[str, Any]) -> Message:
    """Make a message of that kind from a document. Raises `WireError` naming the field that is wrong."""
    try:
        return msgspec.convert(fields, type=kind)
    except msgspec.ValidationError as problem:
        raise WireError(f"{kind.__name__.lower()}: {problem}") from problem


class Broker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the broker listens, and whether it speaks TLS; without, it must be on this machine."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    tls: bool = False


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What head office gives a terminal once (`enrolment.json`): who it is, whom it believes, and where to go.

    Keys are base64 of the raw bytes: two Ed25519 public keys, and the store's secret `badge_key` (hence file mode 0600).
    `archive_public_key` (X25519) is what archives on a stick are sealed with; a terminal enrolled before it was has none.
    `server` names the head office for people; `shard` is one level of the topics. `ca_certificate` is whom the terminal
    believes as broker and head office, `certificate` shows who the terminal is; both are PEM, both may be empty where
    everything runs on one machine.
    """

    v: Literal[1] = 1
    terminal: Id
    store: Id
    epoch: Positive
    shard: Id
    server: str
    ack_public_key: str
    revision_public_key: str
    badge_key: str
    archive_public_key: str = ""
    broker: Broker
    head_office_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^/?#]+(/[^?#]*)?$")]
    ca_certificate: str = ""
    certificate: str = ""

    def __repr__(self) -> str:
        return f"Enrolment(terminal={self.terminal!r}, store={self.store!r}, epoch={self.epoch})"

    @property
    def badge_key_bytes(self) -> bytes:
        """The key for `masterdata.badges.badge_hash`."""
        return base64.b64decode(self.badge_key, validate=True)


def load_enrolment(path: Path) -> Enrolment:
    """Read `enrolment.json`. Raises `WireError` naming file and field, also when others may read the file."""
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise WireError(f"mode {mode:04o} lets others read its keys; run chmod 600 on it")
        enrolment = msgspec.json.decode(path.read_bytes(), type=Enrolment)
        for name in ("ack_public_key", "revision_public_key", "badge_key"):
            _check_key(name, getattr(enrolment, name))
        if enrolment.archive_public_key:
            _check_key("archive_public_key", enrolment.archive_public_key)
        check_transport(enrolment)
    except FileNotFoundError as problem:
        raise WireError(f"{path}: not there; this terminal is not enrolled yet") from problem
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as problem:
        raise WireError(f"{path}: {problem}") from problem
    return enrolment


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine: `localhost` or a loopback address. Other names are not looked up."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_transport(enrolment: Enrolment) -> None:
    """Raise `WireError`, naming the field, when anything would leave this machine without TLS, or TLS lacks what it needs."""
    broker = enrolment.broker
    url = urlsplit(enrolment.head_office_url)
    again = "; have head office enrol this terminal again over TLS (docs/security.md)"
    if not broker.tls and not is_loopback(broker.host):
        raise WireError(f"broker.tls is false, but broker.host {broker.host!r} is not this machine{again}")
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        raise WireError(f"head_office_url {enrolment.head_office_url!r} is not https and not this machine{again}")
    if (broker.tls or url.scheme == "https") and not enrolment.ca_certificate:
        raise WireError(f"ca_certificate is missing, which TLS needs{again}")
    if broker.tls and not enrolment.certificate:
        raise WireError(f"certificate is missing, which the broker asks for{again}")


def save_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Write `enrolment.json` with mode 0600, whole or not at all."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(enrolment)) + b"\n")


def _check_key(name: str, text: str) -> None:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise ValueError(f"{name} is not base64") from problem
    if len(raw) != 32:
        raise ValueError(f"{name} has {len(raw)} bytes, 32 are needed")
