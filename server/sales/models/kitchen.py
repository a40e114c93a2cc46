"""Orders for the kitchen and what is sold out, in whatever order the terminals told of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from server.catalog.models import Store
from server.sales.models.base import JournalRow
from server.sales.models.ticket import Ticket


class KitchenOrder(models.Model):
    """A ticket with something to prepare, known by its terminal, epoch and number.

    `ticket` is None where its state came before it. State and times follow from all its `OrderChange`s.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("open")
        READY = "ready", _("ready")
        COLLECTED = "collected", _("collected")

    terminal_code = models.CharField(_("terminal"), max_length=40)
    epoch = models.PositiveIntegerField(_("epoch"))
    number = models.BigIntegerField(_("number"))
    pickup_number = models.BigIntegerField(_("pick-up number"), null=True, blank=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="kitchen_orders", verbose_name=_("store"))
    business_day = models.DateField(_("business day"))
    ticket = models.OneToOneField(
        Ticket, models.PROTECT, null=True, blank=True, related_name="kitchen_order", verbose_name=_("ticket")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    ordered_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    collected_at = models.DateTimeField(_("collected"), null=True, blank=True)
    cancelled = models.BooleanField(_("cancelled"), default=False)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["business_day", "ordered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["terminal_code", "epoch", "number"], name="kitchenorder_once")]
        indexes = [models.Index(fields=["store", "business_day", "state"], name="kitchenorder_store_day")]

    def __str__(self) -> str:
        return f"{self.pickup_number or self.number} {self.get_state_display()}"

    def follow(self, changes: "Iterable[OrderChange]") -> None:
        """Set state and times from all changes of this order, whatever order they are given in; does not save."""
        self.state, self.ready_at, self.collected_at = self.State.OPEN, None, None
        for change in sorted(changes, key=lambda row: (row.time_utc, row.terminal_id, row.epoch, row.seq)):
            self.state = change.state
            if change.state == self.State.OPEN:
                self.ready_at = self.collected_at = None
            elif change.state == self.State.READY:
                self.ready_at, self.collected_at = self.ready_at or change.time_utc, None
            else:
                self.ready_at = self.ready_at or change.time_utc
                self.collected_at = change.time_utc


class OrderChange(JournalRow):
    """Somebody said how far an order is."""

    order = models.ForeignKey(KitchenOrder, models.CASCADE, related_name="changes", verbose_name=_("order"))
    state = models.CharField(_("state"), max_length=10, choices=KitchenOrder.State)

    class Meta(JournalRow.Meta):
        verbose_name = _("state of an order")
        verbose_name_plural = _("states of orders")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_state_display()}"


class AvailabilityMark(models.Model):
    """What was last said of an article on a day: sold out or to be had again. The latest time counts, not the arrival."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="availability_marks", verbose_name=_("store"))
    business_day = models.DateField(_("business day"))
    article_code = models.CharField(_("article"), max_length=64)
    sold_out = models.BooleanField(_("sold out"))
    time_utc = models.DateTimeField(_("time"))
    terminal_code = models.CharField(_("terminal"), max_length=40)
    epoch = models.PositiveIntegerField(_("epoch"))
    seq = models.BigIntegerField(_("entry"))
    cashier_code = models.CharField(_("cashier"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("sold-out mark")
        verbose_name_plural = _("sold-out marks")
        ordering = ["-time_utc"]
        constraints = [
            models.UniqueConstraint(fields=["store", "business_day", "article_code"], name="availabilitymark_once")
        ]

    def __str__(self) -> str:
        return f"{self.article_code} {self.business_day}"

    def is_later_than(self, other: "AvailabilityMark") -> bool:
        """Whether this was said after `other`; of two said at the same moment one counts, always the same."""
        return self._order() > other._order()

    def _order(self) -> tuple[datetime, str, int, int]:
        return self.time_utc, self.terminal_code, self.epoch, self.seq
