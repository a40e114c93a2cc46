"""Master data: the house, what it sells and for how much, who pays. Money in minor units, VAT rates in basis points."""

from server.catalog.models.articles import Article, Barcode, Category, Option, OptionGroup
from server.catalog.models.codes import ARTICLE_CODE, CODE, COUNTRY, CURRENCY
from server.catalog.models.funding import MealTerms, Payer
from server.catalog.models.house import Company, GuestCategory, ServicePeriod, Store, everyday_languages
from server.catalog.models.prices import Price
from server.catalog.models.quick_keys import QuickKey, QuickKeyLayout
from server.catalog.models.set_menus import SetMenu, SetMenuPrice, SetMenuSlot
from server.catalog.models.taxes import TaxClass, TaxRate

__all__ = [
    "ARTICLE_CODE",
    "CODE",
    "COUNTRY",
    "CURRENCY",
    "Article",
    "Barcode",
    "Category",
    "Company",
    "GuestCategory",
    "MealTerms",
    "Option",
    "OptionGroup",
    "Payer",
    "Price",
    "QuickKey",
    "QuickKeyLayout",
    "ServicePeriod",
    "SetMenu",
    "SetMenuPrice",
    "SetMenuSlot",
    "Store",
    "TaxClass",
    "TaxRate",
    "everyday_languages",
]
