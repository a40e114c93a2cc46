"""Whatever is saved or deleted in master data asks for a new revision, in the transaction of the change itself."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from server.catalog import models as catalog
from server.menus.models import ClosedDay, MenuEntry
from server.replication.publishing import request_publication

EVERYWHERE = (
    catalog.Company,
    catalog.GuestCategory,
    catalog.TaxClass,
    catalog.TaxRate,
    catalog.Category,
    catalog.Article,
    catalog.Barcode,
    catalog.OptionGroup,
    catalog.Option,
    catalog.Price,
)
IN_ONE_STORE = (catalog.ServicePeriod, MenuEntry, ClosedDay)


def _everywhere(**_kwargs: Any) -> None:
    request_publication()


def _in_one_store(instance: Any, **_kwargs: Any) -> None:
    request_publication(catalog.Store.objects.filter(pk=instance.store_id))


def _store_saved(instance: catalog.Store, **_kwargs: Any) -> None:
    request_publication([instance])


def connect() -> None:
    """Listen to master data; called once when Django starts."""
    post_save.connect(_store_saved, sender=catalog.Store, dispatch_uid="publish-store")
    for receiver, senders in ((_everywhere, EVERYWHERE), (_in_one_store, IN_ONE_STORE)):
        for sender in senders:
            uid = f"publish-{sender._meta.label}"
            post_save.connect(receiver, sender=sender, dispatch_uid=f"{uid}-saved")
            post_delete.connect(receiver, sender=sender, dispatch_uid=f"{uid}-deleted")
