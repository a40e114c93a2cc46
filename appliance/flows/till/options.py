"""What a dish comes with: the options of an article, touched one by one."""

from __future__ import annotations

from collections.abc import Callable

from appliance.flows.till.desk import Desk
from appliance.flows.till.panels import Listing, Row, Say
from appliance.i18n import Translator
from sales.catalogue import Article, Option, OptionGroup


def ask(desk: Desk, article: Article, chosen: frozenset[str], take: Callable[[tuple[str, ...]], object]) -> None:
    """Show the options; `take` gets the ids of those chosen, in the order of the menu, once they are complete.

    An article with one question that has one answer needs a single touch.
    """
    single = len(article.option_groups) == 1 and article.option_groups[0].maximum == 1

    def touch(option_id: str) -> None:
        now = _toggled(article, chosen, option_id)
        if single and _complete(article, now) and now:
            finish(now)
        else:
            ask(desk, article, now, take)

    def finish(ids: frozenset[str]) -> None:
        desk.state.panel = None
        take(tuple(option.id for group in article.option_groups for option in group.options if option.id in ids))

    complete = _complete(article, chosen)
    desk.show(
        Listing(
            title=lambda tr: tr.pick(article.name),
            rows=tuple(
                Row(option.id, _name(option), _price(desk, group, option), chosen=option.id in chosen)
                for group in article.option_groups
                for option in group.options
            ),
            choose=touch,
            hint=_missing(article, chosen),
            columns=2,
            confirm=(lambda tr: tr.say("Add"))
            if complete and not (single and article.option_groups[0].minimum)
            else None,
            done=(lambda: finish(chosen)) if complete else None,
        )
    )


def _toggled(article: Article, chosen: frozenset[str], option_id: str) -> frozenset[str]:
    group = next(
        (group for group in article.option_groups if any(option.id == option_id for option in group.options)), None
    )
    if group is None:
        return chosen
    if option_id in chosen:
        return chosen - {option_id}
    of_group = frozenset(option.id for option in group.options)
    if group.maximum == 1:
        return (chosen - of_group) | {option_id}
    return chosen | {option_id} if len(chosen & of_group) < group.maximum else chosen


def _complete(article: Article, chosen: frozenset[str]) -> bool:
    return all(_count(group, chosen) >= group.minimum for group in article.option_groups)


def _count(group: OptionGroup, chosen: frozenset[str]) -> int:
    return sum(option.id in chosen for option in group.options)


def _missing(article: Article, chosen: frozenset[str]) -> Say:
    group = next((group for group in article.option_groups if _count(group, chosen) < group.minimum), None)
    if group is None:
        return lambda _tr: ""
    missing = group

    def hint(tr: Translator) -> str:
        return tr.say("Choose: {group}", group=tr.pick(missing.name))

    return hint


def _name(option: Option) -> Say:
    return lambda tr: tr.pick(option.name)


def _price(desk: Desk, group: OptionGroup, option: Option) -> Say:
    currency = desk.currency

    def detail(tr: Translator) -> str:
        name = tr.pick(group.name)
        if not option.price_minor:
            return name
        sign = "+" if option.price_minor > 0 else ""
        return f"{name} · {sign}{tr.money(option.price_minor, currency, symbol=False)}"

    return detail
