"""An answer as its pages show it: cells ready to type in, states in words, totals."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.rendering.french import counted, number
from app.rendering.sentences import sentence
from sad.frames.cells import as_typed
from sad.frames.columns import ColumnType, Meaning
from sad.frames.queries import ColumnView, LineView
from sad.frames.vocabulary import Role
from sad.kernel.errors import Incomplete, Problem, Refusal
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.offers.answer import AnswerFile
from sad.offers.payload import QUESTION, Draft
from sad.offers.rules import CellChanged

written = as_typed
"""A value as one would type it again."""

ONCE = "q."  # before a question's key, in the name of its field
CHANGED = CellChanged.code
YES_NO = [("", ""), ("oui", "Oui"), ("non", "Non")]
KINDS = {
    ColumnType.INTEGER: "number",
    ColumnType.DECIMAL: "number",
    ColumnType.MONEY: "number",
    ColumnType.PERCENT: "number",
    ColumnType.DATE: "date",
    ColumnType.YES_NO: "select",
    ColumnType.CHOICE: "select",
    ColumnType.PICTURE: "picture",
}


@dataclass(frozen=True)
class Heading:
    """A column to fill: its words, and those under them."""

    key: str
    label: str
    note: str
    kind: str
    required: bool
    choices: list[tuple[str, str]]
    priced: bool = False  # the line's total stands under it
    grades: tuple[tuple[str, Meaning], ...] = ()  # what each choice means


@dataclass(frozen=True)
class Row:
    """A line: what is asked, what was typed, where it stands."""

    position: int
    label: str
    designation: str
    asked: str
    said: list[tuple[str, str]]  # the buyer's other columns: title, words
    picture: bool  # the buyer shows one
    mandatory: bool
    values: Mapping[str, str]
    files: list[AnswerFile]
    state: str  # todo, done, missing, skipped
    quantity: Decimal | None  # offered, in whole slices where the line has them
    unit: str
    price: Money | None
    ht: Money | None
    payable: Money | None
    hints: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)  # written by somebody else meanwhile


@dataclass(frozen=True)
class Asked:
    """A question of the whole offer, with what was typed and what is wrong with it."""

    heading: Heading
    value: str
    error: str = ""
    theirs: str | None = None  # what somebody else wrote meanwhile

    @property
    def name(self) -> str:
        """Its field's."""
        return f"{ONCE}{self.heading.key}"


def asked_once(draft: Draft, typed: Mapping[str, str], refused: Refusal | None) -> list[Asked]:
    """The questions of the whole offer. `typed` wins over what was saved."""
    said = {problem.where: problem for problem in problems_of(refused)}
    found = []
    for one in draft.grid.view.questions:
        wrong = said.get(f"{QUESTION}{one.key}")
        kept = written(draft.answers.get(one.key))
        found.append(
            Asked(
                heading=_heading(one, draft.terms.regime),
                value=typed.get(one.key, kept),
                error=sentence(wrong.code, wrong.facts) if wrong else "",
                theirs=kept if wrong and wrong.code == CHANGED else None,
            )
        )
    return found


def headings(draft: Draft) -> list[Heading]:
    """The supplier's columns."""
    return [_heading(one, draft.terms.regime) for one in draft.grid.asked]


def _heading(one: ColumnView, regime: VatRegime) -> Heading:
    column, notes = one.column, [one.hint] if one.hint else []
    if column.role is Role.UNIT_PRICE:
        liable = regime is VatRegime.LIABLE
        if not liable:
            notes.append("Prix net, vous ne facturez pas de TVA")
        elif not re.search(r"\bHT\b", one.label):
            notes.append("Prix HT")
    if column.type is ColumnType.YES_NO:
        choices = YES_NO
    else:
        choices = [("", ""), *((choice, choice) for choice in column.choices)]
    return Heading(
        key=one.key,
        label=one.label.replace(" ?", "\u00a0?"),  # a lone « ? » never starts a line
        note=". ".join(words.rstrip(".") for words in notes),
        kind=KINDS.get(column.type, "textarea" if column.role is Role.NOTE else "text"),
        required=column.required,
        choices=choices,
        priced=column.role is Role.UNIT_PRICE,
        grades=column.grades,
    )


@dataclass(frozen=True)
class Said:
    """What a refusal says of each line, by its rank then the column's key."""

    errors: Mapping[int, dict[str, str]] = field(default_factory=dict)
    changed: Mapping[int, set[str]] = field(default_factory=dict)


def rows(
    draft: Draft, typed: Mapping[int, Mapping[str, str]], refused: Refusal | None
) -> list[Row]:
    """Every line of the grid. `typed` wins over what was saved: a refused line shows as typed."""
    said = said_by_line(draft, refused)
    return [row(draft, rank, typed, said) for rank in range(len(draft.grid.view.lines))]


def row(draft: Draft, rank: int, typed: Mapping[int, Mapping[str, str]], said: Said) -> Row:
    """One line."""
    line, values = draft.grid.view.lines[rank], draft.values.get(rank, {})
    kept = {key: written(values.get(key)) for key in draft.grid.columns}
    lacking = line.label in lacking_lines(draft)
    total = draft.totals.lines.get(str(rank))
    return Row(
        position=line.position,
        label=line.label,
        designation=line.designation,
        asked=_asked(draft, rank),
        said=_said(draft, line),
        picture=line.picture_id is not None,
        mandatory=line.mandatory,
        values={**kept, **typed.get(line.position, {})},
        files=[f for f in draft.answer.draft_files if f.line == str(line.id)],
        state=_state(rank in draft.answered, lacking, bool(values)),
        quantity=draft.offered[rank].quantity if rank in draft.offered else None,
        unit=line.unit,
        price=draft.price(rank),
        ht=total,
        payable=draft.line_payable(rank) if total is not None else None,
        hints=_hints(draft, line),
        errors={f"{line.position}.{key}": text for key, text in said.errors.get(rank, {}).items()},
        theirs={f"{line.position}.{key}": kept[key] for key in said.changed.get(rank, ())},
    )


