"""The electronic slip: whoever has its address, printed or shown by the terminal, may read it."""

import hmac

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from server.sales.models import Ticket
from server.sales.slip_page import slip_pieces

SLIP = r"^r/(?P<terminal>[A-Za-z0-9_.-]{1,40})/(?P<epoch>[0-9]{1,9})/(?P<number>[0-9]{1,18})/(?P<proof>[0-9a-f]{12})$"
SOONEST_S, LATEST_S, MOST_TRIES = 3, 60, 40

WAITING = {
    "en": (
        "Your receipt is on its way",
        "The terminal has not sent it yet. This page looks again by itself; you can also come back later.",
    ),
    "fr": (
        "Votre ticket est en route",
        "La caisse ne l'a pas encore envoyé. Cette page se recharge toute seule ; vous pouvez aussi revenir plus tard.",
    ),
    "de": (
        "Ihr Beleg ist unterwegs",
        "Die Kasse hat ihn noch nicht gesendet. Diese Seite sieht von selbst wieder nach; Sie können auch später wiederkommen.",
    ),
    "es": (
        "Su recibo está en camino",
        "La caja aún no lo ha enviado. Esta página se actualiza sola; también puede volver más tarde.",
    ),
}
"""In all languages at once: nobody knows yet in which the guest ordered."""


@require_safe
def slip(request: HttpRequest, terminal: str, epoch: str, number: str, proof: str) -> HttpResponse:
    """Show the slip of a ticket. `proof` is the first 12 hexadecimal digits of its journal entry's hash.

    Whatever is not there, or has another proof, gets the page that waits, so that nothing can be found out by trying.
    """
    tickets = Ticket.objects.filter(terminal__code=terminal, epoch=int(epoch), number=int(number))
    for ticket in tickets.select_related("store", "terminal"):
        if hmac.compare_digest(ticket.hash[:12], proof):
            return _shown(request, ticket)
    return _waiting(request)


def _shown(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    language = str(ticket.payload.get("language") or "en")
    with override(language):
        context = {"pieces": slip_pieces(ticket), "language": language, "store": ticket.store, "number": ticket.number}
        return _kept_private(render(request, "sales/slip.html", context), "private")


def _waiting(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("again", "")
    tries = min(int(asked), MOST_TRIES) if asked.isdigit() and len(asked) < 4 else 0
    preferred = get_language_from_request(request)
    languages = sorted(WAITING, key=lambda code: code != preferred)
    context = {
        "texts": [(code, *WAITING[code]) for code in languages],
        "again": tries + 1 if tries < MOST_TRIES else None,
        "seconds": min(LATEST_S, SOONEST_S + tries),
    }
    return _kept_private(render(request, "sales/slip_waiting.html", context, status=404), "private, no-store")


def _kept_private(answer: HttpResponse, cache: str) -> HttpResponse:
    answer.headers["Cache-Control"] = cache
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
