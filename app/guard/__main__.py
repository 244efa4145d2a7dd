"""The child: `python -I -m app.guard KIND NAME`, the file on stdin, its content as JSON on stdout.

Exit 0 always answers `{"sheets": […]}`, `{"copies": […]}` for an image, `{"document": …}` for a
template, or `{"refused": reason, "facts": {…}}`; anything else means that the system stopped the
child at one of its limits.
"""

import gc
import json
import resource
import sys
import zipfile
from typing import Any

from app.guard.delimited import read_delimited
from app.guard.faults import Fault
from app.guard.limits import ANSWER, DOCUMENT, FACTS, IMAGE, LIMITS, TEMPLATE, Limits
from app.guard.ods import read_ods
from app.guard.package import open_package
from app.guard.sheets import SheetData
from app.guard.xlsx import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an encrypted workbook, or one from before 2007
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b", b"Rar!", b"7z\xbc")
WITH_FACTS = (TEMPLATE, DOCUMENT)
_BY_CONTENT = {"xlsx": "xlsx", "ods": "ods", "csv": "text", "tsv": "text", "txt": "text"}


def main() -> int:
    """Reads the file within its limits and answers."""
    kind, name = sys.argv[1], sys.argv[2]
    limits = LIMITS[kind]
    _confine(limits)
    gc.disable()  # a child lives for one file, in bounded memory: what it makes, it keeps
    try:
        most = limits.upload + (FACTS if kind in WITH_FACTS else 0)
        answer = json.dumps(_answer(sys.stdin.buffer.read(most + 1), kind, name)).encode()
        if len(answer) > ANSWER:
            raise Fault("too_much_text")
    except Fault as fault:
        answer = _refused(fault.reason, fault.facts)
    except MemoryError:
        answer = _refused("too_much_text", {})
    except (ValueError, LookupError, ArithmeticError, AttributeError, RecursionError):
        answer = _refused("unreadable", {})  # a part that is not shaped as the standards say
    sys.stdout.buffer.write(answer)
    return 0


def _answer(data: bytes, kind: str, name: str) -> dict[str, Any]:
    limits = LIMITS[kind]
    if kind in WITH_FACTS:
        from app.guard.documents import filled
        from app.guard.envelope import unpack

        given, data = unpack(data)
    if len(data) > limits.upload:
        raise Fault("too_large", most=limits.upload)
    if kind == IMAGE:
        # Only here: a grid is read by the standard library alone, and starts without the rest.
        from app.guard.images import smaller_copies

        return {"copies": smaller_copies(data)}
    if kind in WITH_FACTS:
        return filled(data, **json.loads(given))
    return {"sheets": [sheet.as_json() for sheet in _read(data, name, limits)]}


def _refused(reason: str, facts: dict[str, str | int]) -> bytes:
    return json.dumps({"refused": reason, "facts": facts}).encode()


def _confine(limits: Limits) -> None:
    """Nothing can be written, few things opened, memory and processor are counted."""
    for limit, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _read(data: bytes, name: str, limits: Limits) -> list[SheetData]:
    found = _kind_of(data)
    stem, _, extension = name.rpartition(".")
    if _BY_CONTENT.get(extension.lower()) != found:
        raise Fault("wrong_name", extension=extension if stem else "")
    if found == "text":
        return read_delimited(data, stem, limits)
    package = open_package(data)
    return read_xlsx(package, limits) if found == "xlsx" else read_ods(package, limits)


def _kind_of(data: bytes) -> str:
    """`xlsx`, `ods` or `text`, by content alone. Raises Fault on any other."""
    if data.startswith(_OLE):
        raise Fault("encrypted" if _ENCRYPTED_NAME in data else "old_format")
    if not data.strip():
        raise Fault("empty")
    if data.startswith(_OTHERS):
        raise Fault("not_a_spreadsheet")
    if not data.startswith(b"PK"):
        return "text"
    package = open_package(data)
    names = package.namelist()
    if "mimetype" in names and _mimetype(package).endswith("opendocument.spreadsheet"):
        return "ods"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise Fault("not_a_spreadsheet")


def _mimetype(package: zipfile.ZipFile) -> str:
    with package.open("mimetype") as stream:
        return stream.read(100).decode("ascii", errors="replace").strip()


if __name__ == "__main__":
    sys.exit(main())
