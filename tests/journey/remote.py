"""The same site as the other journeys, but served by the real commands in their own processes."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from sad.kernel.clock import Clock
from tests.support.web import Site


class WaitingClock:
    """The installation's own clock: it is not moved, one waits."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> datetime:
        """Legal time."""
        return self.clock.now()

    def set(self, moment: datetime) -> None:
        """Waits until then."""
        while self.clock.now() < moment:
            time.sleep(0.2)


@dataclass
class RemoteSite(Site):
    """A site at an address; `work` and `read` go to its database, everything else by HTTP."""

    url: str = ""
    domain: str = "127.0.0.1"

    def _client(self) -> Any:
        client: Any = httpx2.Client(base_url=self.url, follow_redirects=False, timeout=30)
        self.clients.append(client)
        return client
