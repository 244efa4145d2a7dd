"""What an inventory's lines add up to, which of them are looked at, where two scenarios differ."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sad.frames.vocabulary import plain
from sad.inventories.schemas import LineView, Narrowing
from sad.inventories.values import Sum

_HERE = (
    re.compile(r"\bsad\b|acquisition dynamique|\bspd\b"),
    re.compile(r"reemploi|surcycl|recondition|ressourcerie"),
)


def bought_here(labels: Sequence[str]) -> list[bool]:
    """For each route's label, whether it seems to be bought through the system's markets."""
    words = [plain(label) for label in labels]
    for pattern in _HERE:
        found = [pattern.search(each) is not None for each in words]
        if any(found):
            return found
    return [False] * len(labels)


def narrowed(lines: Iterable[LineView], asked: Narrowing) -> list[LineView]:
    """The lines of a level, room, kind, category and route, whose words hold the text."""
    text = plain(asked.text)
    return [
        line
        for line in lines
        if asked.level in ("", line.level)
        and asked.room in ("", line.room)
        and asked.kind in ("", line.kind)
        and asked.category in ("", line.category_key)
        and asked.route in ("", line.route_key)
        and (not asked.market or asked.market in _takers(line))
        and (not text or text in plain(f"{line.code} {line.designation} {line.materials}"))
    ]


def _takers(line: LineView) -> set[str]:
    return {str(market.id) for market in line.markets} or {"-"}


def sums(lines: Iterable[LineView], key: Callable[[LineView], str]) -> dict[str, Sum]:
    """Sums by key, in the order keys are met."""
    found: dict[str, Sum] = {}
    for line in lines:
        name = key(line)
        found[name] = found.get(name, Sum()).plus(line.quantity, line.amount)
    return found


def total(lines: Iterable[LineView]) -> Sum:
    """All of them together."""
    found = Sum()
    for line in lines:
        found = found.plus(line.quantity, line.amount)
    return found


@dataclass(frozen=True)
class Difference:
    """A line that two scenarios do not say alike."""

    first: LineView
    second: LineView


def differences(first: Sequence[LineView], second: Sequence[LineView]) -> list[Difference]:
    """The lines whose route, category, quantity or price differ, in the file's order."""
    others: Mapping[UUID, LineView] = {line.id: line for line in second}
    return [
        Difference(line, others[line.id])
        for line in first
        if line.id in others and _said(line) != _said(others[line.id])
    ]


def _said(line: LineView) -> tuple[object, ...]:
    return line.route_id, line.category_key, line.quantity, line.unit_price, line.amount
