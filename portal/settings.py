"""Settings: embedded defaults, every scale-out choice by environment (see .env.example)."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))

VERSION = (BASE_DIR / "VERSION").read_text().strip()
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
HOST, PORT = env.str("HOST", default="127.0.0.1"), env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
TLS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if TLS else []


def _secret(name: str) -> str:
    """A secret from the environment, else one made once and kept in DATA_DIR (mode 0600)."""
    if value := env.str(name, default=""):
        return value
    path = DATA_DIR / f"{name.lower()}.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret("SECRET_KEY")
DATA_KEY = _secret("DATA_KEY")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "jobs",
    "accounts",
    "guidance",
    "records",
    "limits",
    "complaints",
    "summaries",
    "portal",
]

MIDDLEWARE = [
    "portal.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.middleware.ResponseHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.http.StaffSecondFactor",
    "portal.consent.ConsentFirst",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -------------------------------------------------------------------------------------
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged complaint survives power loss (reliability: G1)
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 20000,
}
_database = environ.Env.db_url_config(
    env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"
)
DATABASES = {"default": _database}
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "timeout": 20,
        # Deferred transactions that turn into writers fail with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "init_command": "".join(
            f"PRAGMA {name}={value};" for name, value in SQLITE_PRAGMAS.items()
        ),
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database.setdefault("TEST", {})["TEMPLATE"] = "template0"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker, cache ----------------------------------------------------------------------------
EMBEDDED_REDIS = not env.str("REDIS_URL", default="")
REDIS_SOCKET = DATA_DIR / "valkey.sock"
if len(str(REDIS_SOCKET)) > 100:  # a Unix socket path is limited to 107 bytes
    import hashlib
    import tempfile

    _short = hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:16]
    REDIS_SOCKET = Path(tempfile.gettempdir()) / f"limit-ledger-{_short}.sock"
REDIS_URL = env.str("REDIS_URL", default="") or f"unix://{quote(str(REDIS_SOCKET))}"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ll",
        "OPTIONS": {
            # The site must work while the cache is away (reliability: G11).
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the hard time limit, else a long task runs twice. The two unacked settings make
    # redelivery take seconds; with kombu's defaults it takes 100 s more.
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    # A wake-up is tried once and without the stock 2 s pause; a request never waits for the broker.
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_DEFAULT_QUEUE = "limit-ledger"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- files ------------------------------------------------------------------------------------
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(DATA_DIR / "files"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
# The keys of persons: never in the database, never in the same backup as it (docs/adr/0008).
STORAGES["keys"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": str(DATA_DIR / "keys"),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
S3_KEYS_BUCKET = env.str("S3_KEYS_BUCKET", default="")
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "access_key": env.str("S3_ACCESS_KEY", default=None),
            "secret_key": env.str("S3_SECRET_KEY", default=None),
            "signature_version": "s3v4",
            "addressing_style": env.str("S3_ADDRESSING_STYLE", default="auto"),
            "default_acl": None,
            "querystring_auth": True,  # never public links; files are streamed by views
            "file_overwrite": False,
        },
    }
if S3_KEYS_BUCKET:
    STORAGES["keys"] = {
        **STORAGES["default"],
        "OPTIONS": {**STORAGES["default"]["OPTIONS"], "bucket_name": S3_KEYS_BUCKET},
    }
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MANIFEST_STRICT = False
FILE_UPLOAD_PERMISSIONS = 0o600

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "accounts.forms.MaximumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[额度明白账] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_DISPLAY = lambda user: user.display_name or user.email  # noqa: E731
ACCOUNT_ADAPTER = "accounts.http.AccountAdapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = (
    False if env.bool("RATE_LIMITS_OFF", default=False) else {"login_failed": "10/m/ip,5/5m/key"}
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "额度明白账"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS and not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
if TLS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

_email = environ.Env.email_url_config(env.str("EMAIL_URL", default="") or "filemail://")
vars().update(_email)
if _email["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="额度明白账 <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- headers ----------------------------------------------------------------------------------
from csp.constants import NONCE, NONE, SELF  # noqa: E402  (kept beside what it configures)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
} | {"publickey-credentials-get": ["self"], "publickey-credentials-create": ["self"]}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = TLS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
if TLS:
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The stateless pages are read by people who type; 1 MiB is a book.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- language, time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.People"],
    "DEFAULT_PARSER_CLASSES": ["portal.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "portal.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["portal.throttling.AddressThrottle"],
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "portal.errors.api_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": env.int("TRUSTED_PROXY_COUNT", default=0),
}
API_RATE = env.str("API_RATE", default="300/min")
SPECTACULAR_SETTINGS = {
    "TITLE": "额度明白账 API (Limit Ledger)",
    "DESCRIPTION": "Stateless endpoints need no login; all else is the signed-in user's own.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVERS": [{"url": "/"}],
    # Fields called kind and state that take different values.
    "ENUM_NAME_OVERRIDES": {
        "AccessView": "accounts.enums.AccessView",
        "AccessWhat": "accounts.enums.AccessWhat",
        "AskedState": "complaints.enums.AskedState",
        "ChangeKind": "limits.enums.ChangeKind",
        "ComplaintState": "complaints.enums.ComplaintState",
        "ConfirmationKind": "limits.enums.ConfirmationKind",
        "DocumentKind": "complaints.enums.DocumentKind",
        "DocumentProgress": "complaints.api.documents_shown.STATES",
        "EntryKind": "records.enums.EntryKind",
        "EntryState": "records.enums.EntryState",
        "EntryVerdict": "records.enums.Verdict",
        "FiveClass": "records.enums.FiveClass",
        "EvidenceKind": "complaints.enums.EvidenceKind",
        "EvidenceState": "complaints.enums.EvidenceState",
        "ExportState": "accounts.enums.ExportState",
        "InquiryVerdict": "records.enums.InquiryVerdict",
        "MailLanguage": "portal.settings.LANGUAGES",
        "LetterKind": "complaints.enums.LetterKind",
        "LetterState": "complaints.enums.LetterState",
        "NoticeKind": "accounts.enums.NoticeKind",
        "PlanMove": "records.domain.states.BY_PERSON",
        "PlanState": "records.enums.PlanState",
        "ReportKind": "records.enums.ReportKind",
        "RequestedKind": "complaints.api.documents.KINDS",
        "StaffRole": "accounts.enums.StaffRole",
    },
}

# --- jobs -------------------------------------------------------------------------------------
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=330)
JOB_MAX_TRIES = 5
JOB_RETRY_SECONDS = env.int("JOB_RETRY_SECONDS", default=20)
JOB_SWEEP_SECONDS = env.float("JOB_SWEEP_SECONDS", default=15)
READY_MAX_JOB_AGE_SECONDS = env.int("READY_MAX_JOB_AGE_SECONDS", default=120)

from portal.logs import LOGGING  # noqa: E402, F401
