"""Set menus: several components for one price. Tills find them in a basket, whatever the order of taps."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.models.articles import Article, Category
from server.catalog.models.codes import CODE
from server.catalog.models.house import GuestCategory, Store
from server.core.fields import MoneyField, TextsField
from server.core.text import local


class SetMenu(models.Model):
    """A set menu; sold while every slot has an article on the menu."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="set_menus",
        verbose_name=_("store"),
        help_text=_("Empty: every store."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("set menu")
        verbose_name_plural = _("set menus")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return local(self.name, self.code)


class SetMenuSlot(models.Model):
    """One component: one unit of any of these articles, or of any article of these categories."""

    set_menu = models.ForeignKey(SetMenu, models.CASCADE, related_name="slots", verbose_name=_("set menu"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = TextsField(_("name"))
    articles = models.ManyToManyField(Article, blank=True, related_name="set_menu_slots", verbose_name=_("articles"))
    categories = models.ManyToManyField(
        Category, blank=True, related_name="set_menu_slots", verbose_name=_("categories")
    )

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["set_menu", "position", "pk"]

    def __str__(self) -> str:
        return local(self.name, str(self.position))


class SetMenuPrice(models.Model):
    """What a set menu costs, VAT included: for everybody or for a guest category."""

    set_menu = models.ForeignKey(SetMenu, models.CASCADE, related_name="prices", verbose_name=_("set menu"))
    guest_category = models.ForeignKey(
        GuestCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="set_menu_prices",
        verbose_name=_("guest category"),
    )
    amount_minor = MoneyField(_("price"), validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("price of a set menu")
        verbose_name_plural = _("prices of set menus")
        ordering = ["set_menu", "guest_category"]
        constraints = [
            models.UniqueConstraint(
                fields=["set_menu", "guest_category"], nulls_distinct=False, name="setmenuprice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.set_menu} {self.amount_minor / 100:.2f}"

    def validate_constraints(self, exclude: Any = None) -> None:
        # SQLite has no NULLS NOT DISTINCT, so the rule is checked here for both engines.
        if self.set_menu_id is None:
            return
        twins = SetMenuPrice.objects.filter(set_menu=self.set_menu_id, guest_category=self.guest_category_id)
        if twins.exclude(pk=self.pk).exists():
            raise ValidationError({"guest_category": _("This set menu already has a price for this category.")})
