"""What has to change in a database that comes back from a backup, before head office goes on with it.

Terminals may hold revisions that were published after the backup: the next one gets a number above any of them, and is
published even if nothing in the backup changed. Horizons never reach beyond what came back. What is revoked stays so.
"""

import time
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from server.certificates.models import Certificate
from server.fleet.models import Enrolment, Terminal
from server.replication.publishing import REVISION_FLOOR


class Statement(NamedTuple):
    """SQL that either engine takes, with `%s` for each of `values`, which are as Django hands them to this engine."""

    sql: str
    values: tuple[Any, ...] = ()


def statements() -> list[Statement]:
    """What every restored database needs, in order; its tables have been there since the first version.

    The floor is the time in minutes: more than there were revisions, and more than any earlier floor with those since.
    """
    floor = int(time.time()) // 60
    return [
        Statement("UPDATE fleet_enrolment SET backed_up = upto WHERE backed_up > upto"),
        Statement(
            "INSERT INTO core_counter (name, value) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (REVISION_FLOOR, floor),
        ),
        Statement("UPDATE replication_revision SET content_sha256 = ''"),
        Statement(
            "INSERT INTO replication_publishrequest (store_id, requested_at, problem)"
            " SELECT DISTINCT store_id, CURRENT_TIMESTAMP, '' FROM replication_revision WHERE true"
            " ON CONFLICT (store_id) DO UPDATE SET requested_at = excluded.requested_at, problem = ''"
        ),
    ]


def revocations() -> list[Statement] | None:
    """What takes back in the restored database what is taken back in the present one: keys, certificates, terminals.

    None when the present database cannot say.
    """
    try:
        keys = list(Enrolment.objects.exclude(revoked_at=None).exclude(public_key=None))
        certificates = list(Certificate.objects.exclude(revoked_at=None).select_related("terminal"))
        codes = list(Terminal.objects.filter(active=False).values_list("code", flat=True))
    except DatabaseError:
        return None
    moment = connection.ops.adapt_datetimefield_value
    return [
        *(
            Statement(
                "UPDATE fleet_enrolment SET revoked_at = %s WHERE public_key = %s AND revoked_at IS NULL",
                (moment(row.revoked_at), row.public_key),
            )
            for row in keys
        ),
        *(
            # The backup may be older than the certificate, which its holder still has.
            Statement(
                "INSERT INTO certificates_certificate"
                " (name, kind, serial, key_id, pem, created_at, expires_at, revoked_at, terminal_id)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, (SELECT id FROM fleet_terminal WHERE code = %s))"
                " ON CONFLICT (serial) DO UPDATE SET revoked_at = excluded.revoked_at",
                (
                    *(row.name, row.kind, row.serial, row.key_id, row.pem),
                    *map(moment, (row.created_at, row.expires_at, row.revoked_at)),
                    row.terminal.code if row.terminal else "",
                ),
            )
            for row in certificates
        ),
        *(Statement("UPDATE fleet_terminal SET active = false WHERE code = %s", (code,)) for code in codes),
    ]
