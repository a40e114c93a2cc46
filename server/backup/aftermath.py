"""What has to change in a database that comes back from a backup, before head office goes on with it.

Terminals may hold revisions that were published after the backup: the next one gets a number above any of them, and is
published even if nothing in the backup changed. Horizons never reach beyond what came back. What is revoked stays so.
"""

import time
from datetime import UTC, datetime

from django.db import DatabaseError, connection

from server.certificates.models import Certificate
from server.fleet.models import Enrolment, Terminal
from server.replication.publishing import REVISION_FLOOR


def statements() -> list[str]:
    """SQL for either engine, in order; its tables have been there since the first version.

    The floor is the time in minutes: more than there were revisions, and more than any earlier floor with those since.
    """
    floor = int(time.time()) // 60
    return [
        "UPDATE fleet_enrolment SET backed_up = upto WHERE backed_up > upto",
        f"INSERT INTO core_counter (name, value) VALUES ('{REVISION_FLOOR}', {floor})"  # noqa: S608 - no text from outside
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        "UPDATE replication_revision SET content_sha256 = ''",
        "INSERT INTO replication_publishrequest (store_id, requested_at, problem)"
        " SELECT DISTINCT store_id, CURRENT_TIMESTAMP, '' FROM replication_revision WHERE true"
        " ON CONFLICT (store_id) DO UPDATE SET requested_at = excluded.requested_at, problem = ''",
    ]


def revocations() -> list[str] | None:
    """SQL that takes back in the restored database what is taken back in the present one: keys, certificates, terminals.

    None when the present database cannot say.
    """
    try:
        keys = list(Enrolment.objects.exclude(revoked_at=None).exclude(public_key=None))
        certificates = list(Certificate.objects.exclude(revoked_at=None).select_related("terminal"))
        codes = list(Terminal.objects.filter(active=False).values_list("code", flat=True))
    except DatabaseError:
        return None
    return [
        *(
            f"UPDATE fleet_enrolment SET revoked_at = {_moment(row.revoked_at)}"  # noqa: S608 - literals are quoted
            f" WHERE public_key = {_text(row.public_key or '')} AND revoked_at IS NULL"
            for row in keys
        ),
        *(_revoked_certificate(row) for row in certificates),
        *(f"UPDATE fleet_terminal SET active = false WHERE code = {_text(code)}" for code in codes),  # noqa: S608
    ]


def _revoked_certificate(row: Certificate) -> str:
    """The backup may be older than the certificate, which its holder still has."""
    code = row.terminal.code if row.terminal else ""
    values = [
        *(_text(text) for text in (row.name, row.kind, row.serial, row.key_id, row.pem)),
        *(_moment(moment) for moment in (row.created_at, row.expires_at, row.revoked_at)),
        f"(SELECT id FROM fleet_terminal WHERE code = {_text(code)})",  # noqa: S608
    ]
    return (
        "INSERT INTO certificates_certificate"  # noqa: S608
        " (name, kind, serial, key_id, pem, created_at, expires_at, revoked_at, terminal_id)"
        f" VALUES ({', '.join(values)}) ON CONFLICT (serial) DO UPDATE SET revoked_at = excluded.revoked_at"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _moment(value: datetime | None) -> str:
    """As Django keeps moments on either engine."""
    text = f"{(value or datetime.now(UTC)).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return _text(text + "+00:00" if connection.vendor == "postgresql" else text)
