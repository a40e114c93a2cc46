"""Pages for revisions."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from server.core.admin_base import ReadOnlyAdmin
from server.replication.models import PublishRequest, Revision
from server.replication.publishing import request_publication


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Revisions: what terminals sell from, and since when."""

    list_display = ["store", "number", "published_at", "size_bytes", "download"]
    list_filter = ["store"]
    list_select_related = ["store"]
    fields = ["store", "number", "published_at", "size_bytes", "sha256", "download", "manifest"]
    readonly_fields = ["download"]
    actions_list = ["publish_now"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """Revisions without their documents, which are large."""
        return super().get_queryset(request).defer("xml")

    @display(description=_("document"))
    def download(self, row: Revision) -> SafeString:
        """A link to the XML."""
        address = reverse("replication:revision", args=[row.store.code, row.number])
        return format_html('<a href="{}">{}.xml</a>', address, row.number)

    @action(description=_("Publish all stores"), permissions=["publish"], icon="publish")
    def publish_now(self, request: HttpRequest) -> HttpResponse:
        """Ask for a publication; stores without changes keep their revision."""
        request_publication()
        messages.success(request, _("Asked for. Stores whose master data changed get a new revision in a moment."))
        return HttpResponseRedirect(reverse("admin:replication_revision_changelist"))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whoever may change articles."""
        return request.user.has_perm("catalog.change_article")


@admin.register(PublishRequest)
class PublishRequestAdmin(ReadOnlyAdmin):
    """Stores that wait for their next revision, and why one cannot be published."""

    list_display = ["store", "requested_at", "problem"]
