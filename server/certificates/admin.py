"""The page of certificates: until when each is good, and taking one back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from server.certificates.models import Certificate
from server.certificates.revoking import revoke_certificates
from server.core.admin_base import ReadOnlyAdmin


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates."""

    list_display = ["name", "kind", "terminal", "created_at", "expires_at", "revoked_at"]
    list_filter = ["kind", "revoked_at"]
    list_select_related = ["terminal"]
    search_fields = ["name", "serial"]
    fields = ["name", "kind", "terminal", "serial", "created_at", "expires_at", "revoked_at"]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may change certificates may revoke them."""
        return request.user.has_perm("certificates.change_certificate")

    @action(description=_("Revoke the certificates chosen"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        """Let nobody connect with them any more."""
        count: Any = revoke_certificates(queryset)
        self.message_user(request, _("%(count)d certificates revoked.") % {"count": count})
