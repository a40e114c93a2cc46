"""How codes of master data look."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

CODE = RegexValidator(r"\A[a-z0-9][a-z0-9-]{0,39}\Z", _("Use a-z, 0-9 and hyphens, at most 40."))
ARTICLE_CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z", _("Use letters, digits, . _ - , at most 64."))
CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Three letters of ISO 4217, such as EUR or CHF."))
COUNTRY = RegexValidator(r"\A[A-Z]{2}\Z", _("Two letters of ISO 3166, such as DE, FR or ES."))
