"""How a terminal knows what head office has signed with its acknowledgement key."""

from __future__ import annotations

from typing import Any, TypeVar

from journal.keys import PublicKey, verify_document
from mqtt_bridge.wire import ACK_CONTEXT, AUTHORISED_CONTEXT, Ack, Authorised, from_document

_CONTEXTS: dict[type, str] = {Ack: ACK_CONTEXT, Authorised: AUTHORISED_CONTEXT}

Signed = TypeVar("Signed", Ack, Authorised)


def from_head_office(kind: type[Signed], document: dict[str, Any], key: PublicKey) -> Signed:
    """Return the message in a document that the owner of `key` has signed as one of that kind.

    Whom it is for is the caller's business. Raises `journal.keys.BadSignature`, or `WireError` naming the field that is
    wrong in what was signed.
    """
    verify_document(key, _CONTEXTS[kind], document)
    return from_document(kind, document)
