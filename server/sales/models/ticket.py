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
    """A sale, or what takes one back. `payload` is the ticket as in the journal entry (terminal, epoch, seq) with the
    hash `hash`.

    Voids and refunds carry negative amounts and quantities and name in `reverses_*` the ticket they take back, so sums
    need no special case. `charges_minor` is the part of `total_minor` that payers owe.
    """

    class Kind(models.TextChoices):
        """What the ticket does."""

        SALE = "sale", _("sale")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")

    terminal = models.ForeignKey(
        Terminal, models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("terminal")
    )
    epoch = models.PositiveIntegerField(_("epoch"))
    seq = models.BigIntegerField(_("entry"))
    number = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SALE)
    reverses_terminal = models.CharField(_("terminal of the ticket taken back"), max_length=40, blank=True, default="")
    reverses_epoch = models.PositiveIntegerField(_("epoch of the ticket taken back"), null=True, blank=True)
    reverses_number = models.BigIntegerField(_("number of the ticket taken back"), null=True, blank=True)
    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")
    shift = models.BigIntegerField(_("shift"), null=True, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="tickets", verbose_name=_("store"))
    business_day = models.DateField(_("business day"))
    sold_on = models.DateField(
        _("sold on"),
        help_text=_("The day whose portions and meals it counts for: of a void or refund that of the sale."),
    )
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
    meal_code = models.CharField(
        _("meal service"), max_length=40, blank=True, default="", help_text=_("Empty: outside of any meal service.")
    )
    payer_code = models.CharField(_("payer"), max_length=40, blank=True, default="")
    share_reason = models.CharField(_("reason of the share"), max_length=20, blank=True, default="")
    meals_used = models.SmallIntegerField(
        _("entitlements used"), default=0, help_text=_("1: the guest's meal of this service; -1: given back.")
    )
    total_minor = MoneyField(_("total"))
    charges_minor = MoneyField(_("owed by payers"), default=0)
    rounding_minor = MoneyField(_("rounding"), default=0)
    change_minor = MoneyField(_("change"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    pickup_number = models.BigIntegerField(_("pick-up number"), null=True, blank=True)
    payload = models.JSONField(_("payload"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-time_utc", "-pk"]
        constraints = [models.UniqueConstraint(fields=["terminal", "epoch", "seq"], name="ticket_entry")]
        indexes = [
            models.Index(fields=["store", "business_day"], name="ticket_store_day"),
            models.Index(fields=["business_day", "store"], name="ticket_day_store"),
            models.Index(fields=["sold_on", "store"], name="ticket_sold_store"),
            models.Index(fields=["-time_utc"], name="ticket_time"),
            models.Index(fields=["terminal", "epoch", "number"], name="ticket_number"),
            models.Index(fields=["terminal", "epoch", "shift"], name="ticket_shift"),
            models.Index(
                fields=["reverses_terminal", "reverses_epoch", "reverses_number"],
                condition=models.Q(reverses_number__isnull=False),
                name="ticket_reverses",
            ),
            models.Index(
                fields=["business_day", "guest", "meal_code"],
                condition=~models.Q(meals_used=0),
                name="ticket_meals_used",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.number}"


class TicketLine(models.Model):
    """One line of a ticket. Article code and name stand as sold, whatever became of the article.

    `amount_minor` contains the `adjustments`: what a set menu, a discount or a price given by hand changed. `menu` counts
    the ticket's set menus from 1, None for a line that belongs to none. An admission fee has no article.
    """

    class Kind(models.TextChoices):
        """What is charged."""

        ARTICLE = "article", _("article")
        FEE = "fee", _("admission fee")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="lines", verbose_name=_("ticket"))
    position = models.PositiveIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ARTICLE)
    article_code = models.CharField(_("article"), max_length=64, blank=True, default="", db_index=True)
    plu = models.BigIntegerField(_("PLU"), null=True, blank=True)
    name = models.TextField(_("name"))
    quantity = models.BigIntegerField(_("quantity"))
    weight_g = models.BigIntegerField(_("weight (g)"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=10, default="piece")
    unit_minor = MoneyField(_("unit price"))
    base_minor = MoneyField(_("fixed part"), default=0)
    options = models.JSONField(_("options"), default=list, blank=True)
    adjustments = models.JSONField(_("adjustments"), default=list, blank=True)
    menu = models.PositiveSmallIntegerField(_("set menu"), null=True, blank=True)
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


class TicketCharge(models.Model):
    """The part of a ticket that a payer owes; name as printed on the slip."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="charges", verbose_name=_("ticket"))
    payer_code = models.CharField(_("payer"), max_length=40)
    name = models.TextField(_("name"))
    amount_minor = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("charge to a payer")
        verbose_name_plural = _("charges to payers")
        ordering = ["ticket", "pk"]
        indexes = [models.Index(fields=["payer_code", "ticket"], name="ticketcharge_payer")]

    def __str__(self) -> str:
        return f"{self.name} {self.amount_minor / 100:.2f}"


class ChargeRate(models.Model):
    """A charge at one VAT rate: what it takes from the sales at that rate, and what the payer owes at that rate."""

    charge = models.ForeignKey(TicketCharge, models.CASCADE, related_name="rates", verbose_name=_("charge"))
    rate_bp = models.PositiveIntegerField(_("VAT (basis points)"))
    covered_minor = MoneyField(_("taken from the sale"), default=0)
    gross_minor = MoneyField(_("gross"), default=0)
    net_minor = MoneyField(_("net"), default=0)
    tax_minor = MoneyField(_("VAT"), default=0)

    class Meta:
        verbose_name = _("VAT of a charge")
        verbose_name_plural = _("VAT of charges")
        ordering = ["charge", "rate_bp"]
        constraints = [models.UniqueConstraint(fields=["charge", "rate_bp"], name="chargerate_once")]

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
