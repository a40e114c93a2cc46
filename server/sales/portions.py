"""How many portions were sold: sums of ticket lines, so voids and refunds give portions back by themselves."""

from datetime import date

from django.db.models import Sum

from server.sales.models import TicketLine


def portions_sold(store_id: int, day: date) -> dict[str, int]:
    """Return article code -> portions sold by a store on a business day. Voids and refunds count on their own day."""
    lines = TicketLine.objects.filter(
        ticket__store=store_id, ticket__business_day=day, kind=TicketLine.Kind.ARTICLE
    ).order_by()
    return dict(lines.values_list("article_code").annotate(sold=Sum("quantity")))
