"""Enrolling a terminal: its journal key gets an epoch, and it gets all it needs to talk to head office."""

import base64

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from journal.keys import PublicKey
from mqtt_bridge import wire
from server.catalog.models import Store
from server.certificates.broker import refresh_after_commit
from server.certificates.issuing import certify_terminal
from server.core.authority import Authority, AuthorityError, pem, requested_key
from server.core.broker_address import broker_address
from server.core.keys import HeadOfficeKeys
from server.fleet.models import Enrolment, Terminal


class EnrolmentError(ValueError):
    """A terminal cannot be enrolled; the message says what to change."""


def enrol(
    request: object,
    keys: HeadOfficeKeys,
    store_code: str | None = None,
    role: str = "kiosk",
    authority: Authority | None = None,
) -> wire.Enrolment:
    """Enrol the terminal of `request` ({"terminal", "public_key", "wire_request"}) and return its enrolment.

    With an `authority` and a `wire_request` (a certificate signing request, PEM) it carries a certificate; without, it
    is good only where broker and head office are on the terminal's own machine.

    A terminal head office does not know yet is created in the store `store_code` (may be left out when there is only
    one). The same key again gives the same epoch; a new key opens the next one. Raises EnrolmentError.
    """
    code, public_key = _read(request)
    with transaction.atomic():
        terminal = Terminal.objects.select_related("store").filter(code=code).first() or _create(code, store_code, role)
        if store_code and terminal.store.code != store_code:
            raise EnrolmentError(f"terminal {code} belongs to store {terminal.store.code}, not {store_code}")
        enrolment = Enrolment.objects.filter(public_key=public_key).first()
        if enrolment and enrolment.terminal_id != terminal.pk:
            raise EnrolmentError(
                f"this key belongs to terminal {enrolment.terminal.code}; every terminal needs its own"
            )
        if enrolment and enrolment.revoked_at:
            raise EnrolmentError(
                f"this key of terminal {code} was revoked; print a new request with `refectory enrol-request --new-key`"
            )
        if enrolment is None:
            epoch = next_epoch(terminal)
            enrolment = Enrolment.objects.create(terminal=terminal, epoch=epoch, public_key=public_key)
        document = _document(enrolment, keys, authority, _certificate(request, terminal, authority))
        try:
            wire.check_transport(document)
        except wire.WireError as error:
            raise EnrolmentError(
                f"{error}. REFECTORY_URL has to be https:// beyond this machine, and TLS to the broker needs wire_request in "
                "the request: print it anew on the terminal"
            ) from error
    refresh_after_commit()
    return document


def next_epoch(terminal: Terminal) -> int:
    """Return the epoch that the next enrolment or branch of a terminal gets."""
    return (terminal.enrolments.aggregate(newest=Max("epoch"))["newest"] or 0) + 1


def _read(request: object) -> tuple[str, str]:
    if not isinstance(request, dict):
        raise EnrolmentError("the request must be a JSON object with terminal and public_key")
    code, public_key = request.get("terminal"), request.get("public_key")
    if not isinstance(code, str):
        raise EnrolmentError("request: terminal is missing")
    if not isinstance(public_key, str):
        raise EnrolmentError("request: public_key is missing")
    try:
        return code, PublicKey.from_base64(public_key).to_base64()
    except ValueError as error:
        raise EnrolmentError(f"request: public_key {error}") from error


def _certificate(request: object, terminal: Terminal, authority: Authority | None) -> str:
    wire_request = request.get("wire_request") if isinstance(request, dict) else None
    if wire_request is None or authority is None:
        return ""
    if not isinstance(wire_request, str):
        raise EnrolmentError("request: wire_request must be a certificate signing request in PEM form")
    try:
        return certify_terminal(terminal, requested_key(wire_request, terminal.code), authority)
    except AuthorityError as error:
        raise EnrolmentError(f"request: {error}") from error


def _create(code: str, store_code: str | None, role: str) -> Terminal:
    stores = Store.objects.filter(code=store_code) if store_code else Store.objects.all()
    if len(stores) != 1:
        known = ", ".join(Store.objects.values_list("code", flat=True)) or "none"
        raise EnrolmentError(f"name the store of terminal {code} with --store; known stores: {known}")
    terminal = Terminal(code=code, store=stores[0], role=role)
    terminal.full_clean()
    terminal.save()
    return terminal


def _document(
    enrolment: Enrolment, keys: HeadOfficeKeys, authority: Authority | None, certificate: str
) -> wire.Enrolment:
    broker = broker_address()
    return wire.Enrolment(
        terminal=enrolment.terminal.code,
        store=enrolment.terminal.store.code,
        epoch=enrolment.epoch,
        shard=enrolment.terminal.shard,
        server=keys.server,
        ack_public_key=keys.ack.public.to_base64(),
        revision_public_key=keys.revision.public.to_base64(),
        badge_key=base64.b64encode(keys.badge).decode(),
        archive_public_key=keys.archive.public.to_base64(),
        broker=wire.Broker(host=broker.host, port=broker.port, tls=broker.tls),
        head_office_url=settings.REFECTORY_URL,
        ca_certificate=pem(authority.certificate) if authority else "",
        certificate=certificate,
    )
