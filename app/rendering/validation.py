"""Pydantic's errors in French, as the same problems the engine's own rules give."""

from collections.abc import Sequence
from typing import Any

from sad.kernel.errors import Incomplete, Problem

CODES = {
    "missing": "field.missing",
    "string_too_short": "field.missing",
    "too_short": "field.missing",  # a list where one box at least is to be ticked
    "string_too_long": "field.too_long",
    "string_type": "field.text",
    "int_parsing": "field.integer",
    "int_type": "field.integer",
    "int_from_float": "field.integer",
    "decimal_parsing": "field.decimal",
    "decimal_type": "field.decimal",
    "decimal_max_places": "field.decimal",
    "bool_parsing": "field.yes_no",
    "bool_type": "field.yes_no",
    "uuid_parsing": "field.identifier",
    "uuid_type": "field.identifier",
    "enum": "field.choice",
    "literal_error": "field.choice",
    "extra_forbidden": "field.unknown",
    "json_invalid": "field.json",
    "greater_than": "field.greater_than",
    "greater_than_equal": "field.at_least",
    "less_than": "field.less_than",
    "less_than_equal": "field.at_most",
}
BOUNDS = ("gt", "ge", "lt", "le", "max_length", "expected")


class Unreadable(Incomplete):
    """Fields that cannot be read."""

    code = "invalid_fields"
    status = 422


def problems_of_validation(errors: Sequence[Any]) -> list[Problem]:
    """One problem an error; `where` is the field's path without `body`."""
    found = []
    for error in errors:
        kind = error["type"]
        if kind.startswith(("date", "time")):
            code = "field.date"
        else:
            code = CODES.get(kind, "field.unreadable")
        where = ".".join(str(part) for part in error["loc"] if part not in {"body", "query"})
        context = error.get("ctx") or {}
        facts = {name: context[name] for name in BOUNDS if name in context}
        found.append(Problem(code, where or None, {"field": where, **facts}))
    return found
