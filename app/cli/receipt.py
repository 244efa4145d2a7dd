"""`sad receipt verify FILE --keys KEYS`: a receipt checked offline, without any server.

FILE is the signed file or the PDF that carries it. The signed file alone attests; the pages of a
PDF are made again from it and compared, so that a PDF that says otherwise is named.
"""

import argparse
import json
from dataclasses import dataclass, replace
from typing import Any

from app.cli import print_json
from app.cli.parser import existing_file
from app.rendering.carried import carried_files, is_pdf
from app.rendering.receipts import LAYOUT, receipt_pdf
from app.rendering.sentences import sentence
from sad.audit.receipts import ReceiptUnreadable, Verdict, verify_receipt
from sad.audit.sealcheck import read_seals
from sad.audit.signing import read_keys
from sad.kernel.errors import Problem, Refusal

PAGES = {
    "same": "Les pages de ce PDF sont celles que ce fichier donne.",
    "not_compared": "Les pages de ce PDF n'ont pas pu être comparées : seul compte ce qui suit.",
}


class NoReceiptCarried(Refusal):
    """The PDF carries no signed receipt, or other software took it out."""

    code = "receipts.none_carried"


class SeveralReceiptsCarried(Refusal):
    """The PDF carries receipts that differ: nobody can tell which one its pages show."""

    code = "receipts.several_carried"


@dataclass(frozen=True)
class Given:
    """What was given to check. `pdf`: the paper it was found in, if any."""

    file: bytes
    pdf: bytes | None = None


def add(subparsers: Any) -> None:
    """Add the command and its sub-command."""
    parser = subparsers.add_parser(
        "receipt",
        help="vérifie un accusé de réception",
        description="Vérifie un accusé de réception, sans serveur.",
    )
    acts = parser.add_subparsers(metavar="ACTE", required=True, title="actes")
    check = acts.add_parser("verify", help="vérifie la signature, la preuve et les documents")
    check.add_argument("file", metavar="FICHIER", type=existing_file, help="l'accusé (JSON ou PDF)")
    check.add_argument(
        "--keys",
        metavar="FICHIER",
        type=existing_file,
        required=True,
        help="les clés publiées par la plateforme (sad-keys.json)",
    )
    check.add_argument(
        "--document",
        metavar="FICHIER",
        type=existing_file,
        action="append",
        default=[],
        help="un document que l'accusé doit énumérer ; peut être répété",
    )
    check.add_argument(
        "--seals", metavar="FICHIER", type=existing_file, help="scellés obtenus ailleurs"
    )
    check.add_argument("--json", action="store_true", help="répond en JSON")
    check.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Verify and print: 0 when it holds, 1 otherwise."""
    keys = read_keys(_json(options.keys.read_bytes()))
    seals = read_seals(options.seals.read_text(encoding="utf-8"), keys) if options.seals else ()
    documents = [path.read_bytes() for path in options.document]
    given = _given(options.file.read_bytes())
    value = _json(given.file)
    if value is None:
        raise ReceiptUnreadable()
    verdict = verify_receipt(value, keys, documents, seals)
    pages = _pages(given) if verdict.holds else None
    if pages == "altered":
        verdict = replace(verdict, reasons=[Problem("receipts.pages_altered")])
    if options.json:
        print_json({**_as_json(verdict), "pages": pages})
    else:
        _print(verdict, pages)
    return 0 if verdict.holds else 1


def _given(content: bytes) -> Given:
    """The signed file: the one given, or the one that the PDF given carries."""
    if not is_pdf(content):
        return Given(content)
    carried = {one for one in carried_files(content) if _is_receipt(_json(one))}
    if not carried:
        raise NoReceiptCarried()
    if len(carried) > 1:
        raise SeveralReceiptsCarried()
    return Given(carried.pop(), content)


def _is_receipt(value: Any) -> bool:
    return isinstance(value, dict) and {"receipt", "signature"} <= value.keys()


def _pages(given: Given) -> str | None:
    """Whether the pages of a PDF are those of its signed file; None where there is no PDF."""
    if given.pdf is None:
        return None
    if LAYOUT.encode() not in given.pdf:  # laid out by another version
        return "not_compared"
    return "same" if receipt_pdf(given.file) == given.pdf else "altered"


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None  # refused by who reads it


def _as_json(verdict: Verdict) -> dict[str, Any]:
    reasons = [
        {"code": reason.code, "message": sentence(reason.code, reason.facts)}
        for reason in verdict.reasons
    ]
    return {
        "holds": verdict.holds,
        "reasons": reasons,
        "sealed_at": verdict.sealed_at,
        "receipt": verdict.receipt,
    }


def _print(verdict: Verdict, pages: str | None) -> None:
    if not verdict.holds:
        print("Accusé de réception non valable :")
        for reason in verdict.reasons:
            print(f"- {sentence(reason.code, reason.facts)}")
        return
    receipt = verdict.receipt
    if pages is not None:
        print(PAGES[pages])
    print(f"Accusé de réception {receipt['number']} valable, reçu le {receipt['received_at']}.")
    if not receipt["in_time"]:
        print("Reçu après la date limite : mis de côté.")
    for document in receipt["documents"]:
        print(f"- {document['name']} ({document['size']} octets) {document['sha256']}")
    if verdict.sealed_at:
        print(f"Le journal le contenait quand il a été scellé, le {verdict.sealed_at}.")
    else:
        print("Sans preuve jointe : la présence dans le journal n'est pas vérifiée.")
