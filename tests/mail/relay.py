"""A real mail relay on loopback, that accepts, delays or refuses as the test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.server import free_port


@dataclass
class Relay:
    """What it received; `answers` are given first to the next recipients, then 250."""

    port: int
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)  # as the wire carried them
    recipients: list[list[str]] = field(default_factory=list)  # of each mail
    answers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """For SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Accepts a recipient, or says what the test wants."""
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keeps the mail."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.raw.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@contextmanager
def running_relay() -> Iterator[Relay]:
    """A relay until the end of the block."""
    with relay_on(free_port()) as relay:
        yield relay


@contextmanager
def relay_on(port: int) -> Iterator[Relay]:
    """The same on a port chosen before: a relay that was away comes back."""
    relay = Relay(port)
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
