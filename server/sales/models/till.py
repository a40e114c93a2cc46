"""What a till does beside selling: shifts, closings, money in and out. Amounts in minor units of `currency`."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from server.catalog.models import Store
from server.core.fields import MoneyField
from server.fleet.models import Terminal
from server.guests.models import Guest
from server.sales.models.base import JournalRow
from server.sales.models.ticket import Payment


class Shift(models.Model):
    """From opening the drawer to counting it. Either half may arrive alone while the other waits in quarantine."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="shifts", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    number = models.BigIntegerField(_("shift"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="shifts", verbose_name=_("store"))
    currency = models.CharField(_("currency"), max_length=3)
    business_day = models.DateField(_("business day"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    opened_by = models.CharField(_("opened by"), max_length=64, blank=True, default="")
    float_minor = MoneyField(_("float"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=64, blank=True, default="")
    counted_minor = MoneyField(_("counted"), null=True, blank=True)
    expected_minor = MoneyField(_("expected"), null=True, blank=True)
    difference_minor = MoneyField(_("difference"), null=True, blank=True)
    totals = models.JSONField(_("totals"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-business_day", "terminal", "-epoch", "-number"]
        constraints = [models.UniqueConstraint(fields=["terminal", "epoch", "number"], name="shift_once")]
        indexes = [models.Index(fields=["store", "business_day"], name="shift_store_day")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.number}"


class Closing(JournalRow):
    """A Z report: shifts `first_shift` to `last_shift` of a terminal, counted and closed."""

    number = models.BigIntegerField(_("number"))
    currency = models.CharField(_("currency"), max_length=3)
    first_shift = models.BigIntegerField(_("first shift"))
    last_shift = models.BigIntegerField(_("last shift"))
    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    tickets = models.PositiveIntegerField(_("tickets"))
    turnover_minor = MoneyField(_("turnover"))
    float_minor = MoneyField(_("float"))
    counted_minor = MoneyField(_("counted"))
    difference_minor = MoneyField(_("difference"))
    perpetual_minor = MoneyField(_("grand total"))
    totals = models.JSONField(_("totals"))

    class Meta(JournalRow.Meta):
        verbose_name = _("Z report")
        verbose_name_plural = _("Z reports")
        indexes = [models.Index(fields=["store", "business_day"], name="closing_store_day")]

    def __str__(self) -> str:
        return f"{self.terminal} Z {self.number}"


class AccountMovement(JournalRow):
    """Money paid into a guest's account at a till, or out of it. `amount_minor` is always positive."""

    class Kind(models.TextChoices):
        """Which way."""

        TOP_UP = "top_up", _("top-up")
        PAYOUT = "payout", _("payout")

    number = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    guest = models.ForeignKey(Guest, models.PROTECT, related_name="account_movements", verbose_name=_("guest"))
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = MoneyField(_("amount"))
    tender = models.CharField(_("tender"), max_length=12, choices=Payment.Kind)
    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    shift = models.BigIntegerField(_("shift"), null=True, blank=True)

    class Meta(JournalRow.Meta):
        verbose_name = _("account movement")
        verbose_name_plural = _("account movements")
        indexes = [
            models.Index(fields=["store", "business_day"], name="accountmovement_store_day"),
            models.Index(fields=["terminal", "epoch", "shift"], name="accountmovement_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor / 100:.2f}"


class CashMovement(JournalRow):
    """Money put into a drawer or taken out of it, and every opening of it without a sale."""

    class Kind(models.TextChoices):
        """Why the drawer was opened."""

        DROP = "drop", _("drop")
        PAY_IN = "pay_in", _("pay-in")
        PAY_OUT = "pay_out", _("pay-out")
        NO_SALE = "no_sale", _("no sale")

    number = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = MoneyField(_("amount"))
    reason = models.TextField(_("reason"), blank=True, default="")
    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    shift = models.BigIntegerField(_("shift"), null=True, blank=True)

    class Meta(JournalRow.Meta):
        verbose_name = _("cash movement")
        verbose_name_plural = _("cash movements")
        indexes = [
            models.Index(fields=["store", "business_day"], name="cashmovement_store_day"),
            models.Index(fields=["terminal", "epoch", "shift"], name="cashmovement_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor / 100:.2f}"


class CashierChange(JournalRow):
    """Somebody signed in at a till; an empty `cashier_code` means signed out."""

    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    method = models.CharField(_("method"), max_length=10)
    shift = models.BigIntegerField(_("shift"), null=True, blank=True)

    class Meta(JournalRow.Meta):
        verbose_name = _("change of cashier")
        verbose_name_plural = _("changes of cashier")

    def __str__(self) -> str:
        return f"{self.terminal}: {self.cashier_code or '–'}"


class TrainingCount(models.Model):
    """How many training sales a terminal made; that is all that is kept of them beside the journal itself."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="training", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    business_day = models.DateField(_("business day"))
    shift = models.BigIntegerField(_("shift"), default=0, help_text=_("0: outside of any shift."))
    count = models.PositiveIntegerField(_("training sales"), default=0)

    class Meta:
        verbose_name = _("training sales")
        verbose_name_plural = _("training sales")
        ordering = ["-business_day", "terminal"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "epoch", "business_day", "shift"], name="trainingcount_once")
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.business_day}: {self.count}"

    @classmethod
    def add(cls, terminal: Terminal, epoch: int, day: object, shift: int, count: int) -> None:
        """Count `count` more training sales."""
        row, _created = cls.objects.get_or_create(terminal=terminal, epoch=epoch, business_day=day, shift=shift)
        cls.objects.filter(pk=row.pk).update(count=F("count") + count)
