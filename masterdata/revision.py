"""A published revision of a store's master data: XML by `schema/revision-1.xsd`, announced by a signed manifest.

`encode` is deterministic: equal catalogues give equal bytes, so a hash names a content. `decode(encode(c)) == c`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from masterdata.errors import BadManifest, RevisionError
from masterdata.manifest import (
    CONTEXT,
    LARGEST_REVISION_BYTES,
    RevisionManifest,
    check_bytes,
    make_manifest,
    verify_manifest,
)
from masterdata.names import NAMESPACE
from sales.catalogue import Catalogue
from sales.errors import SalesError

if TYPE_CHECKING:
    from lxml import etree

__all__ = [
    "CONTEXT",
    "NAMESPACE",
    "SCHEMA_PATH",
    "BadManifest",
    "RevisionError",
    "RevisionManifest",
    "check_bytes",
    "decode",
    "encode",
    "make_manifest",
    "verify_manifest",
]

SCHEMA_PATH = Path(__file__).parent / "schema" / "revision-1.xsd"


def encode(catalogue: Catalogue) -> bytes:
    """Return the revision as UTF-8 XML. Raises `RevisionError` for what the schema does not allow."""
    from lxml import etree

    from masterdata.xml_writer import tree

    try:
        root = tree(catalogue)
    except ValueError as problem:
        raise RevisionError(f"catalogue: {problem}") from problem
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    _check_schema(_parse(xml))
    return xml


def decode(xml: bytes) -> Catalogue:
    """Read a revision. Nothing outside `xml` is looked at: no entity, no DTD, no network.

    Raises `RevisionError` with line and reason for anything that is not a revision by the schema.
    """
    from masterdata.xml_reader import catalogue

    root = _parse(xml)
    _check_schema(root)
    try:
        return catalogue(root)
    except (SalesError, ValueError) as problem:
        raise RevisionError(str(problem)) from problem


def _parse(xml: bytes) -> etree._Element:
    from lxml import etree

    if len(xml) > LARGEST_REVISION_BYTES:
        raise RevisionError(f"{len(xml)} bytes are more than the {LARGEST_REVISION_BYTES} a revision may have")
    for forbidden in (b"<!DOCTYPE", b"<!ENTITY"):
        at = xml.find(forbidden)
        if at >= 0:
            raise RevisionError(f"{forbidden.decode()} is not allowed in a revision", xml.count(b"\n", 0, at) + 1)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as problem:
        raise RevisionError(problem.msg or "not XML", problem.lineno or 0) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise RevisionError("<!DOCTYPE is not allowed in a revision", 1)
    return root


def _check_schema(root: etree._Element) -> None:
    schema = _schema()
    if not schema.validate(root):
        errors: Any = schema.error_log
        first = errors[0]
        raise RevisionError(first.message.replace(f"{{{NAMESPACE}}}", ""), first.line)


@cache
def _schema() -> etree.XMLSchema:
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(SCHEMA_PATH)))
