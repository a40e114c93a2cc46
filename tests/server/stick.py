"""An archive as a terminal writes it to a stick, or as somebody forges one."""

import hashlib
import io

from journal.canonical import canonical
from journal.delivery import CONTEXT, DeliveryHeader
from journal.keys import sign_document
from journal.sealing import SealedWriter

NONCE = "ab" * 16


def archive(till, keys, first=1, last=None, *, key=None, documents=None, nonce=NONCE, **changes) -> bytes:
    """Entries of a till as a terminal writes them to a stick; `changes` are made to the signed statement."""
    documents = till.documents(first, last) if documents is None else documents
    header = DeliveryHeader(
        till.code, till.epoch, documents[0]["seq"], documents[-1]["seq"], keys.archive.public.key_id
    )
    lines = b"".join(canonical(document) + b"\n" for document in documents)
    statement = {
        "v": 1,
        **header._asdict(),
        "prev_hash": documents[0]["prev_hash"],
        "head": documents[-1]["hash"],
        "nonce": nonce,
        "written_at": "2026-11-20T12:00:00.000000Z",
        "sha256": hashlib.sha256(lines).hexdigest(),
    }
    file = io.BytesIO()
    writer = SealedWriter(file, keys.archive.public, header.line())
    writer.write(lines + canonical(sign_document(key or till.key, CONTEXT, statement | changes)) + b"\n")
    writer.finish()
    return file.getvalue()
