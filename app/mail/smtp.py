"""Handing a mail to the relay: `smtp://` (encrypted when the relay offers it) or `smtps://`."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.mail.render import Mail
from app.settings import LOOPBACK

TIMEOUT = 15.0  # seconds, for each exchange
PORTS = {"smtp": 25, "smtps": 465}


class MailRefused(Exception):
    """The relay will never take this mail: trying again is useless."""


class MailDelayed(Exception):
    """The relay did not answer, or asked to wait."""


class Sender(Protocol):
    """Where mails go."""

    def send(self, mail: Mail, message_id: str, at: datetime) -> None:
        """Returns once the relay has accepted it; raises MailRefused or MailDelayed."""
        ...


class SmtpSender:
    """A relay named by SMTP_URL: `smtp://[name:secret@]host[:port]`."""

    def __init__(self, url: str, mail_from: str, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._name = unquote(parts.username or "")
        self._secret = unquote(parts.password or "")
        self._from = mail_from
        self._timeout = timeout

    def send(self, mail: Mail, message_id: str, at: datetime) -> None:
        """One connection a mail: the relay is near, and a broken one harms one mail only."""
        try:
            message = self._message(mail, message_id, at)
        except (ValueError, MessageError):  # no address, or no header, can be made of it: never
            raise MailRefused() from None
        try:
            with self._connected() as relay:
                relay.send_message(message, self._address, [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _sorted_out(min(codes)) from None
        except smtplib.SMTPDataError as error:
            raise _sorted_out(error.smtp_code) from None
        except (
            OSError,
            smtplib.SMTPException,
        ):  # not the fault of this mail
            raise MailDelayed() from None

    @property
    def _address(self) -> str:
        return parseaddr(self._from)[1]

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self._tls:
            relay: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            relay = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        with relay:
            relay.ehlo_or_helo_if_needed()
            encrypted = self._tls
            if not encrypted and relay.has_extn("starttls") and self._host not in LOOPBACK:
                relay.starttls(context=context)
                encrypted = True
            if self._name:
                if not encrypted and self._host not in LOOPBACK:
                    raise MailDelayed()  # a secret never leaves in clear
                relay.login(self._name, self._secret)
            yield relay

    def _message(self, mail: Mail, message_id: str, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = Address(addr_spec=mail.to)  # one address: a list of them is refused
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(at)
        # The same for each attempt: a mail accepted twice is shown once by most readers.
        message["Message-ID"] = f"<{message_id}@{self._address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="quoted-printable")
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        for one in mail.enclosed:
            message.add_attachment(
                one.content, maintype="application", subtype="pdf", filename=one.name
            )
        return message


def _sorted_out(code: int) -> Exception:
    return MailRefused() if code >= 500 else MailDelayed()
