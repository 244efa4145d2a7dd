"""The language of a template, cut down to naming fields: a sandbox, and a tree that is read first.

Kept: `{{ field.part }}`, `for … in field`, `if field == "x"`, `and`, `or`, `not`, `loop.index`.
Nothing is computed, called, imported, defined or filtered: time and size are those of the facts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jinja2 import ChainableUndefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

DEEPEST = 3  # lists inside lists
LONGEST = 20_000  # nodes of a part
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.CondExpr),
    *(nodes.Name, nodes.Getattr, nodes.Const, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Compare, nodes.Operand),
)
OF_LOOP = {"index", "first", "last", "length"}


class Unknown(Exception):
    """Something a template may not say. `found`: what, `line`: in which paragraph."""

    def __init__(self, found: str, line: int) -> None:
        super().__init__(found)
        self.found, self.line = found, line


class Filling(ImmutableSandboxedEnvironment):
    """Reads and fills templates; a field is a key of the facts, never an attribute of an object."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=ChainableUndefined, finalize=_written)
        self.filters.clear()
        self.tests.clear()
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        check(tree)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The field of a group of facts, or where a list stands."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in OF_LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Nothing is taken by a place: see ALLOWED."""
        return self.undefined(obj=obj, name=str(argument))


def check(tree: nodes.Template) -> None:
    """Raises Unknown at the first thing that is not in ALLOWED, or at lists nested too deep."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        loop = isinstance(node, nodes.For)
        if not isinstance(node, ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
            raise Unknown(type(node).__name__, node.lineno)
        if isinstance(node, nodes.For) and not isinstance(node.target, nodes.Name):
            raise Unknown("For", node.lineno)
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise Unknown(node.attr, node.lineno)
        if depth + loop > DEEPEST or count > LONGEST:
            raise Unknown("For", node.lineno)
        waiting += [(child, depth + loop) for child in node.iter_child_nodes()]


@dataclass
class Fields:
    """The fields a paper gives: texts as true, groups as objects, lists as `[what one is]`.

    `used`: the top fields named so far.
    """

    given: dict[str, Any]
    used: set[str] = field(default_factory=set)

    def unknown_in(self, tree: nodes.Template) -> Iterator[Unknown]:
        """Every field named that does not exist, is not a text where one is written, or a list."""
        yield from self._body(tree.body, self.given)

    def _body(self, body: list[nodes.Node], scope: dict[str, Any]) -> Iterator[Unknown]:
        for node in body:
            if isinstance(node, nodes.Output):
                for one in node.nodes:
                    yield from self._said(one, scope, written=True)
            elif isinstance(node, nodes.If):
                yield from self._said(node.test, scope)
                for branch in (node.body, node.elif_, node.else_):
                    yield from self._body(list(branch), scope)
            elif isinstance(node, nodes.For):
                yield from self._loop(node, scope)

    def _loop(self, node: nodes.For, scope: dict[str, Any]) -> Iterator[Unknown]:
        found = self._found(node.iter, scope)
        if not isinstance(found, list) or not isinstance(node.target, nodes.Name):
            yield Unknown(_path(node.iter), node.lineno)
            return
        inside = scope | {node.target.name: found[0], "loop": dict.fromkeys(OF_LOOP, True)}
        if node.test is not None:
            yield from self._said(node.test, inside)
        yield from self._body(list(node.body), inside)
        yield from self._body(list(node.else_), scope)

    def _said(
        self, node: nodes.Node, scope: dict[str, Any], *, written: bool = False
    ) -> Iterator[Unknown]:
        if isinstance(node, nodes.Name | nodes.Getattr):
            found = self._found(node, scope)
            if found is None or (written and found is not True):
                yield Unknown(_path(node), node.lineno)
        elif isinstance(node, nodes.CondExpr):
            yield from self._said(node.test, scope)
            for one in (node.expr1, node.expr2):
                if one is not None:
                    yield from self._said(one, scope, written=written)
        else:
            for child in node.iter_child_nodes():
                yield from self._said(child, scope)

    def _found(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        """What a path leads to; None when nowhere."""
        if isinstance(node, nodes.Name):
            if node.name in self.given:
                self.used.add(node.name)
            return scope.get(node.name)
        if isinstance(node, nodes.Getattr):
            group = self._found(node.node, scope)
            return group.get(node.attr) if isinstance(group, dict) else None
        return None


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_path(node.node)}.{node.attr}"
    return "…"


def _written(value: Any) -> Any:
    """A value as it is written: nothing where there is none."""
    return "" if value is None else value
