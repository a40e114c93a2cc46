"""Keeping the broker's rules as head office wants them: written anew, loaded, and open connections that lost their right ended."""

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import transaction

from journal.files import write_whole
from journal.keys import KeyFileError
from server.certificates.models import Certificate, believed, refused
from server.certificates.rules import access_rules
from server.core.authority import Authority, Revoked
from server.core.broker_address import BrokerSetting, broker_address
from server.core.keys import KeysMissing, load_authority
from server.fleet.models import Terminal
from server.spool.connection import BrokerLost
from server.spool.eviction import end_connection

log = logging.getLogger(__name__)

ACL, CRL, CONFIGURATION, PID = "acl", "revoked.crl", "mosquitto.conf", "mosquitto.pid"
CLIENTS = (Certificate.Kind.TERMINAL, Certificate.Kind.WORKER)


class BrokerRulesError(RuntimeError):
    """The broker's rules cannot be written or loaded; the message says what to do."""


REFRESH_TROUBLE = (BrokerRulesError, BrokerSetting, KeysMissing, KeyFileError)
"""What `refresh` raises."""


@dataclass(frozen=True)
class Refreshed:
    """`loaded` tells whether the running broker was told, `ended` whose open connections were taken away."""

    loaded: bool
    ended: tuple[str, ...] = ()


def refresh_after_commit(tell: Callable[[str], object] | None = None) -> None:
    """Refresh the broker's rules once the transaction is committed, where `broker_config` wrote some before.

    Trouble is logged, told to `tell`, and changes nothing else: the spool refuses by itself, and the rules can be written
    by command.
    """
    folder = settings.REFECTORY_BROKER_FILES
    if folder is not None and (folder / CONFIGURATION).is_file():
        transaction.on_commit(partial(_refresh_quietly, tell), robust=True)


def _refresh_quietly(tell: Callable[[str], object] | None) -> None:
    try:
        refresh()
    except REFRESH_TROUBLE as error:
        log.error("the broker's rules are not up to date: %s", error)
        if tell:
            tell(str(error))


def refresh(folder: Path | None = None) -> Refreshed:
    """Write who may what and who is revoked into `folder` (REFECTORY_BROKER_FILES) and have the broker load it.

    Files that say the right thing already stay as they are. The broker asks for certificates only when a connection
    begins, so the open ones of newly revoked certificates are taken away from those who hold them. Raises REFRESH_TROUBLE.
    """
    folder = folder or settings.REFECTORY_BROKER_FILES
    if folder is None:
        raise BrokerRulesError("REFECTORY_BROKER_FILES is not set: nobody knows where the broker's files are")
    try:
        authority = load_authority()
        fresh = write_rules(folder, authority)
    except OSError as error:
        raise BrokerRulesError(f"{error.filename}: {error.strerror}") from error
    if not reload(folder):
        return Refreshed(loaded=False)
    names = set(Certificate.objects.filter(serial__in=fresh, kind__in=CLIENTS).values_list("name", flat=True))
    trouble = []
    for name in sorted(names):
        try:
            end_connection(broker_address(), authority, name)
        except BrokerLost as error:
            trouble.append(str(error))
    if trouble:
        raise BrokerRulesError(f"{'; '.join(trouble)}. Start the broker again to end what is still connected")
    return Refreshed(loaded=True, ended=tuple(sorted(names)))


def write_rules(folder: Path, authority: Authority) -> set[str]:
    """Write access rules and revocation list where they differ. Returns the serial numbers that are newly revoked."""
    clients = believed().filter(kind__in=CLIENTS).values_list("kind", "name")
    terminals = {name for kind, name in clients if kind == Certificate.Kind.TERMINAL}
    active = set(Terminal.objects.filter(active=True, code__in=terminals).values_list("code", flat=True))
    workers = {name for kind, name in clients if kind == Certificate.Kind.WORKER}
    rules = access_rules(active, workers, _shards(workers))
    if _text(folder / ACL) != rules:
        write_file(folder / ACL, rules)
    wanted = {row.serial: row for row in refused()}
    held, moment = _held(folder / CRL, authority)
    if held is None or held != wanted.keys():
        revoked = [Revoked(int(row.serial, 16), row.revoked_at or row.created_at) for row in wanted.values()]
        write_file(folder / CRL, authority.revocation_list(revoked, moment).decode())
    return wanted.keys() - (held or set())


def _shards(workers: set[str]) -> set[str]:
    """The shards terminals belong to, and those workers are certified for: a terminal that moves is in its old one for a while."""
    return {*Terminal.objects.values_list("shard", flat=True), *(name.partition(".")[2] for name in workers)}


def reload(folder: Path) -> bool:
    """Have the broker that runs with the configuration in `folder` read its files anew. Returns whether there is one."""
    try:
        pid = int((folder / PID).read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return False
    if os.fsencode(folder / CONFIGURATION) not in command:
        return False
    try:
        os.kill(pid, signal.SIGHUP)
    except PermissionError as error:
        raise BrokerRulesError(
            f"the broker (process {pid}) belongs to another user and cannot be told of new rules; run it as the same user"
        ) from error
    except ProcessLookupError:
        return False
    return True


def _held(path: Path, authority: Authority) -> tuple[set[str] | None, datetime | None]:
    """The serial numbers in the authority's list at `path` and its moment; None for both where there is no such list."""
    try:
        found = x509.load_pem_x509_crl(path.read_bytes())
    except (OSError, ValueError):
        return None, None
    if not found.is_signature_valid(authority.key.public_key()):
        return None, None
    return {f"{row.serial_number:x}" for row in found}, found.last_update_utc


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def write_file(path: Path, text: str) -> None:
    """Write one of the broker's files, for the folder's owner only. Raises OSError."""
    write_whole(path, text.encode())
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid, follow_symlinks=False)
