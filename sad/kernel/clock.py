"""The one clock. The engine never reads the time elsewhere (ruff bans it outside wiring)."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Legal time and real time; both aware, in UTC."""

    def now(self) -> datetime:
        """Legal time: deadlines, candidatures, acts. The demonstration may shift it forward."""
        ...

    def real(self) -> datetime:
        """Host time: sessions, link expiry, throttling, leases."""
        ...
