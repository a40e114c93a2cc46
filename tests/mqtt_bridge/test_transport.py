"""The line itself: nothing leaves the machine in the clear, and the bridge talks only to whom head office certified."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from journal.keys import SigningKey
from mqtt_bridge import wire
from mqtt_bridge.credentials import WireKeyError, broker_context, certificate_request
from mqtt_bridge.fetch_photos import PhotoOrder, fetch
from mqtt_bridge.session import Session
from server.core.authority import Authority, key_pem, new_key, pem, requested_key
from tests.mqtt_bridge.terminal import enrolment
from tests.mqtt_bridge.test_line import connections
from tests.mqtt_bridge.web import Web

PHOTO = b"\xff\xd8\xff\xe0 a picture"


def authority(folder: Path) -> Authority:
    folder.mkdir(parents=True, exist_ok=True)
    Authority.create(folder, folder.name)
    return Authority.load(folder)


def serving(who: Authority, folder: Path, made: x509.Certificate | None = None, key: Any = None) -> ssl.SSLContext:
    """A server's context, certified for 127.0.0.1 by that authority."""
    key = key or new_key()
    made = made or who.server_certificate(["127.0.0.1"], key.public_key())
    path = folder / "server.pem"
    path.touch(mode=0o600)
    path.write_text(key_pem(key) + pem(made))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@dataclass
class Enrolled:
    """A terminal enrolled over TLS, and who certified it."""

    ca: Authority
    folder: Path

    def enrolment(self, port: int = 8883, **changes: Any) -> wire.Enrolment:
        key = requested_key(certificate_request(self.folder, "kiosk-1"), "kiosk-1")
        plain = enrolment(port, SigningKey.generate(), SigningKey.generate(), "https://127.0.0.1:9")
        fields = {
            "broker": wire.Broker(host="127.0.0.1", port=port, tls=True),
            "ca_certificate": pem(self.ca.certificate),
            "certificate": pem(self.ca.client_certificate("kiosk-1", key)),
        }
        return msgspec.structs.replace(plain, **(fields | changes))


@pytest.fixture
def enrolled(tmp_path: Path) -> Enrolled:
    (tmp_path / "terminal").mkdir()
    return Enrolled(authority(tmp_path / "office"), tmp_path / "terminal")


FAR = wire.Broker(host="broker.example.org", port=8883)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"broker": FAR}, "broker.tls is false, but broker.host 'broker.example.org' is not this machine"),
        ({"head_office_url": "http://office.example.org"}, "head_office_url 'http://office.example.org' is not https"),
        ({"head_office_url": "http://127.0.0.1.example.org"}, "is not https"),
        ({"ca_certificate": ""}, "ca_certificate is missing"),
        ({"certificate": ""}, "certificate is missing"),
    ],
)
def test_an_enrolment_that_would_leave_the_machine_in_the_clear_is_refused(
    enrolled: Enrolled, changes: dict[str, Any], said: str
) -> None:
    path = enrolled.folder / "enrolment.json"
    wire.save_enrolment(path, enrolled.enrolment(**changes))
    with pytest.raises(wire.WireError) as refused:
        wire.load_enrolment(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_an_enrolment_from_before_certificates_is_good_on_its_own_machine(tmp_path: Path, host: str) -> None:
    fields = msgspec.to_builtins(enrolment(1883, SigningKey.generate(), SigningKey.generate()))
    del fields["ca_certificate"], fields["certificate"]
    fields["broker"] = {"host": host, "port": 1883}
    path = tmp_path / "enrolment.json"
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(fields))
    assert not wire.load_enrolment(path).broker.tls


def test_a_wire_key_is_kept_to_oneself_and_fits_its_certificate(enrolled: Enrolled) -> None:
    ours = enrolled.enrolment()
    key = enrolled.folder / "wire.key"
    assert broker_context(ours, enrolled.folder) is not None
    key.chmod(0o640)
    with pytest.raises(WireKeyError, match=f"{key} can be read by others"):
        broker_context(ours, enrolled.folder)
    key.unlink()
    with pytest.raises(WireKeyError, match=f"{key} is missing"):
        broker_context(ours, enrolled.folder)
    certificate_request(enrolled.folder, "kiosk-1")
    with pytest.raises(wire.WireError, match="do not belong together"):
        broker_context(ours, enrolled.folder)


