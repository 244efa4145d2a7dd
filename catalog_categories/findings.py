"""What a check gives: where in the file, and what to say there in French."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from catalog_categories.positions import Path

Finding = tuple[Path, str]
Findings = Iterator[Finding]


class Coded(Protocol):
    """A thing of the catalogue that has a code."""

    @property
    def code(self) -> str:
        """Its name inside its list."""


def repeated(items: Sequence[Coded], name: str, taken: set[str] | None = None) -> Findings:
    """Codes used twice in the list called `name`, or already in `taken`."""
    seen = set(taken or ())
    for rank, item in enumerate(items):
        if item.code in seen:
            yield (name, rank, "code"), f"« {item.code} » sert déjà plus haut."
        seen.add(item.code)
