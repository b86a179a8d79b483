"""Ways to reach a person outside the site. E-mail is the first; SMS or WeChat would be another
`Sender`."""

from dataclasses import dataclass
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from typing import Protocol

from django.core.mail import EmailMessage, get_connection

PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain text for one person, and the address that ends messages of its kind."""

    to: str
    subject: str
    text: str
    unsubscribe_url: str


class NotSent(Exception):
    """It certainly did not go out; it may be tried again."""


class NoConnection(NotSent):
    """Nothing can be sent at all now."""


class Refused(Exception):
    """It certainly did not go out and never will: the address takes nothing."""


class Sender(Protocol):
    """Raises NotSent, NoConnection or Refused only when the message certainly did not go out.

    Any other error leaves that open, and the message is not sent a second time.
    """

    def send(self, message: Message) -> None: ...


class EmailSender:
    """One connection for a batch. Addresses come from the account, links from SITE_URL."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False

    def send(self, message: Message) -> None:
        self._open()
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            to=[message.to],
            connection=self._connection,
            headers={
                # RFC 8058: mail programs show a button that POSTs to this address.
                "List-Unsubscribe": f"<{message.unsubscribe_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            raise _of_answers([code for code, _text in error.recipients.values()]) from error
        except (SMTPSenderRefused, SMTPDataError) as error:
            raise _of_answers([error.smtp_code]) from error

    def _open(self) -> None:
        if self._is_open:
            return
        try:
            self._connection.open()
        except (SMTPException, OSError) as error:
            raise NoConnection(type(error).__name__) from error
        self._is_open = True

    def close(self) -> None:
        if self._is_open:
            self._connection.close()


def _of_answers(codes: list[int]) -> NotSent | Refused:
    """By the server's answer. Its text may hold the address: never in the error."""
    permanent = bool(codes) and min(codes) >= PERMANENT
    return Refused(str(codes)) if permanent else NotSent(str(codes))


__all__ = ["EmailSender", "Message", "NoConnection", "NotSent", "Refused", "Sender"]