@pytest.fixture
def talk(tmp_path: Path) -> Callable[[ssl.SSLContext, bytes], tuple[int, threading.Thread]]:
    """A server for one connection: shakes hands, takes a CONNECT, says everything it has to say in one breath."""

    def listen(context: ssl.SSLContext, words: bytes) -> tuple[int, threading.Thread]:
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            with server, server.accept()[0] as plain:
                try:
                    with context.wrap_socket(plain, server_side=True) as line:
                        line.recv(4096)
                        line.sendall(words)
                        while line.recv(4096):
                            pass
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        return server.getsockname()[1], thread

    return listen


def test_what_comes_in_one_breath_is_all_heard(enrolled: Enrolled, tmp_path: Path, talk: Any) -> None:
    name = wire.topic("main", "kiosk-1", "ack").encode()
    publish = b"\x30" + bytes([3 + len(name) + 1, 0, len(name)]) + name + b"\x00" + b"x"
    port, thread = talk(serving(enrolled.ca, tmp_path), b"\x20\x03\x00\x00\x00" + 5 * publish)
    ours = enrolled.enrolment(port)
    session = Session(ours, b"gone", broker_context(ours, enrolled.folder))
    session.open()
    heard: list[tuple[str, bytes]] = []
    while not heard:
        heard = session.turn(True, True)
    assert heard == 5 * [("ack", b"x")]
    assert connections(port) == [True]
    session.abandon()
    thread.join(20)


@pytest.mark.parametrize(
    ("kind", "let_in"), [("foreign", False), ("other name", False), ("client", False), ("run out", True)]
)
# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_bridge_tells_nothing_to_a_broker_head_office_did_not_certify(
    enrolled: Enrolled, tmp_path: Path, talk: Any, kind: str, let_in: bool
) -> None:
    key = new_key()
    if kind == "foreign":
        made = authority(tmp_path / "elsewhere").server_certificate(["127.0.0.1"], key.public_key())
    elif kind == "other name":
        made = enrolled.ca.server_certificate(["127.0.0.2"], key.public_key())
    elif kind == "client":
        made = enrolled.ca.client_certificate("127.0.0.1", key.public_key())
    else:
        made = _run_out(enrolled.ca.server_certificate(["127.0.0.1"], key.public_key()), enrolled.ca)
    port, thread = talk(serving(enrolled.ca, tmp_path, made, key), b"")
    ours = enrolled.enrolment(port)
    session = Session(ours, b"gone", broker_context(ours, enrolled.folder))
    if let_in:
        session.open()
    else:
        with pytest.raises(OSError, match="certificate verify failed"):
            session.open()
    session.abandon()
    thread.join(20)


def _run_out(good: x509.Certificate, who: Authority) -> x509.Certificate:
    past = datetime.now(UTC) - timedelta(days=10)
    builder = (
        x509.CertificateBuilder(good.issuer, good.subject, good.public_key(), good.serial_number)
        .not_valid_before(past - timedelta(days=1))
        .not_valid_after(past)
    )
    for extension in good.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(who.key, hashes.SHA256())


def test_downloads_come_from_whom_head_office_certified_and_from_nowhere_else(
    enrolled: Enrolled, tmp_path: Path
) -> None:
    stranger = authority(tmp_path / "elsewhere")

    def order(url: str, who: Authority) -> PhotoOrder:
        return PhotoOrder(url=url, ca_certificate=pem(who.certificate), directory=str(enrolled.folder), keys=["a" * 32])

    with Web(serving(enrolled.ca, tmp_path)) as web, Web() as plain:
        plain.pages[f"/photos/{'a' * 32}"] = PHOTO
        web.redirects[f"/photos/{'a' * 32}"] = plain.url + f"/photos/{'a' * 32}"
        assert fetch(order(web.url, enrolled.ca)).refused == ["a" * 32]
        assert plain.asked == []
        web.redirects.clear()
        web.pages[f"/photos/{'a' * 32}"] = PHOTO
        assert "certificate verify failed" in fetch(order(web.url, stranger)).error
        assert fetch(order(web.url, enrolled.ca)).fetched == ["a" * 32]
