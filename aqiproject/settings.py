"""Every environment variable is read here, once; docs/reference/settings.md describes each."""

import hashlib
import os
import re
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE names a file that holds NAME: for secrets that containers mount
env.read_env(BASE_DIR / ".env")


def whole(name: str, default: int, *, least: int = 1) -> int:
    try:
        value = int(env.int(name, default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {env(name)!r}.") from error
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    return value


def matching(name: str, default: str, pattern: str, meaning: str) -> str:
    text = str(env.str(name, default))
    if not re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII):
        raise ImproperlyConfigured(f"{name} must be {meaning}, not {text!r}.")
    return text


def switch(name: str, *, default: bool) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    text = env.str(name, str(default)).strip().lower()
    if text not in words:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(words)}, not {text!r}.")
    return words[text]


SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing: `make run` writes one to .env, or set SECRET_KEY or SECRET_KEY_FILE."
    )
DEBUG = switch("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "realtime",  # before daphne: our runserver speaks real close codes
    "daphne",
    "realtime.access",
    "forecasts",
    "channels",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "realtime.access.headers.content_security_policy",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "realtime.current.CurrentMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

ROOT_URLCONF = "aqiproject.urls"
ASGI_APPLICATION = "aqiproject.asgi.application"
WSGI_APPLICATION = "aqiproject.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["realtime.access.lockout.LockingBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hi", "हिन्दी")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
# Served straight from the installed packages: no collectstatic step, and the admin works with DEBUG off.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dashboard/assets/"  # their names change with their contents
DASHBOARD = BASE_DIR / "dashboard" / "dist"  # what `tasks.py dashboard` builds
STATICFILES_DIRS = [("dashboard", DASHBOARD)] if DASHBOARD.exists() else []

DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if not DATABASES["default"].get("ENGINE", "").endswith(("sqlite3", "postgresql")):
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgresql://.")
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["ENGINE"] = "aqiproject.postgresql"
    # A host that does not answer at all must not hold up whoever waits for the minutes that TCP tries.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits its turn instead of failing half-way
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, since threads share it, and one a process, so that two runs of the tests do not meet.
    DATABASES["default"]["TEST"] = {"NAME": f"{gettempdir()}/aqi-test-{os.getpid()}.sqlite3"}

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CHANNEL_LAYERS = {"default": {"BACKEND": "realtime.redis_layer.RedisLayer", "CONFIG": {"hosts": [REDIS_URL]}}}
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            # The default drops a member after a day; a feed stays for as long as somebody listens.
            "CONFIG": {"group_expiry": 100 * 365 * 86400, "expiry": 365 * 86400, "capacity": 1000},
        }
    }

RATE = r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)", "a number above 0, / and a unit of time, such as 600/min"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "realtime.access.rest.HeaderAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["realtime.access.rest.MayRead"],
    "DEFAULT_THROTTLE_CLASSES": ["realtime.access.rest.Throttle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": matching("AQI_THROTTLE_ANONYMOUS", "600/min", *RATE),
        "user": matching("AQI_THROTTLE_USER", "1200/min", *RATE),
    },
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "forecasts.api.problems.exception_handler",
}

SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    # Not SECRET_KEY itself, so that nothing else that is signed with it passes for a token.
    "SIGNING_KEY": hashlib.sha256(f"tokens of {SECRET_KEY}".encode()).hexdigest(),
    "ISSUER": "aqi-server",
    "AUDIENCE": "aqi-server",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Live air quality",
    "DESCRIPTION": "Air-quality index and forecasts of the configured locations.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# The product

