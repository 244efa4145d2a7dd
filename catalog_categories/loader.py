"""Reads the family files of a folder and says, all at once, everything that is wrong in them."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from inspect import signature
from pathlib import Path as FilePath
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from catalog_categories.checks import CHECKS
from catalog_categories.positions import Path, line_of, positions
from catalog_categories.schema import Entry
from catalog_categories.sentences import sentence

FAMILIES = FilePath(__file__).parent / "families"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a family file; `line` counts from 1, `field` is empty for a whole file."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field or 'fichier'}: {self.sentence}"


class CatalogueError(Exception):
    """The catalogue cannot be used; `faults` lists every fault of every file, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def load(folder: FilePath | str | None = None) -> tuple[Entry, ...]:
    """The families of `folder` (those shipped with the project by default), sorted by code.

    Raises `CatalogueError` with all the faults of all the files: a catalogue is whole or refused.
    """
    root = FAMILIES if folder is None else FilePath(folder)
    files = sorted(root.glob("*.toml")) if root.is_dir() else []
    if not files:
        raise CatalogueError([Fault(str(root), 1, "", "aucun fichier « .toml » dans ce dossier.")])
    entries: list[Entry] = []
    faults: list[Fault] = []
    for file in files:
        found = _read(file)
        if isinstance(found, Entry):
            entries.append(found)
        else:
            faults += found
    if faults:
        raise CatalogueError(faults)
    return tuple(sorted(entries, key=lambda entry: entry.code))


def _read(file: FilePath) -> Entry | list[Fault]:
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [Fault(file.name, line, "", "le fichier n'est pas enregistré en UTF-8.")]
    except OSError as error:
        return [Fault(file.name, 1, "", f"le fichier ne peut pas être lu ({error.strerror}).")]
    except tomllib.TOMLDecodeError as error:
        return [_syntax_fault(file.name, text, str(error))]
    except (RecursionError, InvalidOperation, ValueError):
        return [Fault(file.name, 1, "", "le fichier contient une valeur démesurée.")]
    lines = positions(text)
    findings = sorted(_findings(file, data), key=lambda one: (line_of(lines, one[0]), one[1]))
    if not findings:
        return Entry.model_validate(data)
    return [
        Fault(file.name, line_of(lines, path), _field(data, path), said) for path, said in findings
    ]


def _findings(file: FilePath, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Faults of shape first, then those between well-formed parts, then those about the file."""
    broken: set[str] = set()
    try:
        Entry.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        broken = {str(detail["loc"][0]) for detail in details}
        for detail in details:
            if not _echoes(detail, details):
                yield _shape_finding(detail)
    parts = {name: _part(name, data) for name in Entry.model_fields if name not in broken}
    for check in CHECKS:
        needed = signature(check).parameters
        if all(name in parts for name in needed):
            yield from check(**{name: parts[name] for name in needed})
    code = parts.get("code")
    if code is not None and code != file.stem:
        yield (
            ("code",),
            f"le fichier s'appelle « {file.name} » : il doit s'appeler « {code}.toml ».",
        )


def _part(name: str, data: Mapping[str, Any]) -> Any:
    """One part of the entry alone, already known to be well formed."""
    field = Entry.model_fields[name]
    if name not in data:
        return field.get_default()
    shape: Any = Annotated[field.annotation, field]
    return TypeAdapter(shape).validate_python(data[name])


def _echoes(detail: ErrorDetails, details: Iterable[ErrorDetails]) -> bool:
    """A list is called too short when its items are wrong: the items already say it."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details
    )


def _shape_finding(detail: ErrorDetails) -> tuple[Path, str]:
    path: Path = tuple(detail["loc"])
    facts = dict(detail.get("ctx", {}))
    known: tuple[str, ...] = ()
    if detail["type"] == "extra_forbidden":
        facts["key"] = path[-1]
        known = tuple(_model_at(path[:-1]).model_fields)
    return path, sentence(detail["type"], facts, detail["input"], known)


def _model_at(path: Path) -> type[BaseModel]:
    """The model that describes the table standing at `path`."""
    model: type[BaseModel] = Entry
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = next(_models(model.model_fields[step].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in get_args(annotation):
        yield from _models(inside)


def _field(data: Mapping[str, Any], path: Path) -> str:
    """`criteria[prix].weight`: an item by its code when it has one, else by its rank from 1."""
    words = ""
    here: Any = data
    for step in path:
        here = _inside(here, step)
        if isinstance(step, int):
            code = here.get("code") if isinstance(here, dict) else None
            words += f"[{code if isinstance(code, str) else step + 1}]"
        else:
            words += f".{step}" if words else step
    return words


def _inside(here: Any, step: str | int) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _syntax_fault(file: str, text: str, message: str) -> Fault:
    """tomllib's own message, which is in English, reduced to its place and the likely cause."""
    place = re.search(r"at line (\d+), column (\d+)", message)
    line = int(place.group(1)) if place else text.count("\n") + 1
    where = f" (colonne {place.group(2)})" if place else " (fin du fichier)"
    if re.search(r"overwrite|redefine|twice|already|mutate", message, re.IGNORECASE):
        return Fault(file, line, "", f"une clé ou une table est écrite deux fois{where}.")
    return Fault(
        file,
        line,
        "",
        f"l'écriture TOML n'est pas lisible ici{where} : vérifiez guillemets, crochets et « = ».",
    )
