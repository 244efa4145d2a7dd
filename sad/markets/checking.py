"""What a check is: an id people can quote, what founds it, and a pure function on values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sad.kernel.errors import Problem
from sad.markets.facts import Finding, LaunchFacts

Find = Callable[[LaunchFacts], Iterable[Problem]]


@dataclass(frozen=True)
class Check:
    """One check before a launch. Blocking only where the text of the law is certain (C)."""

    id: str
    article: str  # empty where only the market itself would be incomplete
    blocking: bool
    find: Find

    def __call__(self, facts: LaunchFacts) -> list[Finding]:
        """What it finds, each point with what it rests on."""
        return [Finding(p, self.blocking, self.article, self.id) for p in self.find(facts)]


def blocks(id: str, article: str = "") -> Callable[[Find], Check]:
    """Makes a function a check that keeps from launching."""
    return lambda find: Check(id, article, True, find)


def warns(id: str, article: str = "") -> Callable[[Find], Check]:
    """Makes a function a check to look at, which a written reason may answer."""
    return lambda find: Check(id, article, False, find)
