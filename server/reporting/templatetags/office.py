"""Filters of the back office's own pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from server.catalog.models import Store
from server.core.display import ago

register = template.Library()


@register.filter
def at_store(moment: datetime, store: Store) -> str:
    """Write the time of `moment` by the clock of the store."""
    return moment.astimezone(ZoneInfo(store.timezone)).strftime("%H:%M")


register.filter(ago)
