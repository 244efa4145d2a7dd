"""From a family of the catalogue to what the engine takes: the two do not know each other."""

from functools import cache

from catalog_categories.loader import load
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
        ranges=[_range(criterion) for criterion in entry.criteria],
    )


def _range(criterion: Criterion) -> RangeInput:
    return RangeInput(
        family=criterion.family,
        label=criterion.label,
        weight_default=criterion.weight,
        weight_minimum=criterion.weight_min,
        weight_maximum=criterion.weight_max,
        method=criterion.method,
        parameters=criterion.model_dump(
            mode="json", include={"n", "max", "minimum", "fallback", "advice"}, exclude_none=True
        ),
    )
