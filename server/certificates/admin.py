"""The page of certificates: until when each is good, and taking one back."""

from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from server.certificates.models import Certificate
from server.certificates.revoking import revoke_certificates
from server.core.admin_base import ReadOnlyAdmin


def tell_of_the_broker(request: HttpRequest, reason: str) -> None:
    """Show that a revocation has not reached the broker."""
    messages.error(request, _("The broker was not told: %(reason)s") % {"reason": reason})


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
        count = revoke_certificates(queryset, partial(tell_of_the_broker, request))
        self.message_user(request, _("%(count)d certificates revoked.") % {"count": count})
