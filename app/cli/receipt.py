"""`sad receipt verify FILE --keys KEYS`: a receipt checked offline, without any server."""

import argparse
import json
from pathlib import Path
from typing import Any

from app.cli import print_json
from app.cli.parser import existing_file
from app.rendering.sentences import sentence
from sad.audit.receipts import ReceiptUnreadable, Verdict, verify_receipt
from sad.audit.sealcheck import read_seals
from sad.audit.signing import read_keys


def add(subparsers: Any) -> None:
    """Add the command and its sub-command."""
    parser = subparsers.add_parser(
        "receipt",
        help="vérifie un accusé de réception",
        description="Vérifie un accusé de réception, sans serveur.",
    )
    acts = parser.add_subparsers(metavar="ACTE", required=True, title="actes")
    check = acts.add_parser("verify", help="vérifie la signature, la preuve et les documents")
    check.add_argument("file", metavar="FICHIER", type=existing_file, help="l'accusé (JSON)")
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
    keys = read_keys(_json(options.keys))
    seals = read_seals(options.seals.read_text(encoding="utf-8"), keys) if options.seals else ()
    documents = [path.read_bytes() for path in options.document]
    value = _json(options.file)
    if value is None:
        raise ReceiptUnreadable()
    verdict = verify_receipt(value, keys, documents, seals)
    if options.json:
        print_json(_as_json(verdict))
    else:
        _print(verdict)
    return 0 if verdict.holds else 1


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
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


def _print(verdict: Verdict) -> None:
    if not verdict.holds:
        print("Accusé de réception non valable :")
        for reason in verdict.reasons:
            print(f"- {sentence(reason.code, reason.facts)}")
        return
    receipt = verdict.receipt
    print(f"Accusé de réception {receipt['number']} valable, reçu le {receipt['received_at']}.")
    for document in receipt["documents"]:
        print(f"- {document['name']} ({document['size']} octets) {document['sha256']}")
    if verdict.sealed_at:
        print(f"Le journal le contenait quand il a été scellé, le {verdict.sealed_at}.")
    else:
        print("Sans preuve jointe : la présence dans le journal n'est pas vérifiée.")
