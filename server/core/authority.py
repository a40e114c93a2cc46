"""Head office's certificate authority: who a broker, a web server, a spool worker and a terminal are on the wire (RFC 5280).

Its key signs certificates and nothing else. Keys are ECDSA P-256, which browsers, mosquitto and every TLS library know.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from journal.files import write_whole
from journal.keys import KeyFileError, read_private_key

CA_KEY = "ca.key"
CA_CERTIFICATE = "ca.crt"
CA_DAYS = 365 * 20
CLIENT_DAYS = 365 * 3
SERVER_DAYS = 820
"""Browsers refuse a server's certificate that is good for more than 825 days."""
BACKDATED = timedelta(days=1)
"""Certificates are good from a day ago, for clocks that are behind."""


def certificate_files(folder: Path, name: str) -> tuple[Path, Path]:
    """Certificate and key of a client of the broker, or of a server, in REFECTORY_DATA/keys."""
    return folder / "tls" / f"{name}.crt", folder / "tls" / f"{name}.key"


class AuthorityError(ValueError):
    """A certificate cannot be made; the message says what to change."""


@dataclass(frozen=True)
class Revoked:
    """A certificate that is not to be believed any more."""

    serial: int
    revoked_at: datetime


@dataclass(frozen=True, repr=False)
class Authority:
    """The authority with its private key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def load(cls, folder: Path) -> "Authority":
        """From `ca.key` and `ca.crt` in `folder`. Raises KeyFileError."""
        certificate = load_certificate(folder / CA_CERTIFICATE)
        key = _load_key(folder / CA_KEY)
        if key.public_key() != certificate.public_key():
            raise KeyFileError(f"{folder / CA_KEY} is not the key of {folder / CA_CERTIFICATE}")
        return cls(key, certificate)

    @classmethod
    def create(cls, folder: Path, name: str) -> list[Path]:
        """Make key and certificate in `folder` where there is no key yet. Returns the files made."""
        paths = [folder / CA_KEY, folder / CA_CERTIFICATE]
        if paths[0].exists():
            return []
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Refectory {name}"[:64])])
        certificate = (
            _builder(subject, subject, key.public_key(), CA_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_whole(paths[1], pem(certificate).encode())
        write_whole(paths[0], key_pem(key).encode())
        return paths

    def server_certificate(self, names: list[str], public_key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        """Certify the key of a server known under `names` (host names and addresses). Raises AuthorityError."""
        if not names:
            raise AuthorityError("a server's certificate needs at least one name")
        return self._sign(
            names[0], public_key, SERVER_DAYS, ExtendedKeyUsageOID.SERVER_AUTH, [_alternative(name) for name in names]
        )

    def client_certificate(self, name: str, public_key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        """Certify the key of a client of the broker; `name` becomes its user name and client id there."""
        return self._sign(name, public_key, CLIENT_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH, [])

    def short_lived(self, name: str, public_key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        """Certify a client's key for one day more, to take a name's connection away from whoever has it."""
        return self._sign(name, public_key, 1, ExtendedKeyUsageOID.CLIENT_AUTH, [])

    def revocation_list(self, revoked: Iterable[Revoked], after: datetime | None) -> bytes:
        """The list of revoked certificates as PEM, newer than one of the moment `after`.

        OpenSSL keeps lists of one authority side by side and takes the newest, so moments must differ; it is good as long
        as the authority, for a broker whose list has run out refuses everybody.
        """
        moment = datetime.now(UTC).replace(microsecond=0) - BACKDATED
        if after is not None:
            moment = max(moment, after + timedelta(seconds=1))
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(moment)
            .next_update(self.certificate.not_valid_after_utc)
            .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
            .add_extension(self._authority_key_identifier(), critical=False)
        )
        for each in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(each.serial).revocation_date(each.revoked_at).build()
            )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _sign(
        self,
        name: str,
        public_key: ec.EllipticCurvePublicKey,
        days: int,
        usage: x509.ObjectIdentifier,
        alternatives: list[x509.GeneralName],
    ) -> x509.Certificate:
        try:
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        except ValueError as error:
            raise AuthorityError(f"{name!r} cannot be the name of a certificate: {error}") from error
        builder = (
            _builder(subject, self.certificate.subject, public_key, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(self._authority_key_identifier(), critical=False)
        )
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def _authority_key_identifier(self) -> x509.AuthorityKeyIdentifier:
        found = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A new key for a certificate."""
    return ec.generate_private_key(ec.SECP256R1())


def requested_key(text: str, name: str) -> ec.EllipticCurvePublicKey:
    """The public key in a certificate signing request (PEM), whose sender holds the private one.

    Nothing else of the request is taken over. Raises AuthorityError when it is for another name or not properly signed.
    """
    try:
        request = x509.load_pem_x509_csr(text.encode())
        names = [str(part.value) for part in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        key = request.public_key()
        signed = request.is_signature_valid
    except (ValueError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise AuthorityError(f"wire_request is not a certificate signing request: {error}") from error
    if not signed:
        raise AuthorityError("wire_request is not signed by its own key")
    if names != [name]:
        raise AuthorityError(f"wire_request is for {', '.join(names) or 'nobody'}, not for {name}")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise AuthorityError("wire_request needs an ECDSA key on P-256")
    return key


def load_certificate(path: Path) -> x509.Certificate:
    """Read a certificate in PEM form. Raises KeyFileError."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise KeyFileError(f"cannot read the certificate {path}: {error.strerror}") from error
    except ValueError as error:
        raise KeyFileError(f"{path} is not a certificate in PEM form") from error


def pem(certificate: x509.Certificate) -> str:
    """A certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key as PKCS#8 PEM text, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = read_private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError(f"{path} holds a key of another kind; an ECDSA key is needed")
    return key


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name)
    except ValueError as error:
        raise AuthorityError(f"{name!r} is neither a host name nor an address: {error}") from error
