"""The demonstration: a canteen with two weeks of menus, three hundred guests and their badges. All of it is invented."""
