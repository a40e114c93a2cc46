"""A meal that head office said was had elsewhere, which the accounts here may not show yet."""

from __future__ import annotations

from datetime import date

from appliance.store.accounts import Guest
from sales.basket import Basket
from sales.funding import MealUsed


class MealTold:
    """What a kiosk's order and a till's tray have in common about it."""

    day: date
    basket: Basket
    guest: Guest | None
    meal_told: MealUsed | None

    def know_meal_used(self) -> None:
        """Head office has said that the guest had the subsidised meal of this service."""
        if self.basket.meal_id is not None:
            self.meal_told = MealUsed(self.day, self.basket.meal_id, 1, None, "")

    def with_what_is_known(self, guest: Guest) -> Guest:
        """The guest with the meal head office told of, for the one it was told of."""
        if self.meal_told is None or self.guest is None or self.guest.guest_id != guest.guest_id:
            return guest
        return guest.having_had(self.meal_told)
