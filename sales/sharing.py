"""Fee and share of one tray: which terms apply, what is agreed, and why a share is paid or not."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sales.funding import Diner, Funding, MealTerms, ShareReason
from sales.money import allocate
from sales.tax import RatePart, TaxLine, breakdown


def choose_terms(meal_terms: Iterable[MealTerms], diner: Diner, meal_id: str | None, on: date) -> MealTerms | None:
    """Return the terms for this diner in the meal service `meal_id` (None = outside any) on the day `on`.

    The most specific wins: payer and service, payer, service, neither; of equals the one valid from the later day.
    None when nothing is agreed. Terms for any service apply outside of services too.
    """
    valid = [
        terms
        for terms in meal_terms
        if terms.guest_category_id == diner.guest_category_id
        and terms.payer_id in (None, diner.payer_id)
        and terms.service_period_id in (None, meal_id)
        and terms.is_valid(on)
    ]
    return max(
        valid,
        key=lambda terms: (terms.payer_id is not None, terms.service_period_id is not None, terms.valid_from),
        default=None,
    )


def fund(
    terms: MealTerms | None,
    payer_ids: Collection[str],
    diner: Diner,
    meal_id: str | None,
    on: date,
    *,
    has_meal: bool,
    goods_minor: int,
) -> Funding:
    """Return fee and share of a tray whose goods cost `goods_minor`.

    The fee is charged once for a tray with a meal. The share needs a badge, a payer, a meal service, an agreement, a
    meal that costs something and a guest who had none of it in this service yet, asked in this order; it is never more than
    goods and fee together.
    """
    fee_minor = terms.fee_minor if terms is not None and has_meal else 0
    total_minor = goods_minor + fee_minor
    used = diner.meal_used(on, meal_id) if meal_id is not None else None
    if diner.guest_id is None:
        reason = ShareReason.NO_BADGE
    elif diner.payer_id is None:
        reason = ShareReason.NO_PAYER
    elif meal_id is None:
        reason = ShareReason.NO_SERVICE
    elif terms is None or terms.share_minor == 0 or diner.payer_id not in payer_ids:
        reason = ShareReason.NOT_AGREED
    elif not has_meal or total_minor <= 0:
        reason = ShareReason.NO_MEAL
    elif used is not None:
        return Funding(terms, fee_minor, 0, diner.payer_id, ShareReason.SECOND_MEAL, used)
    else:
        share_minor = min(terms.share_minor, total_minor)
        return Funding(terms, fee_minor, share_minor, diner.payer_id, ShareReason.APPLIED)
    return Funding(terms, fee_minor, 0, diner.payer_id, reason)


def cover(gross_by_rate: Mapping[int, int], amount_minor: int) -> tuple[RatePart, ...]:
    """Return what a payer's amount takes off each rate as sold, in proportion to it, lowest rate first.

    Largest remainder, so the parts sum to the amount; rates with nothing to take off, or less, are left alone. The amount is
    at least 0 and at most the sum of the rates; 0 covers nothing.
    """
    if amount_minor == 0:
        return ()
    rates = sorted(gross_by_rate)
    shares = allocate(amount_minor, [max(gross_by_rate[rate_bp], 0) for rate_bp in rates])
    return tuple(RatePart(rate_bp, share) for rate_bp, share in zip(rates, shares, strict=True) if share)


def owed(covers: Iterable[RatePart], own_rate_bp: int | None) -> tuple[TaxLine, ...]:
    """Return the payer's part by rate: as sold, or all of it at the payer's own rate in basis points."""
    return breakdown((part.rate_bp if own_rate_bp is None else own_rate_bp, part.gross_minor) for part in covers)


def taxes_of(
    lines: Iterable[tuple[int, int]],
    charges: Iterable[tuple[Iterable[RatePart], Iterable[TaxLine]]],
) -> tuple[TaxLine, ...]:
    """Return the taxes of lines, as (rate_bp, gross_minor), after payers' `covers` moved to their `parts`.

    Rounded once per rate on guest and payers together; the guest's part is these less the payers' parts.
    """
    moved = list(lines)
    for covers, parts in charges:
        moved += [(part.rate_bp, -part.gross_minor) for part in covers]
        moved += [(part.rate_bp, part.gross_minor) for part in parts]
    return breakdown(moved)
