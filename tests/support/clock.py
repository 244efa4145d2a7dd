"""A clock that tests hold in their hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # Tuesday 1 September 2026, 10 h 00 in Paris


class FixedClock:
    """Legal and real time that move only when told; implements `sad.kernel.clock.Clock`.

    `advance` and `set` move legal time, and real time with it unless `legal_only`.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._real = start

    def now(self) -> datetime:
        return self._now

    def real(self) -> datetime:
        return self._real

    def set(self, moment: datetime, *, legal_only: bool = False) -> None:
        """Puts the clock at an aware moment, past or future."""
        if moment.tzinfo is None:
            raise ValueError("an instant without its zone")
        self.advance(moment.astimezone(UTC) - self._now, legal_only=legal_only)

    def advance(
        self, by: timedelta | None = None, *, legal_only: bool = False, **parts: float
    ) -> datetime:
        """Moves by a timedelta, or by its parts: `clock.advance(days=3, hours=1)`."""
        by = timedelta(**parts) if by is None else by
        self._now += by
        if not legal_only:
            self._real += by
        return self._now
