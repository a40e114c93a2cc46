"""Who may do what at the broker: real mosquitto, mutual TLS, the rules head office writes."""

import getpass
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.core.management import call_command

from journal.keys import SigningKey
from mqtt_bridge import wire
from mqtt_bridge.credentials import broker_context, certificate_request
from server.certificates.models import Certificate
from server.certificates.revoking import revoke_certificates, revoke_terminals
from server.core.authority import Authority, key_pem, new_key, pem
from server.core.keys import HeadOfficeKeys, create_keys, load_authority, load_keys
from server.fleet.enrolment import EnrolmentError, enrol
from server.fleet.models import Terminal
from server.spool.connection import tls_context
from tests.server.conftest import House
from tests.server.secure_broker import Refused, SecureBroker, SecureClient, free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keys(tmp_path: Path, settings) -> HeadOfficeKeys:
    settings.REFECTORY_KEYS = tmp_path / "keys"
    create_keys(settings.REFECTORY_KEYS)
    return load_keys(settings.REFECTORY_KEYS)


@pytest.fixture
def broker(tmp_path: Path, settings, keys: HeadOfficeKeys, transactional_db: None) -> Iterator[SecureBroker]:
    port = free_port()
    settings.REFECTORY_BROKER = f"mqtts://127.0.0.1:{port}"
    settings.REFECTORY_BROKER_FILES = tmp_path / "broker"
    call_command("certificate", client=["spool.all"], verbosity=0, stdout=StringIO())
    call_command("broker_config", address="127.0.0.1", user=getpass.getuser(), verbosity=0, stdout=StringIO())
    running = SecureBroker(tmp_path / "broker", port)
    running.start()
    yield running
    running.stop()


class Kit:
    """A terminal's data folder: its keys and its enrolment."""

    def __init__(self, folder: Path, code: str, keys: HeadOfficeKeys, store: str) -> None:
        folder.mkdir(parents=True)
        self.folder, self.code = folder, code
        self.key = SigningKey.generate()
        self.request = {
            "terminal": code,
            "public_key": self.key.public.to_base64(),
            "wire_request": certificate_request(folder, code),
        }
        self.enrolment = enrol(self.request, keys, store, authority=load_authority())

    def context(self) -> ssl.SSLContext:
        found = broker_context(self.enrolment, self.folder)
        assert found is not None
        return found


@pytest.fixture
def kit(tmp_path: Path, house: House, keys: HeadOfficeKeys) -> Callable[..., Kit]:
    return lambda code, folder="": Kit(tmp_path / "terminals" / (folder or code), code, keys, house.store.code)


@pytest.fixture
def connect(broker: SecureBroker) -> Iterator[Callable[..., SecureClient]]:
    opened: list[SecureClient] = []

    def make(client_id: str, context: ssl.SSLContext) -> SecureClient:
        opened.append(SecureClient(broker.port, client_id, context))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def spool_client(connect: Callable[..., SecureClient], settings) -> SecureClient:
    return connect("spool.all", tls_context(settings.REFECTORY_KEYS, "spool.all"))


def topic(terminal: str, leaf: str) -> str:
    return wire.topic("main", terminal, leaf)


def test_a_terminal_writes_and_reads_its_own_topics_and_no_others(kit, connect, spool_client) -> None:
    ours, theirs = kit("kiosk-1"), kit("kiosk-2")
    here, there = connect("kiosk-1", ours.context()), connect("kiosk-2", theirs.context())
    for client in (here, there):
        client.subscribe("#", "refectory/1/+/+/accounts", topic("kiosk-1", "accounts"), topic("kiosk-2", "accounts"))
    spool_client.subscribe("refectory/1/#")
    for leaf in wire.LEAVES:
        own = here.publish(topic("kiosk-1", leaf), b"own")
        assert (leaf, own) == (leaf, "Success" if leaf in wire.TERMINAL_LEAVES else "Not authorized")
        assert here.publish(topic("kiosk-2", leaf), b"foreign") == "Not authorized"
        told = spool_client.publish(topic("kiosk-2", leaf), b"secret")
        assert (leaf, told) == (leaf, "Success" if leaf in wire.OFFICE_LEAVES else "Not authorized")
    assert here.publish("$SYS/broker/uptime") == "Not authorized"
    assert here.publish(wire.topic("invented", "kiosk-1", "state"), b"kept for ever") == "Not authorized"
    wait_until(
        lambda: {name for name, _payload in there.received} == {topic("kiosk-2", leaf) for leaf in DOWN}, "all down"
    )
    wait_until(lambda: len({name for name, _payload in spool_client.received}) >= len(wire.TERMINAL_LEAVES), "all up")
    assert here.received == []
    up = {(name, payload) for name, payload in spool_client.received if payload != b"secret"}
    assert up == {(topic("kiosk-1", leaf), b"own") for leaf in wire.TERMINAL_LEAVES}


DOWN = wire.OFFICE_LEAVES


def test_a_terminal_that_moves_has_its_topics_in_both_shards(kit, connect) -> None:
    call_command("certificate", client=["spool.main", "spool.north"], verbosity=0, stdout=StringIO())
    client = connect("kiosk-1", kit("kiosk-1").context())
    terminal = Terminal.objects.get(code="kiosk-1")
    terminal.shard = "south"
    terminal.save()
    for shard in ("main", "north", "south"):
        assert client.publish(wire.topic(shard, "kiosk-1", "up"), b"own") == "Success"


