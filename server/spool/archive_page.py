"""The page on which archives from sticks are uploaded, and from which their proofs are taken back to the terminals."""

import json
import logging
import threading
from contextlib import ExitStack
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from journal.delivery import Delivery, Refusal
from server.core.keys import HeadOfficeKeys, load_keys
from server.spool.archives import ArchiveRefused, Unwelcome, begin, carry_out, proof, proof_name, unseal
from server.spool.models import ArchiveImport

log = logging.getLogger(__name__)

SHOWN = 30
STALLED_AFTER = timedelta(seconds=60)
WORDS = {
    Refusal.NOT_AN_ARCHIVE: gettext_lazy("This is no archive of a terminal."),
    Refusal.OTHER_VERSION: gettext_lazy("The terminal has newer software than head office. Update head office first."),
    Refusal.OTHER_RECIPIENT: gettext_lazy("It was written for another head office."),
    Refusal.TOO_LARGE: gettext_lazy("It is too large. Write it at the terminal in parts."),
    Refusal.DAMAGED: gettext_lazy("It is damaged or was changed. Write it again at the terminal."),
    Refusal.NOT_GENUINE: gettext_lazy("It was not signed by this terminal."),
    Unwelcome.UNKNOWN: gettext_lazy("No terminal that is enrolled here has written it."),
    Unwelcome.OUT_OF_FORCE: gettext_lazy(
        "Its terminal is switched off, or its enrolment was revoked. Look into that before you upload it again."
    ),
}


class Capped(TemporaryFileUploadHandler):
    """Keeps an upload in a temporary file, and gives up as soon as it is larger than an archive may be."""

    exceeded = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next piece."""
        if start + len(raw_data) > _most_bytes():
            self.exceeded = True
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


def _most_bytes() -> int:
    """An archive's content, and what sealing adds to it: less than one part in a thousand, and a header."""
    content: int = settings.REFECTORY_ARCHIVE_BYTES
    return content + content // 1000 + 4096


def _allow(request: HttpRequest, what: str) -> None:
    if not admin.site.has_permission(request) or not request.user.has_perm(f"spool.{what}_archiveimport"):
        raise PermissionDenied


@require_safe
@never_cache
def archives_page(request: HttpRequest) -> HttpResponse:
    """Show the archives that were imported, and where to upload one."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    _allow(request, "view")
    context = {
        **admin.site.each_context(request),
        "title": _("Archives from sticks"),
        "may_add": request.user.has_perm("spool.add_archiveimport"),
        **_rows(),
    }
    return render(request, "spool/archives.html", context)


@require_safe
@never_cache
def archives_part(request: HttpRequest) -> HttpResponse:
    """Return what changes on the page while archives are taken in."""
    _allow(request, "view")
    return render(request, "spool/archives_part.html", _rows())


def _rows() -> dict[str, Any]:
    rows = ArchiveImport.objects.select_related("terminal")[:SHOWN]
    stalled = timezone.now() - STALLED_AFTER
    return {"rows": [(row, not row.finished and row.touched_at < stalled) for row in rows]}


@require_POST
@csrf_exempt
def archives_upload(request: HttpRequest) -> HttpResponse:
    """Take uploaded archives in; who may not, or sends too much, is turned away before anything is read."""
    _allow(request, "add")
    capped = Capped(request)
    request.upload_handlers = [capped]
    return _upload(request, capped)


@csrf_protect
def _upload(request: HttpRequest, capped: Capped) -> HttpResponse:
    keys = load_keys()
    files = request.FILES.getlist("archive")
    if capped.exceeded:
        messages.error(request, WORDS[Refusal.TOO_LARGE])
    elif not files:
        messages.error(request, _("Choose a file first."))
    for upload in files:
        try:
            _start(upload.file, keys, request.user.get_username())
        except ArchiveRefused as error:
            log.warning("%s uploaded an archive that is refused: %s", request.user.get_username(), error)
            messages.error(request, f"{upload.name}: {WORDS[error.reason]}")
    return HttpResponseRedirect(reverse("archives"))


def _start(file: BinaryIO, keys: HeadOfficeKeys, by: str) -> None:
    """Check an archive, then take it in beside the web pages. Raises ArchiveRefused."""
    settings.REFECTORY_DATA.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lines = stack.enter_context(TemporaryFile(dir=settings.REFECTORY_DATA))
        delivery = unseal(file, keys, lines)
        row = begin(delivery, by)
        threading.Thread(target=_work, args=(row, delivery, stack.pop_all()), name="archive", daemon=True).start()


def _work(row: ArchiveImport, delivery: Delivery, stack: ExitStack) -> None:
    try:
        carry_out(row, delivery)
    except Exception:
        # The row stays unfinished and says so; taking the archive in again does the rest.
        log.exception("archive %s was not taken in completely", row)
    finally:
        stack.close()
        connection.close()


@require_safe
@never_cache
def archive_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the signed answer to an archive, as a file for the terminal."""
    _allow(request, "view")
    row = get_object_or_404(ArchiveImport.objects.select_related("terminal"), pk=pk)
    try:
        answer = proof(row, load_keys())
    except ArchiveRefused as error:
        messages.error(request, WORDS[error.reason])
        return HttpResponseRedirect(reverse("archives"))
    headers = {"Content-Disposition": f'attachment; filename="{proof_name(row)}"'}
    return HttpResponse(json.dumps(answer, indent=1) + "\n", content_type="application/json", headers=headers)
