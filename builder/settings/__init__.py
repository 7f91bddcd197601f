"""Django's settings, from the environment (see builder.settings.config and docs/settings.md)."""

from typing import Any

import dj_database_url

from builder.settings.config import ROOT, load, secret_key

CONFIG = load()
HOME = CONFIG.home

SECRET_KEY = secret_key(CONFIG)
DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
ROOT_URLCONF = "builder.urls"
ASGI_APPLICATION = "builder.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
APPEND_SLASH = False

INSTALLED_APPS = ["django.contrib.staticfiles", "django_vite", "ninja", "builder"]
MIDDLEWARE = [
    "builder.web.security.guard",
    "builder.web.static.static_files",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
# The page uses no Django forms and no cookies; the Origin check refuses cross-site requests.
SILENCED_SYSTEM_CHECKS = ["security.W003", "django_vite.W001"]

LIST_PROJECTS = CONFIG.list_projects
DATA_UPLOAD_MAX_MEMORY_SIZE = CONFIG.max_body_mb * 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
WORKER_URL = CONFIG.worker_url
MAX_DATA_BYTES = CONFIG.max_data_mb * 1_000_000

# --- the database: SQLite, with transactions that never fail on a lock, or PostgreSQL ---------
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(HOME / "layerloom.sqlite3"),
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # builder.database checkpoints earlier, and not within a transaction that somebody awaits.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA wal_autocheckpoint=25000; PRAGMA journal_size_limit=0;"
        ),
    },
}
DATABASES: dict[str, Any] = {"default": _SQLITE}
if CONFIG.database_url.startswith("sqlite:"):
    _SQLITE["NAME"] = dj_database_url.parse(CONFIG.database_url)["NAME"]
elif CONFIG.database_url:
    DATABASES["default"] = dict(
        dj_database_url.parse(CONFIG.database_url, conn_max_age=600, conn_health_checks=True)
    )

# --- the channel layer: memory for one process, Redis for several -----------------------------
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        # One channel per process (builder.log.hub), which stays in its groups for ten days.
        "CONFIG": {"capacity": 10_000, "group_expiry": 10 * 86_400},
    }
}
if CONFIG.redis_url:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # channels_redis blocks for 5 s in a read: the timeout must be longer.
            "hosts": [{"address": CONFIG.redis_url, "max_connections": 500, "socket_timeout": 30}],
            "capacity": 10_000,
            "group_expiry": 10 * 86_400,
        },
    }

# --- the page: built by Vite into static/dist, served by WhiteNoise ---------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Vite puts a hash of the content into file names ("index-B2kq8mXa.js"): cache them for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$"
MANIFEST = ROOT / "static" / "dist" / ".vite" / "manifest.json"
DJANGO_VITE = {
    "default": {
        "manifest_path": MANIFEST,
        "static_url_prefix": "dist",
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level.upper()},
}
