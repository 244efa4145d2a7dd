"""An answer to a grid: which lines it answers, what it lacks, line by line.

An answer maps the keys of the supplier's columns to the values `cells.read_cell` gives.
"""

from collections.abc import Mapping
from decimal import Decimal

from sad.frames.cells import Value, cell_name
from sad.frames.columns import Column
from sad.frames.frame import Frame, FrameLine
from sad.frames.rules import NOT_OFFERED, Offered, check_price, offered_quantity
from sad.frames.vocabulary import Role
from sad.kernel.errors import Problem, Refusal
from sad.kernel.money import Money

Answer = Mapping[str, Value]


def is_answered(frame: Frame, answer: Answer) -> bool:
    """Whether a line has an answer: something typed, not « non », no quantity of zero.

    A remark alone is no answer.
    """
    if not any(answer.get(key) not in (None, "") for key in frame.typed_keys):
        return False
    return not (
        value_of(frame, answer, Role.PROPOSED) is False
        or value_of(frame, answer, Role.AVAILABLE) == 0
        or value_of(frame, answer, Role.SLICES) == 0
    )


def offered(frame: Frame, line: FrameLine, answer: Answer) -> Offered:
    """What an answer offers on a line. Raises a rules.LineRefused naming the cell."""
    if not is_answered(frame, answer) or not line.quantity:
        return NOT_OFFERED
    available = _number(value_of(frame, answer, Role.AVAILABLE))
    slices = _number(value_of(frame, answer, Role.SLICES))
    return offered_quantity(
        line.label,
        line.quantity,
        line.slice_size,
        available,
        None if slices is None else int(slices),
        _where(frame, line, Role.AVAILABLE if slices is None else Role.SLICES),
    )


def problems_of(frame: Frame, answers: Mapping[int, Answer]) -> list[Problem]:
    """All that keeps an answer from being sent, in the order of the grid.

    `answers` by position of the line, from 0. A line left out is no problem here: see
    `unanswered_mandatory`.
    """
    found: list[Problem] = []
    for position, line in enumerate(frame.lines):
        found.extend(_line_problems(frame, line, answers.get(position, {})))
    if not any(is_answered(frame, answer) for answer in answers.values()):
        found.append(Problem("frames.nothing_answered"))
    return found


def _line_problems(frame: Frame, line: FrameLine, answer: Answer) -> list[Problem]:
    if not is_answered(frame, answer):
        return []
    found = [
        _missing(line, column)
        for column in frame.supplier_columns
        if column.required and answer.get(column.key) in (None, "")
    ]
    price = value_of(frame, answer, Role.UNIT_PRICE)
    where = _where(frame, line, Role.UNIT_PRICE)
    try:
        offered(frame, line, answer)
    except Refusal as refusal:
        found.append(Problem(refusal.code, refusal.where, refusal.facts))
    try:
        amount = price if isinstance(price, Money) else None
        check_price(line.label, amount, line.maximum_price, where)
    except Refusal as refusal:
        found.append(Problem(refusal.code, refusal.where, refusal.facts))
    return found


def _missing(line: FrameLine, column: Column) -> Problem:
    facts = {"cell": cell_name(column, line.label), "line": line.label, "column": column.name}
    return Problem("frames.cell_missing", f"{line.label}.{column.key}", facts)


def unanswered_mandatory(frame: Frame, answers: Mapping[int, Answer]) -> list[Problem]:
    """The mandatory lines left without answer: the offer would be irregular (EX-02)."""
    return [
        Problem("frames.mandatory_unanswered", line.label, {"line": line.label})
        for position, line in enumerate(frame.lines)
        if line.mandatory and not is_answered(frame, answers.get(position, {}))
    ]


def value_of(frame: Frame, answer: Answer, role: Role) -> Value:
    """The value of the supplier's column with that role; None without such a column."""
    column = frame.supplier_column(role)
    return None if column is None else answer.get(column.key)


def _number(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _where(frame: Frame, line: FrameLine, role: Role) -> str:
    column = frame.supplier_column(role)
    return f"{line.label}.{column.key}" if column else line.label
