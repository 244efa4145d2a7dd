"""A word-processor template of an organisation: checked, then filled, inside the guarded child.

A template may name the fields it is given, go through their lists and choose by them; it computes,
calls and reaches nothing else. What it says is read as a tree and held against the fields before
any of it runs, so that a refusal names the field and the words around it.
"""

import re
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError
from lxml import etree

from app.guard.faults import Fault
from app.guard.filling import Fields, Filling, Unknown
from app.guard.package import Elements, attribute, hear, open_package

DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PROGRAMS = ("macro", "vba", "activex")
PARTS = {  # what docxtpl fills, and how a person names it
    "document.main+xml": "le texte",
    "header+xml": "un en-tête",
    "footer+xml": "un pied de page",
    "footnotes+xml": "une note de bas de page",
    "core-properties+xml": "les propriétés du document",
}
LINK = "/hyperlink"
LINKED = ("https://", "http://", "mailto:")
TAGS = re.compile(r"<[^>]+>")
UNWRITABLE = {one: None for one in range(32) if chr(one) not in "\n\t"}
DAY_ZERO = (1980, 1, 1, 0, 0, 0)
AROUND = 80  # characters quoted beside a fault
NAMED = 8  # unknown fields told at once


def filled(template: bytes, fields: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """`{"document": base64, "used": […]}`: the template filled, the top fields it names.

    Raises Fault: not a document, a program, a link to another file, an unknown field…
    """
    package = open_package(template)
    _check_package(package)
    used = _check_words(package, Fields(fields))
    document = DocxTemplate(BytesIO(template))
    filling = Filling()
    try:
        document.render(_writable(facts), filling, autoescape=True)
    except TemplateSyntaxError as error:
        raise Fault("template_syntax", near="", part=PARTS["document.main+xml"]) from error
    made = BytesIO()
    document.save(made)
    return {"document": b64encode(_dated(made)).decode(), "used": sorted(used)}


def _dated(made: BytesIO) -> bytes:
    """The document with every part dated alike: the same facts make the same bytes."""
    kept = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, DAY_ZERO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return kept.getvalue()


def _check_package(package: zipfile.ZipFile) -> None:
    """A document without programs nor anything taken from elsewhere. Raises Fault."""
    types: list[str] = []
    hear(
        package,
        "[Content_Types].xml",
        Elements(lambda name, said: types.append(said.get("ContentType", ""))),
    )
    names = [name.lower() for name in package.namelist()]
    told = [*(one.lower() for one in types), *names]
    if any(word in one for one in told for word in PROGRAMS):
        raise Fault("macro")
    if any("embeddings/" in one or "oleobject" in one for one in told):
        raise Fault("outside")
    if DOCUMENT not in types:
        raise Fault("not_a_document")
    for name in package.namelist():
        if name.endswith(".rels"):
            hear(package, name, Elements(_check_link))
        elif name.endswith(".xml"):
            hear(package, name, Elements(lambda name, said: None))


def _check_link(name: str, said: dict[str, str]) -> None:
    """Only a link that a reader may press goes outside. Raises Fault."""
    if name != "Relationship" or (attribute(said, "TargetMode") or "").lower() != "external":
        return
    kind, target = said.get("Type", ""), said.get("Target", "")
    if not (kind.endswith(LINK) and target.lower().startswith(LINKED)):
        raise Fault("outside")


def _check_words(package: zipfile.ZipFile, fields: Fields) -> set[str]:
    """The top fields named anywhere in the template. Raises Fault."""
    filling = Filling()
    unknown: list[tuple[str, str]] = []
    for part, source in _sources(package):
        try:
            tree = filling.parse(source)
        except TemplateSyntaxError as error:
            raise Fault("template_syntax", near=_near(source, error.lineno), part=part) from error
        except Unknown as error:
            near = _near(source, error.line)
            raise Fault("template_forbidden", near=near, part=part) from error
        unknown += [(one.found, _near(source, one.line)) for one in fields.unknown_in(tree)]
    if unknown:
        names = list(dict.fromkeys(name for name, _ in unknown))
        raise Fault(
            "template_unknown",
            fields="« " + " », « ".join(names[:NAMED]) + " »",
            near=unknown[0][1],
        )
    return fields.used


def _sources(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each part that docxtpl fills, named for a person, as the template language reads it."""
    patch = DocxTemplate(BytesIO(b"")).patch_xml
    for part, kind in _typed_parts(package):
        try:
            tree = etree.fromstring(package.read(part), _parser())
        except etree.XMLSyntaxError as error:
            raise Fault("unreadable") from error
        if kind == "core-properties+xml":
            # Each property is a template of its own: one line each here.
            yield PARTS[kind], "\n".join(one.text or "" for one in tree)
        else:
            source = patch(etree.tostring(tree, encoding="unicode"))
            yield PARTS[kind], re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def _typed_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The names of the parts that are filled, with the end of their type."""
    found: list[tuple[str, str]] = []

    def seen(name: str, said: dict[str, str]) -> None:
        kind = next((one for one in PARTS if said.get("ContentType", "").endswith(one)), None)
        part = said.get("PartName", "").lstrip("/")
        if kind and part in names:
            found.append((part, kind))

    names = set(package.namelist())
    hear(package, "[Content_Types].xml", Elements(seen))
    return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _near(source: str, line: int) -> str:
    """The words of a paragraph, short enough to be quoted."""
    lines = source.splitlines()
    said = " ".join(TAGS.sub("", lines[line - 1]).split()) if 0 < line <= len(lines) else ""
    return said if len(said) <= AROUND else said[: AROUND - 1] + "…"


def _writable(value: Any) -> Any:
    """The facts without the characters that XML does not know."""
    if isinstance(value, str):
        return value.translate(UNWRITABLE)
    if isinstance(value, list):
        return [_writable(one) for one in value]
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items()}
    return value
