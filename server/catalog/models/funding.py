"""Who owes a part of a meal, and on what terms. Amounts in minor units, VAT included."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.models.codes import CODE
from server.catalog.models.house import Company, GuestCategory, ServicePeriod, Store
from server.catalog.models.taxes import TaxClass
from server.core.fields import LinesField, MoneyField, TextsField
from server.core.text import local


class Payer(models.Model):
    """An employer or cost centre that owes a part of its guests' meals."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="payers", verbose_name=_("company"))
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))
    tax_class = models.ForeignKey(
        TaxClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payers",
        verbose_name=_("tax class"),
        help_text=_("Of the payer's part. Empty: the VAT rates of what was sold."),
    )
    address = LinesField(_("address"), help_text=_("As written on invoices, line by line."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        ordering = ["code"]

    def __str__(self) -> str:
        return local(self.name, self.code)


class MealTerms(models.Model):
    """What a guest category pays besides the food at a meal service, and what the payer takes over; once a meal."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    store = models.ForeignKey(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="meal_terms",
        verbose_name=_("store"),
        help_text=_("Empty: every store."),
    )
    guest_category = models.ForeignKey(
        GuestCategory, models.PROTECT, related_name="meal_terms", verbose_name=_("guest category")
    )
    payer = models.ForeignKey(
        Payer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meal_terms",
        verbose_name=_("payer"),
        help_text=_("Empty: any."),
    )
    service_period = models.ForeignKey(
        ServicePeriod,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meal_terms",
        verbose_name=_("meal service"),
        help_text=_("Empty: any."),
    )
    fee_minor = MoneyField(_("admission fee"), default=0, validators=[MinValueValidator(0)])
    fee_tax_class = models.ForeignKey(
        TaxClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meal_terms",
        verbose_name=_("tax class of the fee"),
    )
    share_minor = MoneyField(_("payer's share"), default=0, validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("meal terms")
        verbose_name_plural = _("meal terms")
        ordering = ["guest_category", "payer", "service_period", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "guest_category", "payer", "service_period", "valid_from"],
                nulls_distinct=False,
                name="mealterms_once",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            problems["valid_to"] = _("The end lies before the beginning.")
        if self.fee_minor and not self.fee_tax_class_id:
            problems["fee_tax_class"] = _("An admission fee needs the tax class it is taxed at.")
        if self.service_period_id and self.service_period.store_id != self.store_id:
            problems["service_period"] = _("This meal service belongs to another store: choose its store as well.")
        if self.store_id and self.payer_id and self.payer.company_id != self.store.company_id:
            problems["payer"] = _("This payer belongs to another company than the store.")
        if problems:
            raise ValidationError(problems)

    def validate_constraints(self, exclude: Any = None) -> None:
        # SQLite has no NULLS NOT DISTINCT, so the rule is checked here for both engines.
        twins = MealTerms.objects.filter(
            store=self.store_id,
            guest_category=self.guest_category_id,
            payer=self.payer_id,
            service_period=self.service_period_id,
            valid_from=self.valid_from,
        ).exclude(pk=self.pk)
        if twins.exists():
            raise ValidationError(_("There are already terms for this category, payer, meal service and day."))
