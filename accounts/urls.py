from django.urls import path

from accounts.views import access, notices, tokens

urlpatterns = [
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/new/", tokens.new_token, name="new_token"),
    path("me/tokens/<uuid:public_id>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("me/access/", access.access, name="access_log"),
    path("me/notices/", notices.notices, name="notices"),
    path("me/notices/settings/", notices.settings, name="notice_settings"),
    path("me/notices/<uuid:public_id>/read/", notices.read, name="notice_read"),
    path("me/notices/off/<str:signed>/", notices.unsubscribe, name="unsubscribe"),
]
