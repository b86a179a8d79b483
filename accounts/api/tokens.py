"""Signing in with a token, and what a token may do.

Tokens open the API only: pages and the back office know sessions alone. An endpoint that names no
scope takes no token at all.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.domain.consents import FINANCIAL_TEXT
from accounts.domain.tokens import looks_like_token
from accounts.enums import Scope
from accounts.models import ApiToken, User
from accounts.services import note_token_use, token_hash
from inputs.clock import today

if TYPE_CHECKING:  # at run time rest_framework.views loads this module for its defaults
    from rest_framework.views import APIView

SCHEME = "Bearer"
READING = {"HEAD": "GET"}
# Scopes under which something about limits and credit is stored.
STORING = frozenset(
    {
        Scope.LEDGER_WRITE.value,
        Scope.EXPLAIN_WRITE.value,
        Scope.IMPORTS_WRITE.value,
        Scope.COMPLAINTS_WRITE.value,
        Scope.PLAN_WRITE.value,
        Scope.REPORTS_WRITE.value,
    }
)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer edz_…`. Other schemes and none are left to the session."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = _usable(key.strip())
        note_token_use(token=token, today=today())
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def _usable(key: str) -> ApiToken:
    """The token of this key. Raises AuthenticationFailed with a reason only its holder sees."""
    found = None
    if looks_like_token(key):
        rows = ApiToken.objects.filter(key_hash=token_hash(key)).select_related("owner")
        found = rows.first()
    if found is None or not found.owner.is_active:
        raise AuthenticationFailed(_("令牌不对，或者已经不存在"), code="token_invalid")
    state = found.state(timezone.now())
    if state == "revoked":
        raise AuthenticationFailed(_("令牌已撤销，请新建一个"), code="token_revoked")
    if state == "expired":
        raise AuthenticationFailed(_("令牌已到期，请新建一个"), code="token_expired")
    return found


class MissingScope(PermissionDenied):
    """The token is good and may not do this; `members` go into the answer."""

    default_code = "scope_missing"

    def __init__(self, scope: str) -> None:
        super().__init__(_("令牌没有这项权限：%(scope)s") % {"scope": scope})
        self.members = {"scope": scope}


class ConsentMissing(PermissionDenied):
    """Nothing about limits and credit is stored before the person has agreed on the site."""

    default_code = "consent_missing"


class People(BasePermission):
    """Signed in with a session. The rule of every endpoint that names no scope."""

    scopes: dict[str, str] = {}

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        self._refuse_without_consent(request)
        if not isinstance(request.auth, ApiToken):
            return True
        return self._allows(request.auth, READING.get(str(request.method), str(request.method)))

    def _refuse_without_consent(self, request: Request) -> None:
        """What a person has here is stored only after he agreed on the site (PIPL art 29)."""
        stores = str(request.method) == "POST" and self.scopes.get("POST") in STORING
        user = request.user
        if stores and isinstance(user, User) and user.agreed_text != FINANCIAL_TEXT:
            raise ConsentMissing(_("请先登录网站，同意保存额度与信贷信息，再用程序保存"))

    def _allows(self, token: ApiToken, method: str) -> bool:
        if not self.scopes:
            raise PermissionDenied(_("这个地址不能用令牌访问"), code="token_not_accepted")
        wanted = self.scopes.get(method)
        if wanted is not None and wanted not in token.scopes:
            raise MissingScope(wanted)
        return True


def scoped(**scopes: str) -> type[People]:
    """A permission: a session, or a token with the scope of the method, e.g. GET="ledger:read"."""
    return type("Scoped", (People,), {"scopes": scopes})
