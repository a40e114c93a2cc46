"""For how much it is sold, in minor units."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from server.catalog.models.articles import Article
from server.catalog.models.house import GuestCategory, Store
from server.core.fields import MoneyField


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
