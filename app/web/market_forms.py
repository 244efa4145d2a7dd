"""From what is typed on a market's pages to the engine's inputs, and back."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from app.rendering.criteria import reads
from app.rendering.french import number
from app.rendering.validation import problems_of_validation
from app.web.forms import text, whole
from sad.frames.queries import ColumnView, LineView
from sad.frames.schemas import ColumnInput, LineInput
from sad.kernel.calendar import FIRST_YEAR, LAST_YEAR, at_paris, is_repeated, is_summer_time, paris
from sad.kernel.errors import Incomplete, Invalid, Problem
from sad.kernel.french import parse_decimal, parse_money, parse_percent, parse_quantity
from sad.kernel.money import Money
from sad.markets.queries import MarketView
from sad.markets.schemas import (
    AwardInput,
    ConditionsInput,
    CreditsInput,
    CriteriaInput,
    DeadlineInput,
    DeliveryInput,
    NeedInput,
)
from sad.markets.states import Section

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
MOST_ROWS = 30


class DateUnreadable(Invalid):
    """A day or an hour typed in a form that is not one."""

    code = "field.date"


class Reader:
    """Reads fields one by one and keeps what is wrong with each, so that all is said at once."""

    def __init__(self, form: FormData) -> None:
        self.form = form
        self.problems: list[Problem] = []

    def read(self, name: str, convert: Callable[..., T]) -> T | None:
        """The field converted; None when it is empty or unreadable."""
        typed = text(self.form, name)
        if not typed:
            return None
        try:
            return convert(typed, where=name)
        except Invalid as refusal:
            self.problems.append(Problem(refusal.code, name, refusal.facts))
            return None

    def build(self, model: type[M], values: Mapping[str, Any]) -> M:
        """The input; Incomplete with every problem of every field."""
        try:
            built = model.model_validate({k: v for k, v in values.items() if v is not None})
        except ValidationError as error:
            known = {problem.where for problem in self.problems}
            found = problems_of_validation(error.errors())
            self.problems += [problem for problem in found if problem.where not in known]
        if self.problems:
            raise Unread(self.problems)
        return built


class Unread(Incomplete):
    """Fields that cannot be read."""

    code = "invalid_fields"
    status = 422


def a_day(typed: str, where: str | None = None) -> date:
    """A day as the browser's date field sends it, of a year the legal calendar can count."""
    try:
        found = date.fromisoformat(typed)
    except ValueError as error:
        raise DateUnreadable(where=where) from error
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise DateUnreadable(where=where)
    return found


def an_hour(typed: str, where: str | None = None) -> time:
    """An hour as the browser's time field sends it."""
    try:
        return time.fromisoformat(typed)
    except ValueError as error:
        raise DateUnreadable(where=where) from error


def _moment(typed: str, where: str | None = None) -> datetime:
    """An instant as a page of ours has written it, with its zone."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise DateUnreadable(where=where) from error
    if found.tzinfo is None:
        raise DateUnreadable(where=where)
    return found


def plain_decimal(typed: str, where: str | None = None) -> Decimal:
    """A number with three decimals at most."""
    return parse_decimal(typed, 3, where=where)


def instant_of(form: FormData, name: str) -> datetime | None:
    """A Paris day and hour (`name`, `name_time`, `name_season` in the repeated hour), in UTC."""
    reader = Reader(form)
    day, hour = reader.read(name, a_day), reader.read(f"{name}_time", an_hour)
    if reader.problems:
        raise Unread(reader.problems)
    if day is None:
        return None
    season = text(form, f"{name}_season")
    fold = None if season not in {"0", "1"} else int(season)
    return at_paris(day, hour or time(12), fold, where=f"{name}_time")


def instant_fields(name: str, moment: datetime | None) -> dict[str, str]:
    """The reverse: what the page shows in the fields."""
    if moment is None:
        return {name: "", f"{name}_time": "12:00", f"{name}_season": ""}
    local = paris(moment)
    season = ("0" if is_summer_time(moment) else "1") if is_repeated(moment) else ""
    return {
        name: local.date().isoformat(),
        f"{name}_time": f"{local:%H:%M}",
        f"{name}_season": season,
    }


def need(form: FormData) -> NeedInput:
    """The need, and the buyer's word on what is bought elsewhere."""
    values = _texts(form, "title", "description")
    values["need_confirmed"] = bool(text(form, "need_confirmed"))
    values["service_code"] = text(form, "service_code") or None
    return Reader(form).build(NeedInput, values)


def conditions(form: FormData) -> ConditionsInput:
    """Conditions of performance."""
    names = ("condition_of_performance", "social_condition")
    return Reader(form).build(ConditionsInput, _texts(form, *names))


