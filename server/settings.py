"""Settings of head office; whatever differs between installations comes from the environment.

REFECTORY_DATA             folder of the database (SQLite) and of keys/           (~/.local/share/refectory/head-office)
DATABASE_URL               postgresql://... or sqlite:///...                      (SQLite in REFECTORY_DATA)
REFECTORY_BROKER           host:port of the MQTT broker, with mqtts:// for TLS on this machine too   (127.0.0.1:1883)
REFECTORY_BROKER_FILES     folder of the broker's files, kept up to date when certificates are revoked
REFECTORY_SECRET_KEY_FILE  file with Django's secret key                          (REFECTORY_DATA/keys/secret.key)
REFECTORY_URL              address under which terminals and people reach it      (http://127.0.0.1:8000)
REFECTORY_ALLOWED_HOSTS    comma separated host names besides the one of REFECTORY_URL and loopback
REFECTORY_ARCHIVE_MB       largest archive from a stick that is taken, in 10^6 bytes   (1000)
REFECTORY_DEBUG            1 for Django's debug pages; never in service
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from server.database import database_settings
from server.office import UNFOLD as UNFOLD

PACKAGE_DIR = Path(__file__).resolve().parent
REFECTORY_DATA = Path(os.environ.get("REFECTORY_DATA") or Path.home() / ".local/share/refectory/head-office")
REFECTORY_KEYS = REFECTORY_DATA / "keys"
REFECTORY_BROKER = os.environ.get("REFECTORY_BROKER") or "127.0.0.1:1883"
REFECTORY_BROKER_FILES = Path(_broker_files) if (_broker_files := os.environ.get("REFECTORY_BROKER_FILES")) else None
REFECTORY_URL = (os.environ.get("REFECTORY_URL") or "http://127.0.0.1:8000").rstrip("/")
# How long a terminal may use an authorisation, in seconds.
REFECTORY_HOLD_LIFETIME_S = int(os.environ.get("REFECTORY_HOLD_LIFETIME_S") or 120)
REFECTORY_ARCHIVE_BYTES = int(os.environ.get("REFECTORY_ARCHIVE_MB") or 1000) * 1_000_000

_secret_key_file = Path(os.environ.get("REFECTORY_SECRET_KEY_FILE") or REFECTORY_KEYS / "secret.key")
# Without a file the key lives as long as the process: people sign in again after a restart, nothing else suffers.
SECRET_KEY = _secret_key_file.read_text().strip() if _secret_key_file.is_file() else secrets.token_urlsafe(50)

DEBUG = os.environ.get("REFECTORY_DEBUG") == "1"
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, [urlsplit(REFECTORY_URL).hostname]),
    *filter(None, (host.strip() for host in os.environ.get("REFECTORY_ALLOWED_HOSTS", "").split(","))),
]
CSRF_TRUSTED_ORIGINS = [REFECTORY_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = REFECTORY_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "simple_history",
    "server.catalog",
    "server.menus",
    "server.guests",
    "server.sales",
    "server.fleet",
    "server.certificates",
    "server.replication",
    "server.spool",
    "server.reporting",
    "server.backup",
    # Last: its post_migrate hands out permissions of all the apps above.
    "server.core",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "server.urls"
WSGI_APPLICATION = "server.wsgi.application"
LOGIN_URL = "admin:login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL"), REFECTORY_DATA)}
# SQLite knows no NULLS NOT DISTINCT; catalog.models.Price checks the rule itself as well.
SILENCED_SYSTEM_CHECKS = ["models.W047"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
FORMAT_MODULE_PATH = ["server.formats"]
USE_I18N = True
USE_TZ = True
# Stores have their own time zones; this one is for what belongs to none.
TIME_ZONE = os.environ.get("REFECTORY_TIME_ZONE") or "Europe/Berlin"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE_DIR / "static"]
# Files are served straight from the installed packages, so there is no collecting step to forget.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = False
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "server": {"handlers": ["stderr"], "level": "INFO"},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
