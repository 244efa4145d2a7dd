"""Checks of the columns, the questions and the example lines of a family."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from catalog_categories.findings import Findings, repeated
from catalog_categories.positions import Path
from catalog_categories.schema import Column, Example, Question

DEFAULT_SUPPLIER_COLUMNS = 6
NUMBERS = {"integer", "decimal", "money", "percent"}


def unique_columns(
    buyer_columns: Sequence[Column],
    supplier_columns: Sequence[Column],
    extra_supplier_columns: Sequence[Column],
    questions: Sequence[Question],
) -> Findings:
    """Columns and questions share one set of codes: evidence points to either."""
    taken: set[str] = set()
    for name, columns in (
        ("buyer_columns", buyer_columns),
        ("supplier_columns", supplier_columns),
        ("extra_supplier_columns", extra_supplier_columns),
        ("questions", questions),
    ):
        yield from repeated(columns, name, taken)
        taken |= {column.code for column in columns}


def column_shapes(
    buyer_columns: Sequence[Column],
    supplier_columns: Sequence[Column],
    extra_supplier_columns: Sequence[Column],
    questions: Sequence[Question],
) -> Findings:
    """Choices, bounds and lengths go with the types that have them."""
    for name, columns in (
        ("buyer_columns", buyer_columns),
        ("supplier_columns", supplier_columns),
        ("extra_supplier_columns", extra_supplier_columns),
        ("questions", questions),
    ):
        for rank, column in enumerate(columns):
            for key, text in _column_faults(column):
                yield (name, rank, *key), text


def _column_faults(column: Column) -> Findings:
    if column.type == "choice" and len(column.choices) < 2:
        yield ("choices",), "une colonne à choix propose au moins deux valeurs."
    if column.type != "choice" and column.choices:
        yield ("choices",), f"une colonne « {column.type} » n'a pas de choix : retirez-les."
    yield from repeated(column.choices, "choices")
    for key in ("minimum", "maximum"):
        if getattr(column, key) is not None and column.type not in NUMBERS:
            yield (key,), f"une colonne « {column.type} » n'a pas de borne : retirez-la."
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and low > high:
        yield ("minimum",), f"la borne basse {low} dépasse la borne haute {high}."
    if column.max_length is not None and column.type != "text":
        yield ("max_length",), "seule une colonne « text » a une longueur maximale."
    if column.code == "condition":
        yield from _grades(column)


def _grades(column: Column) -> Findings:
    codes = [choice.code for choice in column.choices]
    missing = [grade for grade in "ABC" if grade not in codes]
    if missing:
        yield ("choices",), f"il manque l'état {', '.join(missing)} : A, B et C sont attendus."
    for rank, choice in enumerate(column.choices):
        if choice.definition is None:
            yield ("choices", rank), f"l'état {choice.code} n'a pas de définition écrite."


def buyer_frame(buyer_columns: Sequence[Column]) -> Findings:
    """A line needs a designation and a quantity."""
    yield from _expected(buyer_columns, "buyer_columns", "designation", {"text"})
    yield from _expected(buyer_columns, "buyer_columns", "quantity", {"integer", "decimal"})


def supplier_frame(supplier_columns: Sequence[Column]) -> Findings:
    """Six columns at most by default (P17), of which the price."""
    yield from _expected(supplier_columns, "supplier_columns", "unit_price", {"money"})
    if len(supplier_columns) > DEFAULT_SUPPLIER_COLUMNS:
        yield (
            ("supplier_columns", DEFAULT_SUPPLIER_COLUMNS),
            (
                "six colonnes au plus par défaut : chaque colonne en plus fait perdre des réponses."
                " Rangez celle-ci dans « extra_supplier_columns »."
            ),
        )


def _expected(columns: Sequence[Column], name: str, code: str, types: set[str]) -> Findings:
    for rank, column in enumerate(columns):
        if column.code == code:
            if column.type not in types:
                kinds = " ou ".join(sorted(types))
                yield (name, rank, "type"), f"la colonne « {code} » est de type {kinds}."
            if not column.required:
                yield (name, rank, "required"), f"la colonne « {code} » est obligatoire."
            return
    yield (name,), f"il manque la colonne « {code} »."


def example_lines(examples: Sequence[Example], buyer_columns: Sequence[Column]) -> Findings:
    """An example line fills the buyer's columns as a buyer would."""
    columns = {column.code: column for column in buyer_columns}
    for rank, example in enumerate(examples):
        path: Path = ("examples", rank, "values")
        for code in example.values:
            if code not in columns:
                yield (*path, code), "cette colonne n'existe pas dans « buyer_columns »."
        for code, column in columns.items():
            value = example.values.get(code)
            if value is None:
                if column.required:
                    yield path, f"il manque la valeur de « {code} », obligatoire."
                continue
            reason = _value_fault(column, value)
            if reason:
                yield (*path, code), reason


def _value_fault(column: Column, value: Any) -> str | None:
    if column.type in NUMBERS:
        return _number_fault(column, value)
    if column.type == "yes_no":
        return None if isinstance(value, bool) else "true ou false est attendu."
    if column.type == "date":
        return None if isinstance(value, date) else "une date est attendue, comme 2027-03-15."
    if not isinstance(value, str) or not value.strip():
        return "un texte entre guillemets est attendu."
    if column.type == "choice" and value not in {choice.code for choice in column.choices}:
        codes = ", ".join(choice.code for choice in column.choices)
        return f"« {value} » n'est pas un choix de la colonne : {codes}."
    if column.max_length is not None and len(value) > column.max_length:
        return f"{column.max_length} signes au plus."
    return None


def _number_fault(column: Column, value: Any) -> str | None:
    accepted = (int,) if column.type == "integer" else (int, Decimal)
    if isinstance(value, bool) or not isinstance(value, accepted):
        kind = "nombre entier" if column.type == "integer" else "nombre"
        return f"un {kind} sans guillemets est attendu."
    if column.minimum is not None and value < column.minimum:
        return f"{column.minimum} au moins."
    if column.maximum is not None and value > column.maximum:
        return f"{column.maximum} au plus."
    return None
