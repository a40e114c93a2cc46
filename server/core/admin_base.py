"""Bases of the back office's pages."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.import_export.forms import ExportForm, ImportForm


class HouseAdmin(ModelAdmin):
    """A page of the back office: compact, filters in a panel, warns before unsaved changes are lost."""

    compressed_fields = True
    warn_unsaved_form = True
    list_filter_submit = True
    list_per_page = 50
    import_form_class = ImportForm
    export_form_class = ExportForm


class ReadOnly:
    """For what is looked at and never edited."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class ReadOnlyAdmin(ReadOnly, HouseAdmin):
    """A page of records that are only looked at."""


class ReadOnlyInline(ReadOnly, TabularInline):
    """A table of such records on another page."""

    extra = 0
    tab = True
    hide_title = True
    show_change_link = False


class HouseTabular(TabularInline):
    """A table of parts edited with their whole."""

    extra = 0
    tab = True
    hide_title = True


class HouseStacked(StackedInline):
    """A stack of parts edited with their whole."""

    extra = 0
    tab = True
    hide_title = True
