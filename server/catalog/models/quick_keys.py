"""Quick keys: what a till shows to tap, page by page. Pages, rows and columns count from 1."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.choices import TINTS
from server.catalog.models.articles import Article
from server.catalog.models.codes import CODE
from server.catalog.models.house import Store
from server.catalog.models.set_menus import SetMenu
from server.core.fields import TextsField
from server.core.text import local

MOST_COLUMNS = 8
MOST_ROWS = 10


class QuickKeyLayout(models.Model):
    """The keys of some tills of a store, or of all that have no layout of their own."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="quick_key_layouts", verbose_name=_("store"))
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    columns = models.PositiveSmallIntegerField(
        _("columns"), default=4, validators=[MinValueValidator(1), MaxValueValidator(MOST_COLUMNS)]
    )
    rows = models.PositiveSmallIntegerField(
        _("rows"), default=6, validators=[MinValueValidator(1), MaxValueValidator(MOST_ROWS)]
    )
    terminals = models.ManyToManyField(
        "fleet.Terminal",
        blank=True,
        related_name="quick_key_layouts",
        verbose_name=_("terminals"),
        help_text=_("None: every till of the store without a layout of its own."),
    )

    class Meta:
        verbose_name = _("quick-key layout")
        verbose_name_plural = _("quick-key layouts")
        ordering = ["store", "code"]

    def __str__(self) -> str:
        return self.name


class QuickKey(models.Model):
    """One key: an article or a set menu."""

    layout = models.ForeignKey(QuickKeyLayout, models.CASCADE, related_name="keys", verbose_name=_("layout"))
    page = models.PositiveSmallIntegerField(_("page"), default=1, validators=[MinValueValidator(1)])
    row = models.PositiveSmallIntegerField(_("row"), validators=[MinValueValidator(1)])
    column = models.PositiveSmallIntegerField(_("column"), validators=[MinValueValidator(1)])
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="quick_keys", verbose_name=_("article")
    )
    set_menu = models.ForeignKey(
        SetMenu, models.CASCADE, null=True, blank=True, related_name="quick_keys", verbose_name=_("set menu")
    )
    label = TextsField(_("label"), blank=True, help_text=_("Empty: the name of the article or set menu."))
    tint = models.CharField(
        _("tint"), max_length=10, choices=TINTS, blank=True, default="", help_text=_("Empty: that of the category.")
    )

    class Meta:
        verbose_name = _("quick key")
        verbose_name_plural = _("quick keys")
        ordering = ["layout", "page", "row", "column"]
        constraints = [models.UniqueConstraint(fields=["layout", "page", "row", "column"], name="quickkey_place")]

    def __str__(self) -> str:
        return local(self.label) or str(self.article or self.set_menu or "–")

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if (self.article_id is None) == (self.set_menu_id is None):
            problems["article"] = _("A key sells either an article or a set menu: choose one of the two.")
        if self.layout_id and self.row and self.row > self.layout.rows:
            problems["row"] = _("The layout has %(rows)d rows.") % {"rows": self.layout.rows}
        if self.layout_id and self.column and self.column > self.layout.columns:
            problems["column"] = _("The layout has %(columns)d columns.") % {"columns": self.layout.columns}
        if problems:
            raise ValidationError(problems)
