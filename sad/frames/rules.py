"""What may be offered on a line: its quantity, its identical slices, its price (P3, GRID-04)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sad.kernel.errors import Refusal
from sad.kernel.money import Money


class LineRefused(Refusal):
    """An offer a line cannot take. Fact: `line`, its code or number."""

    code: ClassVar[str] = "frames.line_refused"
    status = 422


class QuantityAboveAsked(LineRefused):
    """More than the line asks for. Facts: `asked`, `offered`."""

    code = "frames.quantity_above_asked"


class PartialNotOpen(LineRefused):
    """Less than asked on a line not cut into slices (P3). Facts: `asked`, `offered`."""

    code = "frames.partial_not_open"


class QuantityBelowSlice(LineRefused):
    """Less than one slice (P3). Fact: `slice`, its number of pieces."""

    code = "frames.quantity_below_slice"


class QuantityNotSlices(LineRefused):
    """Not a whole number of slices (P3). Facts: `slice`, and `below`, the multiple under it."""

    code = "frames.quantity_not_slices"


class SlicesNotOpen(LineRefused):
    """A number of slices on a line that has none (P3)."""

    code = "frames.slices_not_open"


class SlicesAboveAsked(LineRefused):
    """More slices than the line has (P3). Fact: `asked`."""

    code = "frames.slices_above_asked"


class PriceAboveMaximum(LineRefused):
    """Above the highest unit price announced for the line (GRID-04). Fact: `maximum`."""

    code = "frames.price_above_maximum"


@dataclass(frozen=True)
class Offered:
    """What is offered on a line; `slices` only where the line has them."""

    answered: bool
    quantity: Decimal = Decimal(0)
    slices: int | None = None


NOT_OFFERED = Offered(answered=False)


def offered_quantity(
    line: str,
    asked: Decimal,
    slice_size: Decimal | None,
    available: Decimal | None,
    slices: int | None = None,
    where: str | None = None,
) -> Offered:
    """The quantity offered on a line, as whole slices where it has them (P3).

    `available` is the quantity typed, None when nothing was: then all of it. Zero is no answer.
    Pieces beyond the last whole slice do not count. Raises a LineRefused about `line`.
    """
    if available == 0 or slices == 0:
        return NOT_OFFERED
    if available is not None and available > asked:
        raise QuantityAboveAsked(where, line=line, asked=asked, offered=available)
    if slice_size is not None:
        return _in_slices(line, asked, slice_size, available, slices, where)
    if slices is not None:
        raise SlicesNotOpen(where, line=line)
    if available is not None and available < asked:
        raise PartialNotOpen(where, line=line, asked=asked, offered=available)
    return Offered(answered=True, quantity=asked)


def _in_slices(
    line: str,
    asked: Decimal,
    size: Decimal,
    available: Decimal | None,
    slices: int | None,
    where: str | None,
) -> Offered:
    """The slices typed, else those the available quantity makes; never more than both allow."""
    most = slices_in(asked, size)
    if slices is not None and slices > most:
        raise SlicesAboveAsked(where, line=line, asked=most)
    made = most if available is None else slices_in(available, size)
    count = made if slices is None else min(slices, made)
    if count == 0:
        raise QuantityBelowSlice(where, line=line, slice=size)
    return Offered(answered=True, quantity=size * count, slices=count)


def slices_in(quantity: Decimal, size: Decimal) -> int:
    """How many whole slices a quantity makes: 37 chairs are 3 slices of 10 (P3)."""
    return int(quantity // size)


def check_whole_slices(
    line: str, size: Decimal | None, available: Decimal, where: str | None = None
) -> None:
    """A quantity typed on a line cut into slices is a multiple of them (P3): said when it is typed.

    What was kept before is read down to its last whole slice. Raises QuantityNotSlices.
    """
    if size is not None and available % size:
        below = size * slices_in(available, size)
        raise QuantityNotSlices(where, line=line, slice=size, below=below)


def check_price(
    line: str, price: Money | None, maximum: Money | None, where: str | None = None
) -> None:
    """The unit price stays within the highest one announced, if any. Raises PriceAboveMaximum."""
    if price is not None and maximum is not None and price > maximum:
        raise PriceAboveMaximum(where, line=line, maximum=maximum)