def delivery(form: FormData) -> DeliveryInput:
    """Where, when and how."""
    reader = Reader(form)
    values: dict[str, Any] = _texts(
        form,
        *("delivery_place", "storage", "access", "visit", "visit_checklist", "warranty"),
        "buyer_supplies",
    )
    values |= {name: reader.read(name, a_day) for name in ("delivery_from", "delivery_until")}
    chosen = ("visit_who", "visit_first", "visit_criterion")
    for name in ("validity_days", "advance_percent", *chosen):
        values[name] = text(form, name) or None
    return reader.build(DeliveryInput, values)


def award(form: FormData) -> AwardInput:
    """How it is given; variants and partial answers."""
    variants = text(form, "variants_allowed")
    return Reader(form).build(
        AwardInput,
        {
            "award_mode": text(form, "award_mode") or None,
            "variants_allowed": variants == "oui" if variants else None,
            "partial_allowed": text(form, "partial_allowed") == "oui",
        },
    )


def deadline(form: FormData) -> DeadlineInput:
    """The deadline, in Paris time."""
    values = _texts(form, "short_deadline_agreement")
    if text(form, "proposed"):  # « Prendre la date proposée »
        reader = Reader(form)
        return reader.build(
            DeadlineInput, values | {"deadline_at": reader.read("proposed", _moment)}
        )
    return Reader(form).build(
        DeadlineInput, values | {"deadline_at": instant_of(form, "deadline_at")}
    )


def criteria(form: FormData) -> CriteriaInput:
    """The rows of criteria that have a label and are not ticked to be removed."""
    reader = Reader(form)
    rows: list[dict[str, Any]] = []
    for index in _indexes(form, "criteria"):
        where = f"criteria.{index}"
        label = text(form, f"{where}.label")
        if not label or text(form, f"{where}.remove"):
            continue
        method = text(form, f"{where}.method") or "judged"
        family = text(form, f"{where}.family")
        row: dict[str, Any] = {
            "code": text(form, f"{where}.code") or _free_code(family, rows),
            "family": family,
            "label": label,
            "weight": reader.read(f"{where}.weight", parse_percent),
            "method": method,
            "direction": text(form, f"{where}.direction") or "lower",
            "guidance": text(form, f"{where}.guidance"),
            "anchors": [a for a in text(form, f"{where}.anchors").splitlines() if a.strip()],
            "fallback": "proportional" if method == "min_max" else None,
        }
        for name in ("n", "maximum", "minimum"):
            row[name] = reader.read(f"{where}.{name}", plain_decimal)
        if method != "judged" and text(form, f"{where}.column"):
            row["evidence"] = [text(form, f"{where}.column")]
        rows.append({k: v for k, v in row.items() if v is not None})
    order = [text(form, f"tie_break.{place}") for place in range(MOST_ROWS)]
    return reader.build(
        CriteriaInput, {"criteria": rows, "tie_break": [code for code in order if code]}
    )


def credits_of(form: FormData) -> CreditsInput:
    """The lots, with amounts as typed."""
    reader = Reader(form)
    lots: list[dict[str, Any]] = []
    for index in _indexes(form, "lots"):
        where = f"lots.{index}"
        if text(form, f"{where}.remove"):
            continue
        lots.append(
            {
                "number": whole(form, f"{where}.number", len(lots) + 1),
                "title": text(form, f"{where}.title"),
                "estimate": reader.read(f"{where}.estimate", parse_money),
                "credits": reader.read(f"{where}.credits", parse_money),
                "credits_ht": reader.read(f"{where}.credits_ht", parse_money),
                "envelope_id": text(form, f"{where}.envelope_id") or None,
            }
        )
    return reader.build(CreditsInput, {"lots": lots})


def line(form: FormData) -> LineInput:
    """One line of the grid."""
    reader = Reader(form)
    values: dict[str, Any] = {
        **_texts(form, "designation", "number", "code", "unit"),
        "quantity": reader.read("quantity", parse_quantity),
        "slice_size": reader.read("slice_size", parse_quantity),
        "maximum_price": reader.read("maximum_price", parse_money),
        "lot_number": text(form, "lot_number") or None,
        "mandatory": bool(text(form, "mandatory")),
    }
    prefix = "values."
    values["values"] = {
        name.removeprefix(prefix): text(form, name)
        for name in form
        if name.startswith(prefix) and text(form, name)
    }
    return reader.build(LineInput, values)


def line_fields(view: LineView) -> dict[str, str]:
    """A line as its form shows it."""
    fields = {
        "designation": view.designation,
        "quantity": number(view.quantity),
        "number": view.number,
        "code": view.code,
        "unit": view.unit,
        "lot_number": str(view.lot_number),
        "mandatory": "oui" if view.mandatory else "",
        "slice_size": number(view.slice_size) if view.slice_size else "",
        "maximum_price": money_field(view.maximum_price),
    }
    return fields | {f"values.{key}": value for key, value in view.values.items()}


