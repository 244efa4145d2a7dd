"""From what was typed to the engine's inputs, and back to the page when something is wrong."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from app.rendering.validation import Unreadable, problems_of_validation
from sad.kernel.errors import Forbidden, NotFound, Refusal

M = TypeVar("M", bound=BaseModel)

TOKENS = {"csrf_token", "act_key"}


def text(form: FormData, name: str) -> str:
    """The field's text without its outer spaces; empty when absent."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def whole(form: FormData, name: str, default: int = 0) -> int:
    """The field as a small whole number; `default` where it is empty or is none."""
    typed = text(form, name)
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else default


def texts(form: FormData, name: str) -> list[str]:
    """Every value of a field that comes several times (check boxes)."""
    return [value for value in form.getlist(name) if isinstance(value, str) and value]


def typed(form: FormData) -> dict[str, Any]:
    """What was typed, as the page shows it again; a field that comes several times is a list."""
    values: dict[str, Any] = {}
    for name in form:
        if name not in TOKENS:
            found = form.getlist(name)
            values[name] = found[0] if len(found) == 1 else found
    return values


def parse(model: type[M], form: FormData, **overrides: Any) -> M:
    """The form as an input; empty fields are left to the model's defaults.

    Raises Unreadable with one problem a field.
    """
    values = {name: value for name, value in typed(form).items() if value not in ("", [])}
    known = set(model.model_fields)
    try:
        return model.model_validate({k: v for k, v in (values | overrides).items() if k in known})
    except ValidationError as error:
        raise Unreadable(problems_of_validation(error.errors())) from error


def answerable(refusal: Refusal) -> bool:
    """Whether the page may be shown again with the refusal; otherwise it must be raised further."""
    return not isinstance(refusal, Forbidden | NotFound) and refusal.status in {409, 422}
