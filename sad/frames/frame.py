"""What a grid says once read: its columns and its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from sad.frames.columns import Column
from sad.frames.vocabulary import Role
from sad.kernel.errors import Problem
from sad.kernel.money import Money


@dataclass(frozen=True)
class FrameLine:
    """A line asked. `values`: the buyer's other columns as the file shows them, by column key."""

    row: int
    number: str
    code: str
    designation: str
    quantity: Decimal | None
    unit: str = ""
    mandatory: bool = False
    slice_size: Decimal | None = None
    maximum_price: Money | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How a refusal names the line: its code, else its number."""
        return self.code or self.number


@dataclass(frozen=True)
class Frame:
    """A response frame. `warnings`: what was skipped or changed, each with its sheet and cell."""

    sheet: str
    header_row: int
    buyer_columns: tuple[Column, ...]
    supplier_columns: tuple[Column, ...]
    lines: tuple[FrameLine, ...]
    warnings: tuple[Problem, ...] = ()
    questions: tuple[Column, ...] = ()  # answered once for the whole offer

    def supplier_column(self, role: Role) -> Column | None:
        """The supplier's column with that role, if the grid has one."""
        return self._by_role.get(role)

    @cached_property
    def typed_keys(self) -> tuple[str, ...]:
        """The supplier's columns that make an answer: all but remarks."""
        return tuple(c.key for c in self.supplier_columns if c.role is not Role.NOTE)

    @cached_property
    def _by_role(self) -> Mapping[Role | None, Column]:
        """The first of each role: asked hundreds of times for one answer."""
        return {column.role: column for column in reversed(self.supplier_columns)}