AQI_PROVIDER = env.str("AQI_PROVIDER", "simulated")
AQI_OPEN_METEO_URL = env.str("AQI_OPEN_METEO_URL", "https://air-quality-api.open-meteo.com/v1/air-quality")
AQI_OPEN_METEO_API_KEY = env.str("AQI_OPEN_METEO_API_KEY", "")
AQI_WEATHER = matching("AQI_WEATHER", "none", "none|open_meteo", "none or open_meteo").lower()
AQI_OPEN_METEO_WEATHER_URL = env.str("AQI_OPEN_METEO_WEATHER_URL", "https://api.open-meteo.com/v1/forecast")
AQI_OPENAQ_URL = env.str("AQI_OPENAQ_URL", "https://api.openaq.org/v3")
AQI_OPENAQ_API_KEY = env.str("AQI_OPENAQ_API_KEY", "")
AQI_AIRNOW_URL = env.str("AQI_AIRNOW_URL", "https://www.airnowapi.org")
AQI_AIRNOW_API_KEY = env.str("AQI_AIRNOW_API_KEY", "")
AQI_WAQI_URL = env.str("AQI_WAQI_URL", "https://api.waqi.info")
AQI_WAQI_TOKEN = env.str("AQI_WAQI_TOKEN", "")
QUOTA = (
    r"([1-9]\d*/(s|min|hour|day)(, *|$))*",
    "numbers of calls above 0, each with s, min, hour or day, such as 60/min, 2000/hour; or empty for no limit",
)
AQI_OPEN_METEO_QUOTA = matching("AQI_OPEN_METEO_QUOTA", "10000/day", *QUOTA)
AQI_OPENAQ_QUOTA = matching("AQI_OPENAQ_QUOTA", "60/min, 2000/hour", *QUOTA)
AQI_AIRNOW_QUOTA = matching("AQI_AIRNOW_QUOTA", "500/hour", *QUOTA)
AQI_WAQI_QUOTA = matching("AQI_WAQI_QUOTA", "600/min", *QUOTA)
AQI_PROVIDER_TIMEOUT_SECONDS = whole("AQI_PROVIDER_TIMEOUT_SECONDS", 20)
AQI_UPDATE_INTERVAL_SECONDS = whole("AQI_UPDATE_INTERVAL_SECONDS", 300)
AQI_STALE_AFTER_HOURS = whole("AQI_STALE_AFTER_HOURS", 3)
AQI_UNAVAILABLE_AFTER_HOURS = whole("AQI_UNAVAILABLE_AFTER_HOURS", 12)
AQI_NEAREST_KM = whole("AQI_NEAREST_KM", 50)
AQI_PLACES_PER_SOCKET = whole("AQI_PLACES_PER_SOCKET", 50)
AQI_PROXIES = whole("AQI_PROXIES", 0, least=0)
AQI_ALLOWED_ORIGINS = env.list("AQI_ALLOWED_ORIGINS", default=[])
AQI_ANONYMOUS = switch("AQI_ANONYMOUS", default=True)
AQI_CONNECTIONS_PER_ADDRESS = whole("AQI_CONNECTIONS_PER_ADDRESS", 20_000, least=0)
AQI_CONNECTIONS_PER_USER = whole("AQI_CONNECTIONS_PER_USER", 100, least=0)
AQI_RATES_PER_SOCKET = {
    "messages": matching("AQI_SOCKET_MESSAGES", "240/min", *RATE),
    "refreshes": matching("AQI_SOCKET_REFRESHES", "60/min", *RATE),
}
AQI_RATES_PER_USER = {
    "messages": matching("AQI_USER_MESSAGES", "1200/min", *RATE),
    "refreshes": matching("AQI_USER_REFRESHES", "240/min", *RATE),
}
AQI_SNAPSHOT_DAYS = whole("AQI_SNAPSHOT_DAYS", 7)
AQI_FORECAST_DAYS = whole("AQI_FORECAST_DAYS", 90)
AQI_WEATHER_DAYS = whole("AQI_WEATHER_DAYS", 730, least=8)
AQI_MODEL_DIR = env.str("AQI_MODEL_DIR", str(BASE_DIR / "model"))

# Security: on by one switch where TLS ends in front of us

# Which pages elsewhere may read the API and open sockets; never with cookies.
CORS_ALLOW_ALL_ORIGINS = "*" in AQI_ALLOWED_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in AQI_ALLOWED_ORIGINS if origin != "*"]
CORS_URLS_REGEX = r"^/(api|sse)/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST"]
CORS_ALLOW_HEADERS = ["accept", "authorization", "cache-control", "content-type", "if-none-match", "last-event-id"]
CORS_EXPOSE_HEADERS = ["Content-Location", "ETag", "Retry-After"]

AQI_HTTPS = switch("AQI_HTTPS", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = AQI_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if AQI_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = AQI_HTTPS
if AQI_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # whoever probes a process asks it without TLS
X_FRAME_OPTIONS = "DENY"

AQI_METRICS_TOKEN = env.str("AQI_METRICS_TOKEN", "")

LOG_LEVEL = "DEBUG|INFO|WARNING|ERROR|CRITICAL", "DEBUG, INFO, WARNING, ERROR or CRITICAL"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "realtime.logs.JSONFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": matching("AQI_LOG_FORMAT", "line", "line|json", "line or json").lower(),
        }
    },
    "root": {"handlers": ["console"], "level": matching("AQI_LOG_LEVEL", "INFO", *LOG_LEVEL).upper()},
    "loggers": {
        # These log whole URLs; a provider's key can be one of their parameters.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "matplotlib": {"level": "WARNING"},  # it tells of fonts and of axes that it found odd
        "stamina": {"level": "ERROR"},  # a retry that helps is no news; one that does not is reported by us
        "daphne": {"level": "WARNING"},
        # These log the query string or the headers of every connection, and tokens may be in both.
        "uvicorn": {"level": "WARNING", "propagate": True},
        "uvicorn.error": {"level": "WARNING", "propagate": True},
        "uvicorn.access": {"level": "WARNING", "propagate": True},
        "websockets": {"level": "INFO"},
    },
}
