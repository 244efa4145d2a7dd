"""What a system is at an instant: only publishing is stored, the rest follows from its dates."""

from datetime import datetime
from enum import StrEnum


class SystemState(StrEnum):
    """Draft → published (announced, not yet open) → open → closed."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"


def state_at(
    now: datetime,
    published_at: datetime | None,
    opening_at: datetime | None,
    closing_at: datetime | None,
) -> SystemState:
    """The state at an instant. At the very closing instant a system is still open."""
    if published_at is None or opening_at is None or closing_at is None:
        return SystemState.DRAFT
    if now > closing_at:
        return SystemState.CLOSED
    return SystemState.OPEN if now >= opening_at else SystemState.ANNOUNCED
