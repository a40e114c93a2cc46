"""Photos over HTTP. Their addresses are random and known to terminals of the guest's store only; whoever has one may look."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from server.guests import photo_files
from server.guests.models import Guest

_KEY = re.compile(r"[0-9a-f]{32}")


@require_safe
def photo(_request: HttpRequest, key: str) -> HttpResponse:
    """Return the photo with the address `key`; 404 when nobody has it (any more)."""
    if not _KEY.fullmatch(key) or not Guest.objects.filter(photo_key=key, left=False).exists():
        raise Http404
    try:
        jpeg = photo_files.path_of(key).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        jpeg,
        content_type="image/jpeg",
        # A photo never changes under its address; no shared cache may keep it, for it has to be gone when the guest is.
        headers={"Cache-Control": "private, max-age=86400, immutable", "X-Robots-Tag": "noindex"},
    )
