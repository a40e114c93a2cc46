"""What is offered on which day, and days on which a store is closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models import Article, Store


class MenuSource(models.Model):
    """Where menus of a store are imported from, with what the source tells of the canteen itself."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="menu_sources", verbose_name=_("store"))
    name = models.CharField(_("name"), max_length=80)
    about = models.JSONField(_("about the canteen"), default=list, blank=True)

    class Meta:
        verbose_name = _("menu source")
        verbose_name_plural = _("menu sources")
        ordering = ["store", "name"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="menusource_once")]

    def __str__(self) -> str:
        return f"{self.store}: {self.name}"


class MenuEntry(models.Model):
    """An article on the menu of a store on one day. `source` is empty where a person put it there."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="menu_entries", verbose_name=_("store"))
    date = models.DateField(_("date"))
    article = models.ForeignKey(Article, models.CASCADE, related_name="menu_entries", verbose_name=_("article"))
    position = models.PositiveIntegerField(_("position"), default=0)
    planned_portions = models.PositiveIntegerField(_("planned portions"), null=True, blank=True)
    sold_out = models.BooleanField(_("sold out"), default=False)
    source = models.ForeignKey(
        MenuSource, models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("menu source")
    )

    class Meta:
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu entries")
        ordering = ["store", "date", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["store", "date", "article"], name="menuentry_once_a_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.article}"


class ClosedDay(models.Model):
    """A day on which a store does not open. `source` is empty where a person said so."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="closed_days", verbose_name=_("store"))
    date = models.DateField(_("date"))
    source = models.ForeignKey(
        MenuSource, models.SET_NULL, null=True, blank=True, editable=False, verbose_name=_("menu source")
    )

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["store", "date"]
        constraints = [models.UniqueConstraint(fields=["store", "date"], name="closedday_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.store}"
