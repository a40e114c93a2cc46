"""Publishing: a store's master data becomes the next numbered, signed, immutable revision."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from journal.keys import sign_document
from masterdata.revision import RevisionError, encode, make_manifest
from mqtt_bridge.wire import REVISION_CONTEXT
from sales.errors import SalesError
from server.catalog.models import Store
from server.core.keys import HeadOfficeKeys
from server.core.models import counter_value
from server.core.moment import snapshot
from server.replication.catalogue import build_catalogue
from server.replication.models import PublishRequest, Revision

log = logging.getLogger(__name__)
REVISION_FLOOR = "revision-floor"
"""The counter below which no number is given: terminals may have revisions that a restored database does not know."""
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def request_publication(stores: Iterable[Store] | None = None) -> None:
    """Have `stores` (all when None) published by the spool within moments of the commit of the current transaction.

    Saving through models does this by itself; whoever writes in bulk, past the models' signals, calls it.
    """
    stores = Store.objects.all() if stores is None else stores
    PublishRequest.objects.bulk_create(
        [PublishRequest(store=store, requested_at=timezone.now(), problem="") for store in stores],
        update_conflicts=True,
        unique_fields=["store"],
        update_fields=["requested_at", "problem"],
    )


def publish(store: Store, keys: HeadOfficeKeys) -> Revision | None:
    """Publish the store's master data as its next revision. Returns None when nothing in it changed since the last.

    Raises SalesError or RevisionError when the master data contradicts itself; nothing is published then.
    """
    request = PublishRequest.objects.filter(store=store).first()
    try:
        with snapshot():
            revision = _next_revision(store, keys)
            if revision:
                revision.save(force_insert=True)
    except IntegrityError:
        log.info("store %s: another process published at the same moment", store.code)
        return None
    if request:
        # A change made meanwhile has put in its own time, and stays.
        PublishRequest.objects.filter(pk=request.pk, requested_at=request.requested_at).delete()
    if revision:
        log.info("store %s: published revision %d, %d bytes", store.code, revision.number, revision.size_bytes)
    return revision


def _next_revision(store: Store, keys: HeadOfficeKeys) -> Revision | None:
    last = store.revisions.order_by("-number").first()
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    number = max(last.number + 1 if last else 1, counter_value(REVISION_FLOOR))
    catalogue = build_catalogue(store, number, now, today)
    content_sha256 = hashlib.sha256(encode(replace(catalogue, revision=1, published_at=_NO_TIME))).hexdigest()
    if last and last.content_sha256 == content_sha256:
        return None
    xml = encode(catalogue)
    revision = Revision(
        store=store,
        number=catalogue.revision,
        xml=xml,
        sha256=hashlib.sha256(xml).hexdigest(),
        content_sha256=content_sha256,
        size_bytes=len(xml),
        published_at=now,
    )
    path = reverse("replication:revision", args=[store.code, revision.number])
    revision.manifest = sign_document(
        keys.revision, REVISION_CONTEXT, make_manifest(store.code, revision.number, xml, path, now)
    )
    return revision


def publish_pending(keys: HeadOfficeKeys) -> list[Revision]:
    """Publish every store that waits for it. A store whose master data contradicts itself is passed over and says why."""
    published = []
    for request in PublishRequest.objects.filter(problem="").select_related("store__company"):
        try:
            revision = publish(request.store, keys)
        except (SalesError, RevisionError, ValueError, LookupError) as error:
            # ValueError and LookupError: what the tables can hold and a catalogue cannot, such as an unknown time zone.
            log.error("store %s: cannot be published: %s", request.store.code, error)
            PublishRequest.objects.filter(pk=request.pk, requested_at=request.requested_at).update(
                problem=str(error)[:500]
            )
            continue
        if revision:
            published.append(revision)
    return published


def newest_manifests() -> dict[int, dict[str, Any]]:
    """Return the manifest of the newest revision of each store, by the store's primary key."""
    with snapshot():
        numbers = Revision.objects.values("store").annotate(newest=Max("number")).values_list("store", "newest")
        return {
            store: Revision.objects.values_list("manifest", flat=True).get(store=store, number=newest)
            for store, newest in numbers.order_by("store")
        }
