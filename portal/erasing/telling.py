"""The one e-mail about a deletion that waits: whoever asked for it, the owner of the address can
call it off in time."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import ErasureState
from accounts.models import Erasure, User


def tell_leaving(receipt_no: str) -> None:
    """Nothing once it was called off. Run again after a crash while sending, it sends again."""
    erasure = Erasure.objects.filter(receipt_no=receipt_no, state=ErasureState.WAITING).first()
    user = User.objects.filter(public_id=erasure.person).first() if erasure else None
    if erasure is None or user is None:
        return
    with translation.override(user.language):
        context = {
            "erasure": erasure,
            "cancel": settings.SITE_URL + reverse("account_security"),
            "receipt": settings.SITE_URL + reverse("erased", args=[receipt_no]),
        }
        subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("账户将被删除")
        send_mail(subject, render_to_string("portal/leaving_mail.txt", context), None, [user.email])