def column(form: FormData) -> tuple[ColumnInput, list[int]]:
    """One column of the grid; the places its choices had before, when they came one by one."""
    reader = Reader(form)
    choices = [row.strip() for row in text(form, "choices").splitlines() if row.strip()]
    ranks = [rank for rank in _indexes(form, "choice") if text(form, f"choice.{rank}")]
    built = reader.build(
        ColumnInput,
        {
            **_texts(form, "label", "hint"),
            "side": text(form, "side") or None,
            "type": text(form, "type") or None,
            "required": bool(text(form, "required")),
            "minimum": reader.read("minimum", plain_decimal),
            "maximum": reader.read("maximum", plain_decimal),
            "choices": [text(form, f"choice.{rank}") for rank in ranks] or choices,
            "meanings": [text(form, f"meaning.{rank}") for rank in ranks],
        },
    )
    return built, ranks


def column_fields(view: ColumnView) -> dict[str, str]:
    """A column as its form shows it."""
    said = view.column
    one_by_one = {f"choice.{rank}": choice for rank, choice in enumerate(said.choices)}
    one_by_one |= {f"meaning.{rank}": each.text for rank, each in enumerate(said.meanings)}
    return one_by_one | {
        "label": said.name,
        "hint": view.hint,
        "side": said.side.value,
        "type": said.type.value,
        "required": "oui" if said.required else "",
        "minimum": "" if said.minimum is None else number(said.minimum),
        "maximum": "" if said.maximum is None else number(said.maximum),
        "choices": "\n".join(said.choices),
    }


def money_field(amount: Money | None) -> str:
    """An amount as people type it: `1234,50`."""
    return "" if amount is None else f"{amount.euros:f}".replace(".", ",")


def section_fields(view: MarketView, section: Section) -> dict[str, Any]:
    """What a section's page shows in its fields."""
    values: dict[str, Any] = {k: "" if v is None else v for k, v in view.row.items()}
    values["need_confirmed"] = "oui" if view.row["need_confirmed"] else ""
    variants = view.row["variants_allowed"]
    values["variants_allowed"] = "" if variants is None else "oui" if variants else "non"
    values["partial_allowed"] = "oui" if view.row["partial_allowed"] else "non"
    if section is Section.DEADLINE:
        values |= instant_fields("deadline_at", view.row["deadline_at"])
    if section is Section.CRITERIA:
        for index, row in enumerate(view.criteria):
            values |= _criterion_fields(index, dict(row))
            read = reads(dict(row), view.frame)
            values[f"criteria.{index}.column"] = read.key if read else ""
        for place, code in enumerate(view.row["tie_break"]):
            values[f"tie_break.{place}"] = code
    if section is Section.CREDITS:
        for index, lot in enumerate(view.lots):
            where = f"lots.{index}"
            values |= {
                f"{where}.number": lot.number,
                f"{where}.title": lot.title,
                f"{where}.estimate": money_field(lot.estimate),
                f"{where}.credits": money_field(lot.credits),
                f"{where}.credits_ht": money_field(lot.credits_ht),
                f"{where}.envelope_id": lot.envelope_id or "",
            }
    return values


def rows_of(values: Mapping[str, Any], prefix: str, *, spare: int) -> list[int]:
    """The indexes of the rows to show: those filled, and `spare` empty ones after them."""
    found = {
        int(name.split(".")[1])
        for name in values
        if name.startswith(f"{prefix}.") and name.split(".")[1].isdigit()
    }
    last = max(found, default=-1)
    return sorted(found) + [last + 1 + extra for extra in range(spare)]


def _criterion_fields(index: int, row: Mapping[str, Any]) -> dict[str, Any]:
    where = f"criteria.{index}"
    fields = {f"{where}.{name}": row[name] or "" for name in ("code", "family", "label", "method")}
    fields[f"{where}.direction"] = row["direction"]
    fields[f"{where}.guidance"] = row["guidance"]
    fields[f"{where}.anchors"] = "\n".join(row["anchors"])
    fields[f"{where}.weight"] = number(row["weight"])
    for name in ("n", "maximum", "minimum"):
        fields[f"{where}.{name}"] = "" if row[name] is None else number(row[name])
    return fields


def _texts(form: FormData, *names: str) -> dict[str, Any]:
    return {name: text(form, name) for name in names}


def _indexes(form: FormData, prefix: str) -> list[int]:
    return rows_of(dict.fromkeys(form), prefix, spare=0)[:MOST_ROWS]


def _free_code(family: str, rows: list[dict[str, Any]]) -> str:
    """The family, numbered when another criterion of it comes before."""
    taken = {row["code"] for row in rows}
    code, count = family or "critere", 1
    while code in taken:
        count += 1
        code = f"{family}_{count}"
    return code
