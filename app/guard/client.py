"""The parent's side of the guard: starts the child, waits as long as allowed, reads its answer."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from base64 import b64decode
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.guard.limits import ANSWER, IMAGE, LIMITS
from app.guard.refusals import REFUSALS, Busy, FileTooLarge, TooLong, Unreadable
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
    return _workbook(_guarded("grid", data, filename))


def parse_inventory(data: bytes, filename: str) -> Workbook:
    """The sheets of an inventory: larger and slower (15 s) than a grid, so never in a request."""
    return _workbook(_guarded("inventory", data, filename))


def smaller_copies(data: bytes) -> list[SmallCopy]:
    """Copies of a photograph without its metadata, upright, the largest first; seconds: a job.

    Raises one of `app.guard.refusals`; Busy may be tried again, the others say the same for ever.
    """
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


def _guarded(kind: str, data: bytes, filename: str) -> dict[str, Any]:
    """The child's JSON for a file. Raises FileRefused."""
    limits = LIMITS[kind]
    if len(data) > limits.upload:
        raise FileTooLarge(where="file", most=limits.upload // (1024 * 1024))
    if not _PLACES.acquire(timeout=_WAIT):
        raise Busy(where="file")
    try:
        answer = _run(kind, data, filename, limits.seconds)
    finally:
        _PLACES.release()
    try:
        value = json.loads(answer)
    except ValueError as error:  # killed by one of its own limits before it answered
        raise Unreadable(where="file") from error
    if "refused" in value:
        raise REFUSALS.get(value["refused"], Unreadable)(where="file", **value["facts"])
    return dict(value)


def _run(kind: str, data: bytes, filename: str, seconds: float) -> bytes:
    """What the child wrote. It is dead when this returns, with all it may have started if late."""
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
    except subprocess.TimeoutExpired as error:
        _kill(child)
        raise TooLong(where="file") from error
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
