"""What has to change in a database that comes back from a backup, before head office goes on with it.

Terminals may hold revisions that were published after the backup: the next one gets a number above any of them, and is
published even if nothing in the backup changed. Horizons never reach beyond what came back.
"""

import time

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
