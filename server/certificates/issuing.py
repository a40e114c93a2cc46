"""Giving out certificates: one key for each terminal, worker and server."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone

from server.certificates.models import Certificate, current
from server.core.authority import CLIENT_DAYS, Authority, AuthorityError, pem
from server.fleet.models import Terminal

RENEW_BEFORE = timedelta(days=CLIENT_DAYS / 2)
"""A certificate that is good for less is made anew when asked for."""


def certify_terminal(terminal: Terminal, key: ec.EllipticCurvePublicKey, authority: Authority) -> str:
    """Return the certificate (PEM) of a terminal's wire key, the same as before while it is good for long enough.

    A terminal has one wire key: certificates over another one are revoked. Raises AuthorityError for a key that was
    revoked, or that belongs to somebody else.
    """
    key_id = key_fingerprint(key)
    with transaction.atomic():
        Terminal.objects.select_for_update().get(pk=terminal.pk)
        same_key = current().filter(key_id=key_id)
        if any(row.revoked_at or row.terminal_id != terminal.pk for row in same_key):
            raise AuthorityError(
                "this wire key was revoked or belongs to somebody else; on the terminal, move wire.key away and print a "
                "new request"
            )
        theirs = Certificate.objects.filter(terminal=terminal, revoked_at=None)
        theirs.exclude(key_id=key_id).update(revoked_at=timezone.now())
        good = same_key.filter(expires_at__gt=timezone.now() + RENEW_BEFORE).order_by("-expires_at").first()
        if good is None:
            made = authority.client_certificate(terminal.code, key)
            good = record(made, Certificate.Kind.TERMINAL, terminal)
    return good.pem


def record(made: x509.Certificate, kind: str, terminal: Terminal | None = None) -> Certificate:
    """Keep a certificate just made, by name and number."""
    names = [str(part.value) for part in made.subject]
    return Certificate.objects.create(
        name=names[0],
        kind=kind,
        terminal=terminal,
        serial=f"{made.serial_number:x}",
        key_id=key_fingerprint(made.public_key()),
        pem=pem(made),
        expires_at=made.not_valid_after_utc,
    )


def key_fingerprint(key: object) -> str:
    """SHA-256 of a public key's SubjectPublicKeyInfo, in hex digits."""
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()
