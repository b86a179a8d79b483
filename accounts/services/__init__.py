"""The only writers of this app; import them from here."""

from accounts.crypto import keyed_fingerprint
from accounts.services.access import (
    MAX_TOKEN_DAYS,
    MAX_TOKENS,
    TWIN_SECONDS,
    TwinStillRunning,
    create_token,
    give_consent,
    keep_answer,
    note_token_use,
    revoke_token,
    revoke_tokens,
    take_request,
    token_hash,
    withdraw_consent,
)
from accounts.services.exports import request_export
from accounts.services.notices import (
    choose_how,
    choose_language,
    read_all_notices,
    read_notice,
    tell,
    tell_all,
)

__all__ = [
    "MAX_TOKENS",
    "MAX_TOKEN_DAYS",
    "TWIN_SECONDS",
    "TwinStillRunning",
    "choose_how",
    "choose_language",
    "create_token",
    "give_consent",
    "keep_answer",
    "keyed_fingerprint",
    "note_token_use",
    "read_all_notices",
    "read_notice",
    "request_export",
    "revoke_token",
    "revoke_tokens",
    "take_request",
    "tell",
    "tell_all",
    "token_hash",
    "withdraw_consent",
]
