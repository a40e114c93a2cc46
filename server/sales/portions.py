"""How many portions were sold: sums of ticket lines, so voids and refunds give portions back by themselves."""

from datetime import date

from django.db.models import Sum

from server.sales.models import TicketLine


def portions_sold(store_id: int, day: date) -> dict[str, int]:
    """Return article code -> portions sold by a store on a day; what was taken back counts off the day of its sale."""
    lines = TicketLine.objects.filter(
        ticket__store=store_id, ticket__sold_on=day, kind=TicketLine.Kind.ARTICLE
    ).order_by()
    return dict(lines.values_list("article_code").annotate(sold=Sum("quantity")))
