"""Refusals: what the engine answers when a rule says no.

A refusal is a class with a stable `code` and its facts. The French sentence lives in
`templates/messages.fr.toml` under that code; clients rely on the code alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


class Refusal(Exception):
    """A rule refused. Nothing was written. `status` is the HTTP status that renders it.

    `journalled`: somebody tried what it may not do; the outer layer leaves a trace of it.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    journalled: ClassVar[bool] = False

    def __init__(self, where: str | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.where = where
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class Invalid(Refusal):
    """An input that cannot be read; `where` names the field."""

    code = "invalid"
    status = 422


class NotFound(Refusal):
    """The thing does not exist for this actor; never says whether it exists for another."""

    code = "not_found"
    status = 404


class Forbidden(Refusal):
    """The actor may not do this; journalled by the outer layer."""

    code = "forbidden"
    status = 403
    journalled = True


class Conflict(Refusal):
    """Somebody else changed the same thing since it was read; facts hold both values."""

    code = "conflict"


@dataclass(frozen=True)
class Problem:
    """One missing or wrong thing: a code with its facts, and the field or section it is about."""

    code: str
    where: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class Incomplete(Refusal):
    """Several things are missing or wrong at once; `problems` lists them all, in page order."""

    code = "incomplete"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(where=problems[0].where if problems else None)
        self.problems = list(problems)
