"""Master data: the house, what it sells and for how much. Money in minor units, VAT rates in basis points."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.choices import ALLERGENS, DIETS, LANGUAGE_NAMES, TINTS, UNITS
from server.core.fields import CodesField, LinesField, MoneyField, TextsField
from server.core.text import local

CODE = RegexValidator(r"\A[a-z0-9][a-z0-9-]{0,39}\Z", _("Use a-z, 0-9 and hyphens, at most 40."))
ARTICLE_CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", _("Use letters, digits, . _ - , at most 64."))
CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Three letters of ISO 4217, such as EUR or CHF."))
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", _("Two letters of ISO 3166, such as DE, FR or ES."))


def everyday_languages() -> list[str]:
    """All languages of the house."""
    return ["en", "fr", "de", "es"]


class Company(models.Model):
    """Who sells: owner of stores and guests."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """A canteen or shop."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="stores", verbose_name=_("company"))
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY])
    country = models.CharField(_("country"), max_length=2, default="DE", validators=[COUNTRY])
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    languages = CodesField(_("languages"), codes=LANGUAGE_NAMES, default=everyday_languages)
    address = LinesField(_("address"), help_text=_("As printed on slips, line by line."))
    cash_rounding_minor = models.PositiveIntegerField(
        _("cash rounding (minor units)"), default=1, help_text=_("Smallest coin: 1 for a cent, 5 for 0.05 CHF.")
    )

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class GuestCategory(models.Model):
    """Students, staff, visitors: people who pay alike. The code `guest` is for people without a badge."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))

    class Meta:
        verbose_name = _("guest category")
        verbose_name_plural = _("guest categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return local(self.name, self.code)


class TaxClass(models.Model):
    """Articles taxed alike."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        ordering = ["code"]

    def __str__(self) -> str:
        return local(self.name, self.code)


class TaxRate(models.Model):
    """VAT of a tax class from a day on, in basis points (7 % = 700)."""

    tax_class = models.ForeignKey(TaxClass, models.CASCADE, related_name="rates", verbose_name=_("tax class"))
    valid_from = models.DateField(_("valid from"))
    eat_in_bp = models.PositiveIntegerField(_("eat-in (basis points)"), validators=[MaxValueValidator(10000)])
    take_away_bp = models.PositiveIntegerField(_("take-away (basis points)"), validators=[MaxValueValidator(10000)])

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["tax_class", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["tax_class", "valid_from"], name="taxrate_once_a_day")]

    def __str__(self) -> str:
        return f"{self.eat_in_bp / 100:g} % / {self.take_away_bp / 100:g} %"


class Category(models.Model):
    """A group of articles on the screen."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))
    tint = models.CharField(_("tint"), max_length=10, choices=TINTS, default="mains")
    position = models.PositiveIntegerField(_("position"), default=0)

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


class Price(models.Model):
    """What an article costs, VAT included: for everybody or for a guest category, everywhere or in one store."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="prices", verbose_name=_("article"))
    guest_category = models.ForeignKey(
        GuestCategory, models.PROTECT, null=True, blank=True, related_name="prices", verbose_name=_("guest category")
    )
    store = models.ForeignKey(
        Store, models.CASCADE, null=True, blank=True, related_name="prices", verbose_name=_("store")
    )
    amount_minor = MoneyField(_("price"), help_text=_("Per piece, or per 100 g."), validators=[MinValueValidator(0)])
    base_minor = MoneyField(_("fixed part"), default=0, help_text=_("Of a price by weight."))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["article", "guest_category", "store", "valid_from"]
        indexes = [models.Index(fields=["store", "valid_from"], name="price_store_from")]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "guest_category", "store", "valid_from"], nulls_distinct=False, name="price_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.amount_minor / 100:.2f}"

    def clean(self) -> None:
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The end lies before the beginning.")})

    def validate_constraints(self, exclude: Any = None) -> None:
        # SQLite has no NULLS NOT DISTINCT, so the rule is checked here for both engines.
        twins = Price.objects.filter(
            article=self.article_id,
            guest_category=self.guest_category_id,
            store=self.store_id,
            valid_from=self.valid_from,
        ).exclude(pk=self.pk)
        if twins.exists():
            raise ValidationError(_("There is already a price for this article, category, store and day."))


class ServicePeriod(models.Model):
    """Breakfast, lunch, dinner: a meal service of a store, local times."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="service_periods", verbose_name=_("store"))
    code = models.CharField(_("code"), max_length=40, validators=[CODE])
    name = TextsField(_("name"))
    start = models.TimeField(_("start"))
    end = models.TimeField(_("end"))

    class Meta:
        verbose_name = _("meal service")
        verbose_name_plural = _("meal services")
        ordering = ["store", "start"]
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="serviceperiod_code")]

    def __str__(self) -> str:
        return local(self.name, self.code)
