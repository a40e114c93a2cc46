"""What is sold."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.choices import ALLERGENS, DIETS, TINTS, UNITS
from server.catalog.models.codes import ARTICLE_CODE, CODE
from server.catalog.models.taxes import TaxClass
from server.core.fields import CodesField, LinesField, MoneyField, TextsField
from server.core.text import local


class Category(models.Model):
    """A group of articles on the screen."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))
    tint = models.CharField(_("tint"), max_length=10, choices=TINTS, default="mains")
    position = models.PositiveIntegerField(_("position"), default=0)
    is_meal = models.BooleanField(
        _("is a meal"), default=False, help_text=_("An article of it makes a ticket a meal: fee and share count.")
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return local(self.name, self.code)


class Article(models.Model):
    """What is sold, by the piece or by 100 g."""

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[ARTICLE_CODE])
    plu = models.PositiveIntegerField(_("PLU"), null=True, blank=True, unique=True)
    name = TextsField(_("name"))
    description = TextsField(_("description"), blank=True, long=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="articles", verbose_name=_("category"))
    unit = models.CharField(_("unit"), max_length=10, choices=UNITS, default="piece")
    tax_class = models.ForeignKey(TaxClass, models.PROTECT, related_name="articles", verbose_name=_("tax class"))
    allergens_stated = models.BooleanField(
        _("allergens are stated"), default=False, help_text=_("Not stated is not the same as free from all of them.")
    )
    allergens = CodesField(_("allergens"), codes=ALLERGENS)
    diets = CodesField(_("diets"), codes=DIETS)
    notes = LinesField(_("notes"), help_text=_("Additives and other remarks, one a line."))
    picture = models.CharField(_("picture"), max_length=200, blank=True, default="")
    everyday = models.BooleanField(
        _("every day"), default=True, help_text=_("Otherwise only on days with a menu entry.")
    )
    kitchen = models.BooleanField(
        _("made to order"), default=False, help_text=_("Goes on the kitchen slip and the preparation screen.")
    )
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["category__position", "code"]

    def __str__(self) -> str:
        return local(self.name, self.code)

    def clean(self) -> None:
        if self.allergens and not self.allergens_stated:
            raise ValidationError({"allergens_stated": _("Allergens are given, so they are stated: tick this.")})


class Barcode(models.Model):
    """A code the scanner reads for an article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="barcodes", verbose_name=_("article"))
    code = models.CharField(_("barcode"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class OptionGroup(models.Model):
    """A choice to make with an article: at least `minimum`, at most `maximum` of its options."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="option_groups", verbose_name=_("article"))
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    name = TextsField(_("name"))
    minimum = models.PositiveSmallIntegerField(_("at least"), default=0)
    maximum = models.PositiveSmallIntegerField(_("at most"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("option group")
        verbose_name_plural = _("option groups")
        ordering = ["article", "pk"]
        constraints = [models.UniqueConstraint(fields=["article", "code"], name="optiongroup_code")]

    def __str__(self) -> str:
        return f"{self.article}: {local(self.name, self.code)}"

    def clean(self) -> None:
        if self.minimum > self.maximum:
            raise ValidationError({"minimum": _("At least cannot be more than at most.")})


class Option(models.Model):
    """One of the choices in a group, with what it adds to the price."""

    group = models.ForeignKey(OptionGroup, models.CASCADE, related_name="options", verbose_name=_("option group"))
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    name = TextsField(_("name"))
    price_minor = MoneyField(_("adds to the price"), default=0)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["group", "pk"]
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="option_code")]

    def __str__(self) -> str:
        return local(self.name, self.code)
