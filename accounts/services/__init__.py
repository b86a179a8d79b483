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
from accounts.services.access_log import note_access
from accounts.services.erasures import cancel_erasure, open_erasure, request_erasure
from accounts.services.exports import request_export
from accounts.services.notices import (
    choose_how,
    choose_language,
    choose_none,
    choose_quiet_hours,
    read_all_notices,
    read_notice,
    save_notice_settings,
    tell,
    tell_all,
    tell_found,
)

__all__ = [
    "MAX_TOKENS",
    "MAX_TOKEN_DAYS",
    "TWIN_SECONDS",
    "TwinStillRunning",
    "cancel_erasure",
    "choose_how",
    "choose_language",
    "choose_none",
    "choose_quiet_hours",
    "create_token",
    "give_consent",
    "keep_answer",
    "keyed_fingerprint",
    "note_access",
    "note_token_use",
    "open_erasure",
    "read_all_notices",
    "read_notice",
    "request_erasure",
    "request_export",
    "revoke_token",
    "revoke_tokens",
    "save_notice_settings",
    "take_request",
    "tell",
    "tell_all",
    "tell_found",
    "token_hash",
    "withdraw_consent",
]
