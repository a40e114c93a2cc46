"""Filters of the back office's own pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from server.catalog.models import Store

register = template.Library()


@register.filter
def at_store(moment: datetime, store: Store) -> str:
    """Write the time of `moment` by the clock of the store."""
    return moment.astimezone(ZoneInfo(store.timezone)).strftime("%H:%M")


@register.filter
def ago(moment: datetime) -> str:
    """Say how long ago `moment` was, in its largest unit."""
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
