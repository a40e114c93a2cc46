"""Whether a sale's slip is printed without being asked for."""

from enum import StrEnum


class ReceiptRule(StrEnum):
    """When a guest gets a slip: `BY_COUNTRY` follows the law of the store's country."""

    BY_COUNTRY = "by_country"
    ALWAYS = "always"
    OFFERED = "offered"
    ON_REQUEST = "on_request"
