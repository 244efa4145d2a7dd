"""Numbers as French people type them, read exactly or refused: never read as another number.

Accepted: `12`, `12,50`, `12.5`, `1 234,5` with any kind of space between groups of three digits,
and the unit the caller names (`12 €`). Everything else is refused, saying what is accepted.
"""

import re
import unicodedata
from decimal import Decimal
from typing import ClassVar

from sad.kernel.errors import Invalid

LONGEST = 40  # characters: longer than any sum of money with its spaces and its unit
MOST_DIGITS = 9  # whole part: the largest sum is 999 999 999,99 €

_PLAIN = re.compile(r"[0-9]+([.,][0-9]+)?", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]+|\.[0-9]+)?", re.ASCII)
_NUMBER_WITH_SPACES = re.compile(r"[0-9 ]*[0-9][0-9 ]*([.,][0-9 ]*)?", re.ASCII)
_MAY_BE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_MINUS_SIGNS = "-\u2010\u2011\u2012\u2013\u2212"


class NumberRefused(Invalid):
    """A text that is not one number. Facts: `text` (shortened), `example` (accepted), `places`."""

    code: ClassVar[str] = "number.unreadable"


class NumberMissing(NumberRefused):
    """Nothing was typed."""

    code = "number.missing"


class NumberNegative(NumberRefused):
    """A minus sign, where only zero and above make sense."""

    code = "number.negative"


class NumberTwoSeparators(NumberRefused):
    """`1,234.50` or `1.234,50`: a reader from another country would read another number."""

    code = "number.two_separators"


class NumberAmbiguous(NumberRefused):
    """`1.234`: one thousand two hundred and thirty-four, or one and a fraction."""

    code = "number.ambiguous"


class NumberBadGroups(NumberRefused):
    """`1 23,4`: spaces that do not separate groups of three digits; perhaps two numbers."""

    code = "number.bad_groups"


class NumberTooPrecise(NumberRefused):
    """More decimals than the field keeps; never rounded silently."""

    code = "number.too_precise"


class NumberTooLarge(NumberRefused):
    """More digits before the decimal comma than the field keeps (fact `most`)."""

    code = "number.too_large"


def parse_decimal(
    text: str,
    places: int,
    *,
    most_digits: int = MOST_DIGITS,
    unit: str | None = None,
    where: str | None = None,
) -> Decimal:
    """The number typed, zero or above, with at most `places` decimals; trailing zeros are kept.

    `most_digits` bounds the whole part: beyond it a product would not fit the database.
    `unit` may follow the number (`€`, `%`). `where` is the field named by the refusal.
    Raises one of the NumberRefused above. Digits are 0 to 9 only; no exponent, no sign.
    """
    shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    facts = {"text": shown, "places": places, "example": _example(places), "most": most_digits}
    kind = _fault(text, places, most_digits, unit)
    if kind is not None:
        raise kind(where, **facts)
    return Decimal(_bare(text, unit).replace(" ", "").replace(",", "."))


def _fault(
    text: str, places: int, most_digits: int, unit: str | None
) -> type[NumberRefused] | None:
    """Why the text is refused, None when it reads as one number only."""
    if len(text) > LONGEST:
        return NumberRefused
    bare = _bare(text, unit)
    if not bare:
        return NumberMissing
    if bare[0] in _MINUS_SIGNS and bare[1:].strip()[:1].isdigit():
        return NumberNegative
    if len(re.findall(r"[.,]", bare)) > 1 and re.fullmatch(r"[0-9., ]+", bare):
        return NumberTwoSeparators
    if not (_PLAIN.fullmatch(bare) or _GROUPED.fullmatch(bare)):
        return NumberBadGroups if _is_badly_grouped(bare) else NumberRefused
    if _MAY_BE_THOUSANDS.fullmatch(bare):
        return NumberAmbiguous
    whole, _, decimals = bare.replace(",", ".").partition(".")
    if len(decimals) > places:
        return NumberTooPrecise
    return NumberTooLarge if len(whole.replace(" ", "").lstrip("0")) > most_digits else None


def _bare(text: str, unit: str | None) -> str:
    """The text without its unit and outer spaces; inner spaces (no-break, thin…) made plain."""
    plain = text.strip()
    if not plain.isascii():
        plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in plain).strip()
    return plain.removesuffix(unit).strip() if unit else plain


def _is_badly_grouped(bare: str) -> bool:
    return " " in bare and _NUMBER_WITH_SPACES.fullmatch(bare) is not None


def _example(places: int) -> Decimal:
    """What the refusal shows as accepted: 1 234, 1 234,5 or 1 234,56…"""
    return Decimal("1234.567890"[: 5 + places] if places else "1234")
