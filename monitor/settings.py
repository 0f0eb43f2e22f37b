"""Django's settings, derived from the environment (see `environment.py`)."""

from structlog.processors import format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name

from monitor import __version__
from monitor.environment import BASE_DIR, read_environment
from monitor.logs import as_text, stamped
from results.access.keys import parse_keys

ENVIRONMENT = read_environment()
TAGS = [
    {"name": "results", "description": "Run history, timing, uptime, incidents, live."},
    {"name": "tests", "description": "The tests themselves."},
    {"name": "analysis", "description": "How reliable tests are, at a glance."},
    {"name": "exports", "description": "Files: CSV, or a JSON object a line."},
    {"name": "outlets", "description": "Badges, feeds, and metrics for Prometheus."},
    {"name": "health", "description": "Whether the service can answer."},
]

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
REDIS_URL = ENVIRONMENT.redis_url
REDIS_KEY_PREFIX = ENVIRONMENT.redis_key_prefix
REDIS_KEY_LAYOUT = ENVIRONMENT.redis_key_layout
RUN_INDEX = ENVIRONMENT.run_index
VAR_DIR = ENVIRONMENT.var_dir
OPS_PUBLIC = ENVIRONMENT.ops_public
API_KEYS = parse_keys(ENVIRONMENT.api_keys)
PUBLIC_BADGES = ENVIRONMENT.public_badges
LIVE_TOKEN_SECONDS = ENVIRONMENT.live_token_seconds
THROTTLE_RATE = ENVIRONMENT.throttle_rate
NUM_PROXIES = ENVIRONMENT.num_proxies

INSTALLED_APPS = [
    # First: its `runserver` must win over those of the static file apps.
    "results",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "corsheaders",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_eventstream",
]

LOGS_REQUESTS = ENVIRONMENT.log_level in ("DEBUG", "INFO")
MIDDLEWARE = [
    *(["monitor.request_log.logged"] if LOGS_REQUESTS else []),
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    # Nothing of either is there where it has nothing to do.
    *(["results.access.gate.AccessGate"] if API_KEYS else []),
    *(["results.access.throttle.Throttle"] if THROTTLE_RATE else []),
    "monitor.compression.CompressionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "monitor.budget.within_budget",
]

ROOT_URLCONF = "monitor.urls"
ASGI_APPLICATION = "monitor.asgi.application"
WSGI_APPLICATION = "monitor.wsgi.application"
# A slash is redirected by our own last route, which knows both directions.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"]
        },
    }
]

# Everything that is served lives in Redis: a database has the accounts of the ops
# view, and nothing else asks it.
DATABASES = {"default": ENVIRONMENT.database_url}

# A page view writes nothing: the session is in its cookie, which the API reads, too.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https_only
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_PATH = "/ops/"
CSRF_FAILURE_VIEW = "results.ops.site.forged"
LOGIN_URL = "ops:login"
# Where the form names no way back, or one to another host.
LOGIN_REDIRECT_URL = "ops:index"
# Of a form; nothing else has a body.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")
]

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # The data connection; `results.connection` owns its client and its location.
    "results": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL or "",
        "OPTIONS": {
            "CLIENT_CLASS": "results.connection.OneUrlClient",
            "CONNECTION_FACTORY": "results.connection.DataConnectionFactory",
        },
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en-us"

STATIC_URL = "/static/"

# Behind a proxy that ends TLS and sets X-Forwarded-Proto.
SECURE_SSL_REDIRECT = ENVIRONMENT.https_only
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https_only else None
)
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https_only else 0
SILENCED_SYSTEM_CHECKS = [
    # The ops views bring their own protection (`results.ops.session`) ...
    "security.W003",
    # ... and hand templates their user; sessions and accounts would slow the API down.
    # They have no messages.
    "admin.E402",
    "admin.E404",
    "admin.E406",
    "admin.E408",
    "admin.E409",
    "admin.E410",
    # Other hosts of the domain are not ours to bind to TLS.
    "security.W005",
    "security.W021",
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CORS_ALLOW_ALL_ORIGINS = "*" in ENVIRONMENT.cors_allowed_origins
CORS_ALLOWED_ORIGINS = [
    origin for origin in ENVIRONMENT.cors_allowed_origins if origin != "*"
]
CORS_ALLOW_CREDENTIALS = ENVIRONMENT.cors_allow_credentials
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST"]
CORS_ALLOW_HEADERS = [
    "accept",
    "cache-control",
    "content-type",
    "if-none-match",
    "last-event-id",
    "x-api-key",
    "authorization",
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Link",
    "Retry-After",
    "Last-Event-ID",
    "WWW-Authenticate",
]

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": [
        "results.json_rendering.FastJSONRenderer",
        "results.renderers.BrowsablePageRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "results.renderers.StrictNegotiation",
    "DEFAULT_SCHEMA_CLASS": "results.schema.ApiSchema",
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "results.exceptions.exception_handler",
}
DRF_STANDARDIZED_ERRORS = {"ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True}

SPECTACULAR_SETTINGS = {
    "TITLE": "Synthetic monitoring results",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api",
    "SERVERS": [{"url": "/"}],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "TAGS": TAGS,
    "DESCRIPTION": "What synthetic browser tests did: run history, timing, uptime, "
    "incidents, a dashboard, and a live feed of a run while it happens.",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "POSTPROCESSING_HOOKS": [
        "results.access.schemes.declare_security",
        "results.stream_serializers.accept_any_message",
    ],
}

EVENTSTREAM_CHANNELMANAGER_CLASS = "results.live.channels.LiveChannelManager"
LIVE_REPLAY_ENTRIES = ENVIRONMENT.live_replay_entries
LIVE_KEEPALIVE_SECONDS = ENVIRONMENT.live_keepalive_seconds
LIVE_IDLE_CLOSE_SECONDS = ENVIRONMENT.live_idle_close_seconds
LIVE_SEND_SECONDS = ENVIRONMENT.live_send_seconds
LIVE_MAX_LISTENERS = ENVIRONMENT.live_max_listeners
LIVE_MAX_PER_ADDRESS = ENVIRONMENT.live_max_per_address
LIVE_MAX_PER_TEST = ENVIRONMENT.live_max_per_test

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [ProcessorFormatter.remove_processors_meta, as_text],
            "foreign_pre_chain": [stamped, add_logger_name, format_exc_info],
        }
    },
    "filters": {"without_stack": {"()": "monitor.logs.WithoutStack"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "one_line": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_stack"],
        },
    },
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django_eventstream": {"level": "WARNING"},
        # A refusal is in the line of its request.
        "django.request": {"level": "ERROR" if LOGS_REQUESTS else "WARNING"},
        "django.server": {"handlers": [], "level": "ERROR"},
        # Whoever scans the internet for servers meets this one, all day long.
        "django.security.DisallowedHost": {
            "handlers": ["one_line"],
            "level": "WARNING",
            "propagate": False,
        },
        # Their DEBUG is a line for each packet.
        "asyncio": {"level": "INFO"},
        "httpcore": {"level": "INFO"},
        "redis": {"level": "INFO"},
    },
}

__all__ = ["BASE_DIR"]
