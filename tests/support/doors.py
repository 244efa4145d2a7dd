"""Every route of the application, with an address that leads to something that exists.

New routes are seen by themselves: the tests that use this list need no change.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI

SAFE = {"GET", "HEAD", "OPTIONS"}
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
# Where a parameter is not an id: a word that the route knows.
WORDS = {
    "section": "objet",
    "slug": "admettre",
    "answer": "completer",
    "act": "facture",
    "chain": "market:",
    "token": "A" * 43,
    "position": "1",
    "rank": "1",
    "year": "2026",
    "name": "x",
    "screen": "categories",
    "paper_kind": "invitation",
    "paper_format": "pdf",
}


@dataclass(frozen=True)
class Door:
    """A method on a path: `path` as declared, `template` the same without converters."""

    method: str
    path: str
    api: bool

    @property
    def name(self) -> str:
        """What a failing test says."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """It may change something."""
        return self.method not in SAFE

    def address(self, ids: Mapping[str, UUID | str]) -> str:
        """The path with the ids given, the words known, and ids of nothing elsewhere."""

        words = WORDS | ({"section": "need"} if "/preparation/" in self.path else {})

        def value(found: re.Match[str]) -> str:
            name = found.group(1)
            return str(ids.get(name) or words.get(name) or uuid4())

        return PARAMETER.sub(value, self.path)


def doors(app: FastAPI) -> list[Door]:
    """Every method and path, routers included, without static files."""
    found = []
    for route in app.routes:
        contexts = getattr(route, "effective_route_contexts", None)
        for one in contexts() if contexts else [route]:
            path = getattr(one, "path", None)
            for method in sorted(getattr(one, "methods", None) or ()):
                if path is not None and method != "HEAD":
                    found.append(Door(method, path, path.startswith("/api/")))
    return sorted(found, key=lambda door: (door.path, door.method))


@dataclass(frozen=True)
class Fit:
    """What the API's own description accepts: a body, and the parameters it requires."""

    body: Any
    query: dict[str, str]
    headers: dict[str, str]


def fits(app: FastAPI) -> dict[tuple[str, str], Fit]:
    """An acceptable request for each route of the API."""
    described = app.openapi()
    found = {}
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            content = route.get("requestBody", {}).get("content", {}).get("application/json")
            body = example(content["schema"], described) if content else None
            given: dict[str, dict[str, str]] = {"query": {}, "header": {}, "path": {}}
            for one in route.get("parameters", []):
                if one.get("required"):
                    value = example(one["schema"], described, one["name"])
                    given[one["in"]][one["name"]] = str(value)
            found[method.upper(), path] = Fit(body, given["query"], given["header"])
    return found


def example(schema: Mapping[str, Any], described: Mapping[str, Any], name: str = "") -> Any:
    """The smallest value that fits a schema."""
    if "$ref" in schema:
        named = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return example(named, described, name)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], described, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties, required = schema.get("properties", {}), schema.get("required", [])
        return {each: example(properties[each], described, each) for each in required}
    if kind == "array":
        return [example(schema["items"], described) for _ in range(schema.get("minItems", 0))]
    return _plain(kind, schema, name)


def _plain(kind: str, schema: Mapping[str, Any], name: str) -> Any:
    if kind == "string":
        known = {"uuid": str(uuid4()), "date": "2026-10-01", "date-time": "2026-10-01T12:00:00Z"}
        mail = "a@brume.example" if "mail" in name else None
        text = (
            "1" if "\\d" in schema.get("pattern", "") else "x" * max(1, schema.get("minLength", 1))
        )
        return known.get(schema.get("format", ""), mail or text)
    if kind in {"integer", "number"}:
        return int(max(1, schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)))
    return True if kind == "boolean" else None
