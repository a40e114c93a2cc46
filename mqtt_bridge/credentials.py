"""Who this terminal is on the wire: its own key, the certificate over it, and whom it believes in turn.

The key is made here and never leaves the machine. Only the bridge reads it; it signs nothing but connections.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from journal.files import write_new
from mqtt_bridge.local_files import WIRE_KEY_FILE
from mqtt_bridge.wire import Enrolment, WireError

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL (x509_vfy.h), which Python has no name for."""


class WireKeyError(WireError):
    """The wire key cannot be read or made; the message names the file and what to do."""


def certificate_request(data_dir: Path, terminal: str) -> str:
    """Return a certificate signing request (PEM, RFC 2986) for the terminal's wire key, which is made on the first call.

    Raises `WireKeyError` or `OSError`.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    path = data_dir / WIRE_KEY_FILE
    if not path.exists():
        fresh = ec.generate_private_key(ec.SECP256R1())
        encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_new(path, fresh.private_bytes(*encoding))
    try:
        key = serialization.load_pem_private_key(_read_private(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise WireKeyError(f"{path} is not an unencrypted private key in PEM form") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WireKeyError(f"{path} holds a key of another kind; an ECDSA key is needed")
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, terminal)])
    unsigned = x509.CertificateSigningRequestBuilder().subject_name(subject)
    request = unsigned.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return request.public_bytes(serialization.Encoding.PEM).decode()


def broker_context(enrolment: Enrolment, data_dir: Path) -> ssl.SSLContext | None:
    """How to meet the broker: None without TLS, else with both certificates checked, TLS 1.2 at least.

    Raises `WireKeyError` when the wire key is missing or readable by others, `WireError` when it does not fit.
    """
    if not enrolment.broker.tls:
        return None
    path = data_dir / WIRE_KEY_FILE
    _read_private(path)
    context = trust(enrolment.ca_certificate)
    # The library reads certificates from files only; this one exists in memory.
    with os.fdopen(os.memfd_create("certificate", os.MFD_CLOEXEC), "wb") as certificate:
        certificate.write(enrolment.certificate.encode())
        certificate.flush()
        try:
            context.load_cert_chain(f"/proc/self/fd/{certificate.fileno()}", path)
        except (OSError, ssl.SSLError) as problem:
            raise WireError(
                f"{path} and the certificate in enrolment.json do not belong together ({problem}); "
                "print a new request with `refectory enrol-request` and enrol this terminal again"
            ) from problem
    return context


def trust(ca_certificate: str) -> ssl.SSLContext:
    """Believe whom head office's authority certified for the name asked for, TLS 1.2 at least. Raises `WireError`.

    Dates are not looked at: a terminal with a wrong clock must still deliver, and what matters is signed besides.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | _NO_CHECK_TIME)
    try:
        context.load_verify_locations(cadata=ca_certificate)
    except (ValueError, ssl.SSLError) as problem:
        raise WireError(f"enrolment.json: ca_certificate is not a certificate in PEM form ({problem})") from problem
    return context


def _read_private(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise WireKeyError(f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise WireKeyError(
            f"{path} is missing; print a new request with `refectory enrol-request` and enrol this terminal again"
        ) from problem
    except OSError as problem:
        raise WireKeyError(f"cannot read {path}: {problem.strerror}") from problem
