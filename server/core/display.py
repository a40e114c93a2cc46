"""How figures are shown in the back office."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sales.money import format_minor

MINUS = "\u2212"


def money(amount_minor: int | None, currency: str | None = None) -> str:
    """Write an amount of minor units in the active language; a dash for none. Without a currency, that of the house."""
    if amount_minor is None:
        return "–"
    language = (get_language() or "en").split("-")[0]
    return format_minor(amount_minor, currency or house_currency(), language, minus=MINUS)


def house_currency() -> str:
    """The currency of what belongs to no store: that of the first store."""
    from server.catalog.models import Store

    return Store.objects.order_by("pk").values_list("currency", flat=True).first() or "EUR"


def ago(moment: datetime) -> str:
    """Say how long ago `moment` was, in its largest unit from minutes on."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


def percent(rate_bp: int) -> str:
    """Write basis points as a percentage: 810 is "8.1 %"."""
    return f"{rate_bp / 100:g} %"
