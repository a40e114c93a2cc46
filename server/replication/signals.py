"""Whatever is saved or deleted in master data asks for a new revision, in the transaction of the change itself."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from server.catalog import models as catalog
from server.menus.models import ClosedDay, MenuEntry
from server.replication.board_version import touch_board
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
    catalog.Payer,
    catalog.MealTerms,
    catalog.SetMenu,
    catalog.SetMenuSlot,
    catalog.SetMenuPrice,
)
IN_ONE_STORE = (catalog.ServicePeriod, catalog.QuickKeyLayout, MenuEntry, ClosedDay)
ON_THE_MENU = (MenuEntry, ClosedDay)


def _everywhere(**_kwargs: Any) -> None:
    request_publication()


def _in_one_store(instance: Any, **_kwargs: Any) -> None:
    request_publication(catalog.Store.objects.filter(pk=instance.store_id))


def _key_changed(instance: catalog.QuickKey, **_kwargs: Any) -> None:
    request_publication(catalog.Store.objects.filter(quick_key_layouts=instance.layout_id))


def _menu_changed(instance: Any, **_kwargs: Any) -> None:
    touch_board(instance.store_id)


def _linked(action: str, **_kwargs: Any) -> None:
    if action.startswith("post_"):
        request_publication()


def _store_saved(instance: catalog.Store, **_kwargs: Any) -> None:
    request_publication([instance])


def connect() -> None:
    """Listen to master data; called once when Django starts."""
    post_save.connect(_store_saved, sender=catalog.Store, dispatch_uid="publish-store")
    for link in (catalog.SetMenuSlot.articles, catalog.SetMenuSlot.categories, catalog.QuickKeyLayout.terminals):
        m2m_changed.connect(_linked, sender=link.through, dispatch_uid=f"publish-{link.through._meta.label}")
    for receiver, senders in (
        (_everywhere, EVERYWHERE),
        (_in_one_store, IN_ONE_STORE),
        (_key_changed, (catalog.QuickKey,)),
        (_menu_changed, ON_THE_MENU),
    ):
        for sender in senders:
            uid = f"{receiver.__name__}-{sender._meta.label}"
            post_save.connect(receiver, sender=sender, dispatch_uid=f"{uid}-saved")
            post_delete.connect(receiver, sender=sender, dispatch_uid=f"{uid}-deleted")
