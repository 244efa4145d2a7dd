"""The parent's side of the guard: starts the child, waits as long as allowed, reads its answer."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.guard.envelope import pack
from app.guard.limits import ANSWER, DOCUMENT, FACTS, IMAGE, LIMITS, TEMPLATE
from app.guard.refusals import (
    OF_TEMPLATES,
    REFUSALS,
    Busy,
    FileRefused,
    FileTooLarge,
    TemplateTooLong,
    TemplateUnreadable,
    Unreadable,
)
from sad.frames.workbook import Cell, Sheet, Span, Validation, Workbook

_PLACES = threading.BoundedSemaphore(2)  # two children at once for one process
_WAIT = 10.0  # seconds for a place


@dataclass(frozen=True)
class SmallCopy:
    """A smaller copy of an image: the bound of its longest side, its pixels, a JPEG."""

    side: int
    width: int
    height: int
    content: bytes


def parse_grid(data: bytes, filename: str) -> Workbook:
    """The sheets of a spreadsheet a buyer or supplier sent: XLSX, ODS, CSV; 1.8 s at most.

    Raises one of `app.guard.refusals`.
    """
    _check_size("grid", data)
    return _workbook(_guarded("grid", data, filename))


def parse_inventory(data: bytes, filename: str) -> Workbook:
    """The sheets of an inventory: larger and slower (15 s) than a grid, so never in a request."""
    _check_size("inventory", data)
    return _workbook(_guarded("inventory", data, filename))


def smaller_copies(data: bytes) -> list[SmallCopy]:
    """Copies of a photograph without its metadata, upright, the largest first; seconds: a job.

    Raises one of `app.guard.refusals`; Busy may be tried again, the others say the same for ever.
    """
    _check_size(IMAGE, data)
    value = _guarded(IMAGE, data, "")
    try:
        return [
            SmallCopy(
                int(raw["side"]), int(raw["width"]), int(raw["height"]), b64decode(raw["data"])
            )
            for raw in value["copies"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(where="file") from error


@dataclass(frozen=True)
class Filled:
    """A template filled: the document, and the top fields that the template names."""

    content: bytes
    used: frozenset[str]


def fill_template(
    template: bytes, fields: dict[str, Any], facts: dict[str, Any], *, trial: bool = False
) -> Filled:
    """A word-processor template filled with facts; `fields` tells what it may name.

    `trial`: somebody waits while a template just sent is tried, with less time allowed.
    Raises one of `app.guard.refusals`.
    """
    kind = TEMPLATE if trial else DOCUMENT
    given = json.dumps({"fields": fields, "facts": facts}).encode()
    if len(given) > FACTS:
        raise TemplateTooLong(where="file")
    _check_size(kind, template)
    value = _guarded(kind, pack(given, template), "", OF_TEMPLATES)
    try:
        return Filled(b64decode(value["document"]), frozenset(value["used"]))
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateUnreadable(where="file") from error


def _check_size(kind: str, data: bytes) -> None:
    most = LIMITS[kind].upload
    if len(data) > most:
        raise FileTooLarge(where="file", most=most // (1024 * 1024))


def _guarded(
    kind: str,
    data: bytes,
    filename: str,
    refusals: Mapping[str, type[FileRefused]] = REFUSALS,
) -> dict[str, Any]:
    """The child's JSON for what it reads. Raises FileRefused."""
    limits = LIMITS[kind]
    if not _PLACES.acquire(timeout=_WAIT):
        raise Busy(where="file")
    try:
        answer = _run(kind, data, filename, limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise refusals["too_long"](where="file") from error
    finally:
        _PLACES.release()
    try:
        value = json.loads(answer)
    except ValueError as error:  # killed by one of its own limits before it answered
        raise refusals["unreadable"](where="file") from error
    if "refused" in value:
        refusal = refusals.get(value["refused"], refusals["unreadable"])
        raise refusal(where="file", **value["facts"])
    return dict(value)


def _run(kind: str, data: bytes, filename: str, seconds: float) -> bytes:
    """What the child wrote. It is dead when this returns, with all it may have started if late.

    Raises TimeoutExpired.
    """
    safe_name = filename[-100:].replace("\x00", "")
    child = subprocess.Popen(
        [sys.executable, "-I", "-m", "app.guard", kind, safe_name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        close_fds=True,
        start_new_session=True,
    )
    try:
        answer, _ = child.communicate(data, timeout=seconds)
    except BaseException:
        _kill(child)
        raise
    if len(answer) > ANSWER:
        raise Unreadable(where="file")
    return answer


def _kill(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()


def _workbook(value: dict[str, Any]) -> Workbook:
    """The child's JSON as values. Raises Unreadable when it is not shaped as agreed."""
    try:
        return Workbook(tuple(_sheet(sheet) for sheet in value["sheets"]))
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise Unreadable(where="file") from error


def _sheet(raw: dict[str, Any]) -> Sheet:
    return Sheet(
        name=str(raw["name"]),
        hidden=bool(raw["hidden"]),
        cells={
            (row, column): Cell._make((text, _decimal(number), fill, formula))
            for row, column, text, number, fill, formula in raw["cells"]
        },
        merged=tuple(Span(*span) for span in raw["merged"]),
        hidden_rows=frozenset(raw["hidden_rows"]),
        hidden_columns=frozenset(raw["hidden_columns"]),
        column_fills={int(column): fill for column, fill in raw["column_fills"].items()},
        validations=tuple(_validation(rule) for rule in raw["validations"]),
    )


def _validation(raw: dict[str, Any]) -> Validation:
    return Validation(
        spans=tuple(Span(*span) for span in raw["spans"]),
        choices=tuple(raw.get("choices", ())),
        minimum=_decimal(raw.get("minimum")),
        maximum=_decimal(raw.get("maximum")),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
