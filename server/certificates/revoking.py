"""Taking certificates and enrolments back."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from server.certificates.broker import refresh_after_commit
from server.certificates.models import Certificate
from server.fleet.models import Enrolment, Terminal


def revoke_terminals(terminals: Iterable[Terminal], tell: Callable[[str], object] | None = None) -> int:
    """Believe the keys of these terminals no more: neither their journals' nor their certificates. Returns how many were revoked.

    The terminals themselves stay; each is enrolled anew with new keys. `tell` hears why the broker could not be told.
    """
    ids = [terminal.pk for terminal in terminals]
    now = timezone.now()
    with transaction.atomic():
        revoked = Enrolment.objects.filter(terminal__in=ids, branch_of=None, revoked_at=None).update(revoked_at=now)
        Certificate.objects.filter(terminal__in=ids, revoked_at=None).update(revoked_at=now)
        refresh_after_commit(tell)
    return revoked


def revoke_certificates(certificates: Iterable[Certificate], tell: Callable[[str], object] | None = None) -> int:
    """Let nobody show these certificates any more; journals stay believed. Returns how many were in force.

    `tell` hears why the broker could not be told.
    """
    ids = [certificate.pk for certificate in certificates]
    with transaction.atomic():
        revoked = Certificate.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=timezone.now())
        refresh_after_commit(tell)
    return revoked
