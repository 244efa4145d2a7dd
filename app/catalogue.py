"""From a family of the catalogue to what the engine takes: the two do not know each other."""

from functools import cache

from catalog_categories.loader import load
from catalog_categories.proposal import ProposedCriterion, criteria
from catalog_categories.schema import Criterion, Entry
from sad.categories.schemas import CategoryInput, RangeInput


@cache
def families() -> tuple[Entry, ...]:
    """The shipped families, read once."""
    return load()


def family(code: str) -> Entry | None:
    """A family by its code."""
    return next((entry for entry in families() if entry.code == code), None)


def category_input(entry: Entry) -> CategoryInput:
    """A category as the family proposes it; the officer may change it before publishing."""
    return CategoryInput(
        code=entry.code,
        name=entry.name,
        description=entry.description,
        nature=entry.summary,
        cpv=[item.code for item in entry.cpv],
        agec_family=entry.agec.family,
        ordinary_use=entry.ordinary_purchase.reason,
        selection_criteria=entry.selection.criterion,
        ranges=ranges_of(entry.code),
    )


def ranges_of(code: str) -> list[RangeInput]:
    """The families a catalogue's entry proposes to announce; none for a code it does not know."""
    entry = family(code)
    return [_range(entry, criterion) for criterion in entry.criteria] if entry else []


def _range(entry: Entry, criterion: Criterion) -> RangeInput:
    """A family of the notice; its parameters hold the criteria it becomes in a new market."""
    first = [_first(one) for one in criteria(entry) if one.family == criterion.family]
    return RangeInput(
        family=criterion.family,
        label=criterion.label,
        weight_default=criterion.weight,
        weight_minimum=criterion.weight_min,
        weight_maximum=criterion.weight_max,
        method=criterion.method,
        parameters={"criteria": first} if first else {},
    )


def _first(one: ProposedCriterion) -> dict[str, object]:
    """As a range keeps it; the advice, written for buyers, is not what suppliers read."""
    numbers = {"weight": one.weight, "n": one.n, "maximum": one.maximum, "minimum": one.minimum}
    return {
        "code": one.code,
        "label": one.label,
        "anchors": list(one.anchors),
        "evidence": list(one.evidence),
        **({"direction": one.direction} if one.direction else {}),
        **{name: f"{value:f}" for name, value in numbers.items() if value is not None},
    }
