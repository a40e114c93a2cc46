"""Archives from sticks in the back office: uploaded, watched, answered; and who may."""

import json
import threading

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from journal.keys import SigningKey, verify_document
from mqtt_bridge import wire
from server.core.roles import HR, KITCHEN, MANAGERS, OFFICE, VIEWERS, ensure_roles
from server.fleet.models import Terminal
from server.spool.models import ArchiveImport, JournalEntry
from tests.server.stick import NONCE, archive
from tests.waiting import wait_until

PAGE = "/admin/archives/"


@pytest.fixture
def office(transactional_db, settings, tmp_path):
    settings.REFECTORY_DATA = tmp_path
    settings.REFECTORY_KEYS = tmp_path / "keys"
    ensure_roles()


@pytest.fixture
def manager(office, client):
    return signed_in(client, MANAGERS)


def signed_in(client, role):
    user = User.objects.create_user(role.replace(" ", "-").lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def upload(client, *contents):
    files = [SimpleUploadedFile(f"{number}.refectory", content) for number, content in enumerate(contents)]
    return client.post(PAGE + "upload/", {"archive": files}, follow=True)


def finish():
    wait_until(lambda: not [each for each in threading.enumerate() if each.name == "archive"], "archives are taken in")


def text(answer):
    return answer.content.decode()


def test_an_archive_is_taken_in_beside_the_page_and_answered(manager, till, house, keys):
    for _ in range(3):
        till.sell(house.anna)
    page = text(upload(manager, archive(till, keys)))
    assert "kiosk-1" in page
    finish()

    page = text(manager.get(PAGE + "part/"))
    assert "Everything is here." in page
    row = ArchiveImport.objects.get()
    assert (row.new, row.known, row.by, row.finished) == (4, 0, "managers", True)
    answer = manager.get(f"{PAGE}{row.pk}/proof/")
    assert 'filename="kiosk-1-epoch1-00000001-00000004.proof.json"' in answer["Content-Disposition"]
    document = json.loads(answer.content)
    verify_document(keys.ack.public, wire.ACK_CONTEXT, document)
    assert (document["upto"], document["nonce"]) == (4, NONCE)


def test_a_gap_is_named(manager, till, house, keys):
    for _ in range(9):
        till.sell(house.anna)
    upload(manager, archive(till, keys, 6))
    finish()
    assert "Entries 1 to 5 are missing. Write an archive from entry 1 on" in text(manager.get(PAGE))


def test_what_is_refused_is_said_in_words(manager, till, keys, settings):
    stranger = archive(till, keys, key=SigningKey.generate())
    assert "It was not signed by this terminal." in text(upload(manager, stranger))
    assert "This is no archive of a terminal." in text(upload(manager, b"\x89PNG"))
    assert "Choose a file first." in text(manager.post(PAGE + "upload/", {}, follow=True))
    settings.REFECTORY_ARCHIVE_BYTES = 10
    assert "It is too large." in text(upload(manager, b"x" * 100_000))
    Terminal.objects.update(active=False)
    settings.REFECTORY_ARCHIVE_BYTES = 10**6
    assert "Its terminal is switched off" in text(upload(manager, archive(till, keys)))
    assert not ArchiveImport.objects.exists()
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("role", [VIEWERS, OFFICE, KITCHEN, HR])
def test_only_who_may_uploads(office, client, till, keys, role):
    signed_in(client, role)
    assert client.post(PAGE + "upload/", {"archive": SimpleUploadedFile("a", archive(till, keys))}).status_code == 403
    assert client.get(PAGE).status_code == (200 if role == VIEWERS else 403)
    assert not ArchiveImport.objects.exists()


def test_nobody_is_sent_to_sign_in_and_a_forged_form_is_refused(office, client, till, keys):
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE + "upload/").status_code == 403
    strict = signed_in(Client(enforce_csrf_checks=True), MANAGERS)
    answer = strict.post(PAGE + "upload/", {"archive": SimpleUploadedFile("a", archive(till, keys))})
    assert answer.status_code == 403
    assert not ArchiveImport.objects.exists()
