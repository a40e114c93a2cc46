"""The till: a cashier signs in, rings trays up, takes what is due and closes the shift."""
