"""What can be chosen in master data: languages, tints, units, diets and the allergens of EU 1169/2011 annex II."""

from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch"), ("es", "Español")]

TINTS = [
    ("sides", _("sides")),
    ("mains", _("mains")),
    ("sweets", _("sweets")),
    ("drinks", _("drinks")),
    ("weight", _("by weight")),
]

UNITS = [("piece", _("piece")), ("per_100_g", _("per 100 g"))]

DIETS = [
    ("vegan", _("vegan")),
    ("vegetarian", _("vegetarian")),
    ("halal", _("halal")),
    ("kosher", _("kosher")),
    ("organic", _("organic")),
    ("gluten-free", _("gluten-free")),
    ("lactose-free", _("lactose-free")),
    ("pork", _("with pork")),
    ("beef", _("with beef")),
    ("poultry", _("with poultry")),
    ("lamb", _("with lamb")),
    ("game", _("with game")),
    ("fish", _("with fish")),
    ("alcohol", _("with alcohol")),
]

ALLERGENS = [
    ("gluten", _("cereals containing gluten")),
    ("crustaceans", _("crustaceans")),
    ("eggs", _("eggs")),
    ("fish", _("fish")),
    ("peanuts", _("peanuts")),
    ("soy", _("soybeans")),
    ("milk", _("milk")),
    ("nuts", _("nuts")),
    ("celery", _("celery")),
    ("mustard", _("mustard")),
    ("sesame", _("sesame")),
    ("sulphites", _("sulphites")),
    ("lupin", _("lupin")),
    ("molluscs", _("molluscs")),
]

RECEIPT_RULES = [
    ("by_country", _("as the country's law asks")),
    ("always", _("always printed")),
    ("offered", _("offered, on paper or as a QR code")),
    ("on_request", _("on request")),
]