def complete(draft: Draft) -> int:
    """How many lines are answered and lack nothing."""
    lacking = lacking_lines(draft)
    return sum(draft.grid.view.lines[rank].label not in lacking for rank in draft.answered)


def lacking_lines(draft: Draft) -> set[str]:
    """Labels of the lines that keep the answer from being sent."""
    keys = {"", *(f".{key}" for key in draft.grid.columns)}
    keys |= {f".{key}" for key in draft.grid.pictures}
    labels = (line.label for line in draft.grid.view.lines)
    wrong = {problem.where for problem in draft.problems}
    return {label for label in labels if any(f"{label}{key}" in wrong for key in keys)}


def values_read(draft: Draft) -> str:
    """What the page shows, field → text, as JSON: sent back with what is typed on it."""
    found = {f"{ONCE}{key}": written(value) for key, value in draft.answers.items()}
    for rank, values in draft.values.items():
        position = draft.grid.view.lines[rank].position
        typed = {key: values[key] for key in draft.grid.columns if key in values}
        found |= {f"{position}.{key}": written(value) for key, value in typed.items()}
    return json.dumps(found, ensure_ascii=False)


def _state(answered: bool, lacking: bool, touched: bool) -> str:
    if lacking and touched:
        return "missing"
    if answered:
        return "done"
    return "skipped" if touched else "todo"


def _asked(draft: Draft, rank: int) -> str:
    """How much the buyer wants of it, in one sentence."""
    line = draft.grid.view.lines[rank]
    parts = [
        counted(line.quantity, line.unit) if line.unit else f"{number(line.quantity)} à fournir"
    ]
    if line.slice_size is not None:
        parts.append(f"jusqu’à {lots_of(line)}")
    if line.maximum_price is not None:
        parts.append(f"prix unitaire maximal {written(line.maximum_price)} €")
    return " · ".join(parts)


def _said(draft: Draft, line: LineView) -> list[tuple[str, str]]:
    """Tolerance, condition, origin, material supplied… : the columns the buyer filled."""
    shown = draft.grid.view.shown()
    return [(one.label, line.values[one.key]) for one in shown if line.values.get(one.key)]


def lots_of(line: LineView) -> str:
    """« 20 lots de 10 »: the identical slices of a line (P3)."""
    return f"{line.slices} lots de {number(line.slice_size or 0)}"


def _hints(draft: Draft, line: LineView) -> dict[str, str]:
    """What stands under a cell of this line alone: how its slices are typed (P3)."""
    if line.slice_size is None:
        return {}
    count, size = line.slices or 0, line.slice_size
    few = ", ".join(number(size * one) for one in range(1, min(count, 3) + 1))
    words = {
        Role.AVAILABLE: f"Par lots de {number(size)}\u00a0: {few}{'…' if count > 3 else ''}",
        Role.SLICES: f"Jusqu’à {lots_of(line)}",
    }
    columns = ((column.role, key) for key, column in draft.grid.columns.items())
    return {key: words[role] for role, key in columns if role in words}


def said_by_line(draft: Draft, refused: Refusal | None) -> Said:
    """The sentences of a refusal, and the cells that somebody else changed."""
    errors: dict[int, dict[str, str]] = {}
    changed: dict[int, set[str]] = {}
    for problem in problems_of(refused):
        where = place_of(draft, problem)
        if where is not None:
            rank, key = where
            errors.setdefault(rank, {})[key] = sentence(problem.code, problem.facts)
            if problem.code == CHANGED:
                changed.setdefault(rank, set()).add(key)
    return Said(errors, changed)


def problems_of(refused: Refusal | None) -> list[Problem]:
    """What is wrong, one by one."""
    if refused is None:
        return []
    if isinstance(refused, Incomplete):
        return refused.problems
    return [Problem(refused.code, refused.where, refused.facts)]


def place_of(draft: Draft, problem: Problem) -> tuple[int, str] | None:
    """The line's rank and the column's key a problem is about."""
    label, _, key = (problem.where or "").rpartition(".")
    label = label or (problem.where or "")
    for rank, line in enumerate(draft.grid.view.lines):
        if line.label == label:
            return rank, key if label != problem.where else ""
    return None


def linked(draft: Draft, problems: list[Problem], base: str) -> list[tuple[str, str]]:
    """(sentence, address of the field) for the list of what is missing."""
    found = []
    for problem in problems:
        where, place = problem.where or "", place_of(draft, problem)
        anchor = "" if place is None else _anchor(draft, *place)
        if where.startswith(QUESTION):
            anchor = f"#f-q-{where.removeprefix(QUESTION)}"
        found.append((sentence(problem.code, problem.facts), f"{base}/offre{anchor}"))
    return found


def _anchor(draft: Draft, rank: int, key: str) -> str:
    position = draft.grid.view.lines[rank].position
    if not key:
        return f"#ligne-{position}"
    return f"#f-{position}-{key}"


def shown(value: Any) -> str:
    """A value as it is read again before sending."""
    if isinstance(value, Money):
        return f"{written(value)} €"
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return number(value) if isinstance(value, int | Decimal) else str(value)
