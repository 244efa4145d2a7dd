"""What people type in the forms: amounts and quantities, read or refused (`digits` says how).

Writing numbers and dates for people belongs to `app/rendering/french.py`.
"""

from decimal import Decimal

from sad.kernel.digits import parse_decimal
from sad.kernel.money import Money

__all__ = ["QUANTITY_PLACES", "parse_decimal", "parse_money", "parse_percent", "parse_quantity"]

QUANTITY_PLACES = 3
QUANTITY_DIGITS = 6  # kept as thousandths in 32 bits


def parse_money(text: str, where: str | None = None) -> Money:
    """An amount in euros, zero or above, two decimals at most; `€` may follow. See Money.parse."""
    return Money.parse(text, where)


def parse_quantity(text: str, where: str | None = None) -> Decimal:
    """A quantity, zero or above, three decimals at most. `1.234` is refused: ambiguous."""
    return parse_decimal(text, QUANTITY_PLACES, most_digits=QUANTITY_DIGITS, where=where)


def parse_percent(text: str, where: str | None = None) -> Decimal:
    """A weight or a rate in percent (`33,33`, `20 %`), two decimals at most; not bounded here."""
    return parse_decimal(text, 2, unit="%", where=where)
