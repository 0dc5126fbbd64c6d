"""Django settings. The environment is read through `config.env` only; `.env.example` explains every name."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from config import env, logs, profiles
from incidents.basemap import choose_base_map

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
FULL = profiles.is_full()
DEBUG = env.flag("DEBUG", default=False)
DEMO = env.flag("DEMO", default=False)
TRAINING = env.flag("TRAINING", default=DEMO)

# --- secrets and hosts
SECRET_KEY = env.text("SECRET_KEY") or (
    env.secret("SECRET_KEY") if FULL else profiles.embedded_secret(DATA_DIR / "secret.key")
)
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.items("TRUSTED_ORIGINS", PUBLIC_URL)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if SECURE_PROXY_SSL_HEADER else 0)

METRICS_TOKEN = env.text("METRICS_TOKEN")  # who brings it may read /metrics from elsewhere

# --- apps
INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.staticfiles.CollectedStaticFiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_htmx",
    "axes",
    "django_prometheus",
    "core",
    "incidents",
    "evidence",
    "streaming",
    "suspects",
]
MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.ActorMiddleware",
    "core.middleware.ErrorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.context.page",
            ],
        },
    }
]

# --- data
DATABASE_PREPARED = env.flag("DATABASE_PREPARED", default=True)
DATABASES = {"default": profiles.database(FULL, DATA_DIR, prepared=DATABASE_PREPARED)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": profiles.cache(FULL)}
CHANNEL_LAYERS = {"default": profiles.channel_layer(FULL)}
REDIS_URL = env.text("REDIS_URL")
REDIS_PREFIX = env.text("REDIS_PREFIX", "sightline")

# --- people and sessions
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "core.signed_in.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "core:sign_in"
LOGIN_REDIRECT_URL = "incidents:console"
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # a shift
SESSION_COOKIE_NAME = "sl_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "sl_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
# The demo also serves plain http on localhost, where a secure cookie would never come back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("SECURE_COOKIES", default=FULL)
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "core.actors.request_ip"  # behind a proxy all would share one address: one locks out all
AXES_LOCKOUT_CALLABLE = "core.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # its lists know no force: sign-ins of every force would show

# --- words, places, times
LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", "English"),
    ("cy", "Cymraeg"),
    ("pl", "Polski"),
    ("ro", "Română"),
    ("pa", "ਪੰਜਾਬੀ"),
    ("ur", "اردو"),
    ("bn", "বাংলা"),
    ("gu", "ગુજરાતી"),
    ("ar", "العربية"),
    ("pt", "Português"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

# --- static files
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", BASE_DIR / "node_modules" / name)
        for name in (
            "htmx.org/dist",
            "@fontsource-variable/inter/files",
            "maplibre-gl/dist",
            "pmtiles/dist/esm",
            "fflate/esm",
        )
        if (BASE_DIR / "node_modules" / name).exists()
    ),
]
HASHED_STATIC = env.flag("HASHED_STATIC", default=not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "core.static.HashedStaticFiles" if HASHED_STATIC else "core.static.PlainStaticFiles"},
}
WHITENOISE_AUTOREFRESH = not HASHED_STATIC
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_MAX_AGE = 60

# --- the ground under maps: a plain grid unless something is named; only its own hosts are opened to the browser
MAP_PMTILES = env.maybe_path("MAP_PMTILES")
BASE_MAP = choose_base_map(
    pmtiles=MAP_PMTILES, style_url=env.text("MAP_STYLE_URL"), os_key=env.text("MAP_OS_KEY"),
    os_url=env.text("MAP_OS_URL", "https://api.os.uk"), hosts=env.items("MAP_HOSTS"),
)  # fmt: skip

# --- security headers. Video, fonts and sockets come from this origin; nothing is fetched from another,
# except a base map that the force has named.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *BASE_MAP.hosts],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *BASE_MAP.hosts],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # the one-time link must not leave in a Referer
SECURE_HSTS_SECONDS = 31_536_000 if FULL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = FULL
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=False)
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # a snapshot is at most 5 MB

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api_defaults.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api_defaults.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "DEFAULT_PAGINATION_CLASS": "core.api_defaults.Pages",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sightline",
    "DESCRIPTION": "Incidents, logs, one-time links, video sessions and evidence. Same permissions as the pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "BailType": "suspects.states.BailType",
        "CheckOutcome": "suspects.states.Outcome",
        "CheckSubject": "suspects.states.Subject",
        "ContactChannel": "incidents.states.Channel",
        "ContactKind": "suspects.states.ContactKind",
        "ContinuityAct": "evidence.states.Act",
        "CopyPurpose": "evidence.states.CopyPurpose",
        "CurfewOutcome": "suspects.states.CurfewOutcome",
        "EntryChannel": "incidents.states.LogChannel",
        "EntryType": "incidents.states.LogType",
        "ExhibitState": "evidence.states.ExhibitState",
        "IdentifierKind": "suspects.states.IdentifierKind",
        "IncidentStatus": "incidents.states.IncidentStatus",
        "ItemKind": "evidence.states.ItemKind",
        "ItemState": "evidence.states.ItemState",
        "LinkKind": "suspects.states.LinkKind",
        "NameType": "suspects.states.NameType",
        "Necessity": "suspects.states.Necessity",
        "ReservationResult": "suspects.states.RESULT_CHOICES",
        "ReservationState": "suspects.states.ReservationState",
        "SessionMode": "streaming.states.SessionMode",
        "SessionState": "streaming.states.SessionState",
        "TextStatus": "streaming.states.SmsStatus",
        "WantedState": "suspects.states.WantedState",
    },
}

# --- background work
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
# In memory the worker polls; a text should not wait a second for that.
# With Redis silent, handing over gives up after seconds: the work is a row, and the courier finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "socket_timeout": 2, "socket_connect_timeout": 1}
    if FULL
    else {"polling_interval": 0.05}
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = f"{REDIS_PREFIX}-work"

# --- media engine
MEDIA_GATEWAY = env.text(
    "MEDIA_GATEWAY", "streaming.adapters.redis.RedisGateway" if FULL else "streaming.adapters.local.LocalGateway"
)
MEDIA_TICKET_KEY = (
    env.secret("MEDIA_TICKET_KEY") if FULL else env.text("MEDIA_TICKET_KEY", f"ticket:{SECRET_KEY}")
).encode()
MEDIA_RECORDINGS_DIR = env.path("MEDIA_RECORDINGS_DIR", DATA_DIR / "recordings")
MEDIA_SPILL_DIR = env.maybe_path("MEDIA_SPILL_DIR")  # on another disk, for when the first is full, slow or broken
MEDIA_SESSION_LIMIT = env.number("MEDIA_SESSION_LIMIT", 80)
MEDIA_MAX_LOAD = float(env.text("MEDIA_MAX_LOAD", "0.85"))  # of a core; above it no new session is taken
MEDIA_HOST = env.text("MEDIA_HOST")  # address announced to phones; empty: every address of this machine
TURN_URLS = env.items("TURN_URLS")
TURN_SECRET = env.text("TURN_SECRET")
TURN_PROVIDER = env.text(
    "TURN_PROVIDER", "streaming.turn.coturn.Coturn" if TURN_URLS and TURN_SECRET else "streaming.turn.none.NoTurn"
)
GUEST_FILM_DIR = env.path("GUEST_FILM_DIR", DATA_DIR / "guest-films")  # marked copies, for as long as a link lives
FEED_HOSTS = env.items("FEED_HOSTS")  # hosts and networks that cameras may be fetched from; empty: none
MEDIA_ICE_SERVERS: list[dict[str, str]] = []

# --- evidence
EVIDENCE_STORAGE = env.text("EVIDENCE_STORAGE", "file")
EVIDENCE_DIR = env.path("EVIDENCE_DIR", DATA_DIR / "evidence")
EVIDENCE_RETENTION_DAYS = env.number("EVIDENCE_RETENTION_DAYS", 2557)  # seven years, until a rule says otherwise
S3_ENDPOINT_URL = env.text("S3_ENDPOINT_URL")
S3_BUCKET = env.text("S3_BUCKET", "sightline-evidence")
S3_COPIES_BUCKET = env.text("S3_COPIES_BUCKET", "sightline-copies")  # working copies: no lock, they can be made again
S3_LOCK_MODE = env.text("S3_LOCK_MODE", "COMPLIANCE")
S3_ACCESS_KEY_ID = env.text("S3_ACCESS_KEY_ID")
S3_SECRET_ACCESS_KEY = env.text("S3_SECRET_ACCESS_KEY")
S3_REGION = env.text("S3_REGION", "eu-west-2")

# --- texts
SMS_PROVIDERS = env.items(
    "SMS_PROVIDERS",
    "streaming.sms.notify.NotifyProvider,streaming.sms.twilio.TwilioProvider"
    if FULL
    else "streaming.sms.onscreen.OnScreenProvider",
)
SMS_FALLBACK_SECONDS = env.number("SMS_FALLBACK_SECONDS", 20)
LINK_EXPIRY_MINUTES = env.number("LINK_EXPIRY_MINUTES", 30)
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN")
TWILIO_FROM = env.text("TWILIO_FROM")
TWILIO_BASE_URL = env.text("TWILIO_BASE_URL")
NOTIFY_API_KEY = env.text("NOTIFY_API_KEY")
NOTIFY_TEMPLATE_ID = env.text("NOTIFY_TEMPLATE_ID")
NOTIFY_BASE_URL = env.text("NOTIFY_BASE_URL")
NOTIFY_CALLBACK_TOKEN = env.text("NOTIFY_CALLBACK_TOKEN")

# --- units: how their minutes are found; a class of the force's own may ask a road network
ROUTING = env.text("ROUTING", "incidents.journeys.DistanceAndSpeed")

# --- e-mail to partners: off without EMAIL_URL
EMAIL_URL = env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "sightline@localhost")
_mail = profiles.mail(EMAIL_URL)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 10

# --- messages to officers' phones while no page is open: off without a key; they go through the browsers' push services
PUSH_PRIVATE_KEY = env.text("PUSH_PRIVATE_KEY")
PUSH_CONTACT = env.text("PUSH_CONTACT", "mailto:sightline@localhost")
PUSH_HOSTS = env.items(
    "PUSH_HOSTS", "fcm.googleapis.com,.push.services.mozilla.com,.push.apple.com,.notify.windows.com"
)

# --- translation of what is typed in the chat: off without an address
TRANSLATOR_URL = env.text("TRANSLATOR_URL")
TRANSLATOR_KEY = env.text("TRANSLATOR_KEY")
TRANSLATOR_SECONDS = env.number("TRANSLATOR_SECONDS", 4)

# --- checks: registers outside, asked with the officer's reason; SYSTEM=address or SYSTEM=dotted.path
CHECK_SOURCES = env.items("CHECK_SOURCES")
CHECK_SOURCE_TOKENS = env.items("CHECK_SOURCE_TOKENS")
CHECK_SOURCE_SECONDS = env.number("CHECK_SOURCE_SECONDS", 8)

# --- places: nothing of it leaves this network unless an address or a key is set here
WHAT3WORDS_KEY = env.text("WHAT3WORDS_KEY")
WHAT3WORDS_URL = env.text("WHAT3WORDS_URL", "https://api.what3words.com")

# --- logs
LOGGING_CONFIG = None
logs.configure(level=env.text("LOG_LEVEL", "INFO"), json=env.flag("LOG_JSON", default=FULL))
SILENCED_SYSTEM_CHECKS: list[str] = []