def test_nobody_takes_the_connection_of_another_by_its_client_id(kit, connect, spool_client) -> None:
    ours, theirs = kit("kiosk-1"), kit("kiosk-2")
    victim = connect("kiosk-1", ours.context())
    attacker = connect("kiosk-1", theirs.context())
    spool_client.subscribe("refectory/1/#")
    assert attacker.publish(topic("kiosk-1", "up")) == "Not authorized"
    assert attacker.publish(topic("kiosk-2", "up"), b"as itself") == "Success"
    assert victim.publish(topic("kiosk-1", "up"), b"still here") == "Success"
    assert not victim.gone.is_set()
    wait_until(lambda: len(spool_client.received) == 2, "both arrive")


def context_of(
    authority: Authority, made: x509.Certificate | None, key: object, folder: Path, trusting: Authority
) -> ssl.SSLContext:
    """A client's context that trusts the house and shows a certificate, or none."""
    context = ssl.create_default_context(cadata=pem(trusting.certificate))
    if made is not None:
        path = folder / "shown.pem"
        path.write_text(key_pem(key) + pem(made))  # type: ignore[arg-type]
        context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("kind", ["none", "foreign", "expired", "server"])
def test_whoever_cannot_show_a_good_certificate_is_not_let_in(kind, kit, connect, tmp_path, settings) -> None:
    kit("kiosk-1")
    house = load_authority()
    key = new_key()
    if kind == "foreign":
        (tmp_path / "elsewhere").mkdir()
        Authority.create(tmp_path / "elsewhere", "elsewhere")
        made = Authority.load(tmp_path / "elsewhere").client_certificate("kiosk-1", key.public_key())
    elif kind == "expired":
        good = house.client_certificate("kiosk-1", key.public_key())
        past = datetime.now(UTC) - timedelta(days=10)
        builder = (
            x509.CertificateBuilder()
            .subject_name(good.subject)
            .issuer_name(good.issuer)
            .public_key(key.public_key())
            .serial_number(good.serial_number)
            .not_valid_before(past - timedelta(days=1))
            .not_valid_after(past)
        )
        for extension in good.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        made = builder.sign(house.key, hashes.SHA256())
    elif kind == "server":
        made = house.server_certificate(["kiosk-1"], key.public_key())
    else:
        made = None
    with pytest.raises(Refused):
        connect("kiosk-1", context_of(house, made, key, tmp_path, house))


def test_a_revoked_terminal_is_out_at_once_and_stays_out(kit, connect, spool_client) -> None:
    stolen, other = kit("kiosk-1"), kit("kiosk-2")
    thief, bystander = connect("kiosk-1", stolen.context()), connect("kiosk-2", other.context())
    thief.subscribe(topic("kiosk-1", "accounts"))
    assert revoke_terminals([Terminal.objects.get(code="kiosk-1")]) == 1
    assert thief.gone.wait(15)
    assert spool_client.publish(topic("kiosk-1", "accounts"), b"secret") == "Success"
    assert thief.received == []
    with pytest.raises(Refused):
        connect("kiosk-1", stolen.context())
    assert bystander.publish(topic("kiosk-2", "up")) == "Success"
    assert not bystander.gone.is_set()


def test_a_terminal_switched_off_loses_its_line_and_gets_it_back_when_it_is_switched_on(kit, connect) -> None:
    ours = kit("kiosk-1")
    client = connect("kiosk-1", ours.context())
    row = Terminal.objects.get(code="kiosk-1")
    row.active = False
    row.save()
    assert client.gone.wait(15)
    with pytest.raises(Refused):
        connect("kiosk-1", ours.context())
    row.active = True
    row.save()

    def is_let_in() -> bool:
        try:
            return connect("kiosk-1", ours.context()).publish(topic("kiosk-1", "up")) == "Success"
        except Refused:
            return False

    wait_until(is_let_in, "the broker has read the list")


def test_a_new_machine_under_an_old_name_ends_the_old_ones_line(kit, connect, broker) -> None:
    old = kit("kiosk-1")
    before = connect("kiosk-1", old.context())
    fresh = kit("kiosk-1", "new-machine")
    assert before.gone.wait(15)
    after = connect("kiosk-1", fresh.context())
    with pytest.raises(Refused):
        connect("kiosk-1", old.context())
    assert after.publish(topic("kiosk-1", "up")) == "Success"
    assert not after.gone.is_set()


def test_one_certificate_can_be_taken_back_and_its_key_is_certified_no_more(kit, connect, keys, house) -> None:
    ours = kit("kiosk-1")
    connect("kiosk-1", ours.context())
    assert revoke_certificates(Certificate.objects.filter(terminal__code="kiosk-1")) == 1
    with pytest.raises(Refused):
        connect("kiosk-1", ours.context())
    with pytest.raises(EnrolmentError, match=r"move wire\.key away"):
        enrol(ours.request, keys, house.store.code, authority=load_authority())


def test_a_flood_of_one_message_ends_the_connection_that_sent_it(kit, connect, spool_client) -> None:
    client = connect("kiosk-1", kit("kiosk-1").context())
    assert client.publish(topic("kiosk-1", "up"), bytes(33 * 2**20)) != "Success"
    assert spool_client.publish(topic("kiosk-1", "ack")) == "Success"


def test_the_brokers_files_are_for_its_user_only(broker: SecureBroker, settings) -> None:
    for path in [broker.folder, *broker.folder.iterdir(), *(settings.REFECTORY_KEYS / "tls").iterdir()]:
        if path.name not in ("log", "mosquitto.pid", "mosquitto.db"):
            assert path.stat().st_mode & 0o077 == 0, path
    assert not (broker.folder / "ca.key").exists()
