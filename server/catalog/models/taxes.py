"""VAT rates over time, in basis points (7 % = 700)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models.codes import CODE
from server.core.fields import TextsField
from server.core.text import local


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
