"""Articles as a table, for import and export."""

from django.conf import settings
from import_export import resources
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from server.catalog.models import Article, Category, TaxClass
from server.core.columns import CodesColumn, TextColumn

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class _Texts(resources.ModelDeclarativeMetaclass):
    """Adds one column per language for each text of an article."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, object]) -> type:
        for attribute in attrs.get("texts", ()):
            for language in LANGUAGES:
                attrs[f"{attribute}_{language}"] = TextColumn(attribute, language)
        return super().__new__(cls, name, bases, attrs)


class ArticleResource(resources.ModelResource, metaclass=_Texts):
    """Rows are matched by code. Prices are not part of it; they have a history of their own."""

    texts = ("name", "description")
    category = Field("category", "category", ForeignKeyWidget(Category, "code"))
    tax_class = Field("tax_class", "tax_class", ForeignKeyWidget(TaxClass, "code"))
    allergens = Field("allergens", "allergens", CodesColumn())
    diets = Field("diets", "diets", CodesColumn())
    notes = Field("notes", "notes", CodesColumn("|"))

    class Meta:
        model = Article
        import_id_fields = ["code"]
        fields = [
            "code",
            "plu",
            *(f"{attribute}_{language}" for attribute in ("name", "description") for language in LANGUAGES),
            "category",
            "unit",
            "tax_class",
            "allergens_stated",
            "allergens",
            "diets",
            "notes",
            "picture",
            "everyday",
            "kitchen",
            "active",
        ]
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
