"""Certificates at head office: who gets one, what the commands say, and what a revoked key is still good for: nothing."""

from __future__ import annotations

import os
import secrets
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command

from mqtt_bridge import wire
from mqtt_bridge.credentials import certificate_request
from server.certificates.models import Certificate
from server.certificates.revoking import revoke_terminals
from server.core.authority import new_key
from server.core.broker_address import BrokerAddress, BrokerSetting, broker_address
from server.core.keys import create_keys, load_authority, load_keys
from server.fleet.enrolment import EnrolmentError, enrol
from server.fleet.models import Terminal
from server.spool import answers
from server.spool.intake import take_in
from server.spool.models import Quarantine


@pytest.fixture
def keys(tmp_path: Path, settings):
    settings.REFECTORY_KEYS = tmp_path / "keys"
    create_keys(settings.REFECTORY_KEYS)
    return load_keys(settings.REFECTORY_KEYS)


@pytest.fixture
def request_of(tmp_path: Path):
    """A terminal's request; `folder` holds its wire key."""

    def make(code: str, public_key: str, folder: str = "terminal"):
        (tmp_path / folder).mkdir(exist_ok=True)
        wire_request = certificate_request(tmp_path / folder, code)
        return {"terminal": code, "public_key": public_key, "wire_request": wire_request}

    return make


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:1883", BrokerAddress("127.0.0.1", 1883)),
        ("mqtt://localhost:1883", BrokerAddress("localhost", 1883)),
        ("mqtts://127.0.0.1:8883", BrokerAddress("127.0.0.1", 8883, tls=True)),
        ("broker.example.org:8883", BrokerAddress("broker.example.org", 8883, tls=True)),
        ("[::1]:1883", BrokerAddress("::1", 1883)),
        ("10.0.0.7:8883", BrokerAddress("10.0.0.7", 8883, tls=True)),
    ],
)
def test_a_broker_off_this_machine_speaks_tls(text, expected):
    assert broker_address(text) == expected


@pytest.mark.parametrize(
    "text", ["mqtt://broker.example.org:1883", "broker", "broker:0", "http://broker:1", "broker:99999"]
)
def test_a_broker_that_cannot_be_is_refused_by_the_name_of_the_setting(text):
    with pytest.raises(BrokerSetting, match="REFECTORY_BROKER"):
        broker_address(text)


@pytest.mark.parametrize(
    ("broker", "url", "said"),
    [
        ("mqtts://127.0.0.1:8883", "http://127.0.0.1:8000", "certificate is missing"),
        ("127.0.0.1:1", "http://far.example", "https"),
    ],
)
def test_nobody_is_enrolled_on_a_line_in_the_clear(keys, house, settings, broker, url, said):
    settings.REFECTORY_BROKER, settings.REFECTORY_URL = broker, url
    request = {"terminal": "kiosk-7", "public_key": keys.ack.public.to_base64()}
    with pytest.raises(EnrolmentError, match=said):
        enrol(request, keys, house.store.code, authority=load_authority())
    assert not Terminal.objects.filter(code="kiosk-7").exists()


def test_the_same_key_gets_the_same_certificate_and_a_new_one_takes_its_place(till, keys, house, request_of):
    public_key = till.key.public.to_base64()
    first = enrol(request_of("kiosk-1", public_key), keys, authority=load_authority())
    assert enrol(request_of("kiosk-1", public_key), keys, authority=load_authority()) == first
    other = enrol(request_of("kiosk-1", public_key, "new-disk"), keys, authority=load_authority())
    assert other.certificate != first.certificate
    assert [bool(row.revoked_at) for row in Certificate.objects.order_by("created_at")] == [True, False]
    made = x509.load_pem_x509_certificate(other.certificate.encode())
    assert [part.value for part in made.subject] == ["kiosk-1"]


def foreign_request() -> str:
    key = new_key()
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "kiosk-2")])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize("wire_request", [17, "", "no request", foreign_request()])
def test_a_request_for_another_name_or_for_nothing_gets_no_certificate(till, keys, wire_request):
    request = {"terminal": "kiosk-1", "public_key": till.key.public.to_base64(), "wire_request": wire_request}
    with pytest.raises(EnrolmentError, match="wire_request"):
        enrol(request, keys, authority=load_authority())
    assert not Certificate.objects.exists()


def test_a_revoked_journal_key_is_believed_no_more(till, keys, house, balance):
    till.sell(house.anna)
    assert take_in("kiosk-1", 1, till.documents()).accepted == 2
    revoke_terminals(Terminal.objects.filter(code="kiosk-1"))
    till.sell(house.anna)
    taken = take_in("kiosk-1", 1, till.documents(3))
    assert (taken.enrolment, taken.accepted) == (None, 0)
    assert [row.seq for row in Quarantine.objects.all()] == [3]
    head = till.entries[-1].head
    ask = wire.Ask(
        terminal="kiosk-1",
        epoch=1,
        nonce=secrets.token_hex(16),
        head_seq=head.seq,
        head_hash=head.hash,
        accounts_version=0,
    )
    assert answers.meet(ask) is None
    assert balance(house.anna) == 2000 - 450
    with pytest.raises(EnrolmentError, match="revoked"):
        enrol({"terminal": "kiosk-1", "public_key": till.key.public.to_base64()}, keys)


def said_by(name: str, *words: str, **options: object) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("certificate", [], "say either"),
        ("certificate", ["--name", "a", "--client", "spool.all"], "say either"),
        ("certificate", ["--client", "kiosk-1"], "must be a job and a shard"),
        ("certificate", ["--name", "Schön"], "neither a host name nor an address"),
        ("revoke", [], "say either"),
        ("revoke", ["--terminal", "kiosk-9"], "there is no terminal kiosk-9"),
        ("revoke", ["--certificate", "77"], "there is no certificate 77"),
        ("broker_config", [], "REFECTORY_BROKER_FILES"),
        ("serve", ["--host", "0.0.0.0"], "can be reached from other machines"),
        ("serve", ["--certificate", "office.example.org"], "office.example.org.crt is missing"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(keys, db, name, words, said):
    with pytest.raises(CommandError, match=said):
        said_by(name, *words)


def test_a_spool_without_its_certificate_says_how_to_make_it(keys, db, settings):
    settings.REFECTORY_BROKER = "broker.example.org:8883"
    with pytest.raises(
        CommandError, match=r"spool\.all\.crt is missing; run: refectory head-office certificate --client"
    ):
        said_by("spool")


def test_a_certificate_is_revoked_by_its_number(keys, db):
    said_by("certificate", "--client", "spool.main")
    serial = Certificate.objects.get().serial
    assert "spool.main is revoked" in said_by("revoke", "--certificate", serial.upper())
    assert Certificate.objects.get().revoked_at


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.django_db
def test_root_gives_away_nothing_that_the_brokers_user_points_at(keys, settings, tmp_path):
    settings.REFECTORY_BROKER = "mqtts://127.0.0.1:8883"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "broker").mkdir()
    (tmp_path / "broker" / "data").symlink_to(elsewhere)

    call_command("broker_config", out=tmp_path / "broker", user="nobody", verbosity=0, stdout=StringIO())

    assert (tmp_path / "broker").owner() == (tmp_path / "broker" / "server.key").owner() == "nobody"
    assert elsewhere.owner() == "root"
