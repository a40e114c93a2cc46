"""Revisions over HTTP. They hold no personal data; whoever downloads one checks the signature of its manifest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from server.replication.models import Revision


@require_safe
def revision(_request: HttpRequest, store: str, number: int) -> HttpResponse:
    """Return the XML of revision `number` of the store with the code `store`; 404 when there is none."""
    found = get_object_or_404(Revision, store__code=store, number=number)
    return HttpResponse(
        bytes(found.xml),
        content_type="application/xml",
        headers={"ETag": f'"{found.sha256}"', "Cache-Control": "public, max-age=31536000, immutable"},
    )
