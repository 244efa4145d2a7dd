"""Money: whole cents of euro, never a float. Roundings live here and in `vat`, nowhere else."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Self

from sad.kernel.digits import parse_decimal

_EXACT = Context(prec=60)  # wide enough for cents × quantity × rate without an early rounding


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A signed amount in cents of euro. Multiplies by whole numbers only: see `line_ht`."""

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"cents are whole, not {type(self.cents).__name__}")

    @classmethod
    def parse(cls, text: str, where: str | None = None) -> Self:
        """The amount a person typed: `1 234,50`, `12.5`, `12 €`; ≥ 0, two decimals at most.

        Raises digits.NumberRefused (Invalid) naming `where`.
        """
        return cls(int(parse_decimal(text, 2, unit="€", where=where).scaleb(2, _EXACT)))

    @classmethod
    def of(cls, euros: Decimal) -> Self:
        """An amount in euros, which must be a whole number of cents: ValueError otherwise."""
        scaled = euros.scaleb(2, _EXACT)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{euros} is not a whole number of cents")
        return cls(int(scaled))

    @property
    def euros(self) -> Decimal:
        """The amount in euros, always with two decimals."""
        return Decimal(self.cents).scaleb(-2, _EXACT)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - other.cents) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def __abs__(self) -> "Money":
        return Money(abs(self.cents))

    def __mul__(self, times: int) -> "Money":
        return Money(self.cents * times) if type(times) is int else NotImplemented

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.cents != 0


ZERO = Money(0)


def half_up(value: Decimal, places: int) -> Decimal:
    """Rounded to `places` decimals, a half away from zero: a reversal rounds as its original."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)


def line_ht(unit_cents: int, quantity: Decimal) -> Money:
    """Price of a line excluding VAT: unit price in cents × quantity, half up to the cent."""
    return Money(int(half_up(_EXACT.multiply(Decimal(unit_cents), quantity), 0)))
