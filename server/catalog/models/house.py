"""The house: companies, their stores with meal services, and the groups of people who pay alike."""

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sales.offline import DEFAULT_OFFLINE
from server.catalog.choices import LANGUAGE_NAMES, RECEIPT_RULES
from server.catalog.models.codes import CODE, COUNTRY, CURRENCY
from server.core.fields import CodesField, LinesField, MoneyField, TextsField
from server.core.text import local


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
    receipt = models.CharField(_("receipt"), max_length=12, choices=RECEIPT_RULES, default="by_country")
    hide_balance = models.BooleanField(
        _("hide balances"), default=False, help_text=_("Where others could read them: customer display and slip.")
    )

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValidationError({"timezone": _("An IANA name such as Europe/Berlin is needed.")}) from error

    def today(self) -> date:
        """The local day; that of head office where the time zone is not known."""
        try:
            return timezone.localdate(timezone=ZoneInfo(self.timezone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return timezone.localdate()


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


class GuestCategory(models.Model):
    """Students, staff, visitors: people who pay alike. The code `guest` is for people without a badge.

    `offline_*` is what its guests may spend from their accounts at a terminal that cannot ask head office
    (`sales.offline`).
    """

    class Offline(models.TextChoices):
        """The promise to guests while there is no connection."""

        REFUSE = "refuse", _("spend up to the limit, then refuse")
        FEED_FIRST = "feed_first", _("always give one meal in each meal service")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = TextsField(_("name"))
    offline_policy = models.CharField(_("without a connection"), max_length=12, choices=Offline, default=Offline.REFUSE)
    offline_limit_minor = MoneyField(
        _("limit without a connection"),
        default=DEFAULT_OFFLINE.limit_minor,
        validators=[MinValueValidator(0)],
        help_text=_("What one guest may spend at one terminal from the account, until it is connected again."),
    )

    class Meta:
        verbose_name = _("guest category")
        verbose_name_plural = _("guest categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return local(self.name, self.code)
