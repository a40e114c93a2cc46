"""The kinds of tickets, of their lines and of what changes a line's price."""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a ticket does: sell, or take back all (`VOID`) or some lines (`REFUND`) of an earlier one."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"


class LineKind(StrEnum):
    """What a line charges for."""

    ARTICLE = "article"
    FEE = "fee"


class AdjustmentKind(StrEnum):
    """Why a line does not cost its list price."""

    SET_MENU = "set_menu"
    DISCOUNT = "discount"
    OVERRIDE = "override"
