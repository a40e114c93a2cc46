"""Tickets as they arrived: read-only copies of what terminals' journals say, in columns for reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models import GuestCategory, Store
from server.core.fields import MoneyField
from server.fleet.models import Terminal
from server.guests.models import Guest


class Service(models.TextChoices):
    """Where the meal is eaten; decides the VAT rate."""

    EAT_IN = "eat_in", _("eat-in")
    TAKE_AWAY = "take_away", _("take-away")


class Ticket(models.Model):
    """A sale. `payload` is the ticket as in the journal entry (terminal, epoch, seq) with the hash `hash`."""

    terminal = models.ForeignKey(Terminal, models.PROTECT, related_name="tickets", verbose_name=_("terminal"))
    epoch = models.PositiveIntegerField(_("epoch"))
    seq = models.BigIntegerField(_("entry"))
    number = models.BigIntegerField(_("number"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="tickets", verbose_name=_("store"))
    business_day = models.DateField(_("business day"))
    time_utc = models.DateTimeField(_("time"))
    guest = models.ForeignKey(
        Guest, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("guest")
    )
    guest_category = models.ForeignKey(
        GuestCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("guest category"),
    )
    service = models.CharField(_("service"), max_length=10, choices=Service)
    total_minor = MoneyField(_("total"))
    rounding_minor = MoneyField(_("rounding"), default=0)
    change_minor = MoneyField(_("change"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    pickup_number = models.BigIntegerField(_("pick-up number"))
    payload = models.JSONField(_("payload"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-time_utc", "-pk"]
        constraints = [models.UniqueConstraint(fields=["terminal", "epoch", "seq"], name="ticket_entry")]
        indexes = [
            models.Index(fields=["business_day", "store"], name="ticket_day_store"),
            models.Index(fields=["-time_utc"], name="ticket_time"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.number}"


class TicketLine(models.Model):
    """One line of a ticket. Article code and name stand as sold, whatever became of the article."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="lines", verbose_name=_("ticket"))
    position = models.PositiveIntegerField(_("position"))
    article_code = models.CharField(_("article"), max_length=64, db_index=True)
    plu = models.BigIntegerField(_("PLU"), null=True, blank=True)
    name = models.TextField(_("name"))
    quantity = models.BigIntegerField(_("quantity"))
    weight_g = models.BigIntegerField(_("weight (g)"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=10, default="piece")
    unit_minor = MoneyField(_("unit price"))
    base_minor = MoneyField(_("fixed part"), default=0)
    options = models.JSONField(_("options"), default=list, blank=True)
    amount_minor = MoneyField(_("amount"))
    tax_class_code = models.CharField(_("tax class"), max_length=40)
    rate_bp = models.PositiveIntegerField(_("VAT (basis points)"))

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["ticket", "position"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"


class TicketTax(models.Model):
    """VAT of a ticket at one rate."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="taxes", verbose_name=_("ticket"))
    rate_bp = models.PositiveIntegerField(_("VAT (basis points)"))
    gross_minor = MoneyField(_("gross"))
    net_minor = MoneyField(_("net"))
    tax_minor = MoneyField(_("VAT"))

    class Meta:
        verbose_name = _("VAT")
        verbose_name_plural = _("VAT")
        ordering = ["ticket", "rate_bp"]

    def __str__(self) -> str:
        return f"{self.rate_bp / 100:g} %"


class Payment(models.Model):
    """One tender of a ticket."""

    class Kind(models.TextChoices):
        """How it was paid."""

        ACCOUNT = "account", _("account")
        CASH = "cash", _("cash")
        CARD = "card", _("card")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="payments", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    amount_minor = MoneyField(_("amount"))
    guest = models.ForeignKey(
        Guest, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("guest")
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["ticket", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor / 100:.2f}"
