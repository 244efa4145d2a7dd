"""A receipt as a paper, made from its signed file alone, which the PDF carries byte for byte.

The same file always gives the same pages: `sad receipt verify` makes them again and compares.
"""

import json
from datetime import datetime
from typing import Any

from app.rendering.french import counted, moment, precise_moment
from app.rendering.pdf import Attached, render_pdf
from app.rendering.sentences import label
from sad.audit.receipts import Receipted, ReceiptUnreadable

CARRIED = "accuse.json"
LAYOUT = "sad-receipt-layout-1"
"""Changed each time the same receipt would give other bytes: two layouts cannot be compared."""


def receipt_pdf(file: bytes) -> bytes:
    """The paper of a receipt's file (its string, its signature, its proof once sealed).

    Raises ReceiptUnreadable on a file that no platform has made.
    """
    try:
        kept = json.loads(file)
        receipt = json.loads(kept["receipt"])
        data = _data(kept, receipt)
        title, issuer = f"Accusé de réception {receipt['number']}", receipt["buyer"]["name"]
        at = datetime.fromisoformat(receipt["received_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptUnreadable() from error
    return render_pdf(
        "receipt",
        data,
        title=title,
        issuer=issuer,
        at=at,
        attached=[Attached(CARRIED, file, "application/json", "L’accusé signé, à vérifier")],
        keywords=[LAYOUT],
    )


def _data(kept: dict[str, Any], receipt: dict[str, Any]) -> dict[str, Any]:
    return {
        "late": not receipt["in_time"],
        "facts": _facts(receipt),
        "documents": [_document(one) for one in receipt["documents"]],
        "key": receipt["key"],
        "seq": str(receipt["seq"]),
        "signature": kept["signature"],
        "sealed": kept["proof"] is not None,
    }


def receipt_file(file: dict[str, Any]) -> bytes:
    """The bytes of the file that a supplier keeps, alone or inside its PDF."""
    return json.dumps(file, ensure_ascii=False).encode()


def _facts(receipt: dict[str, Any]) -> list[tuple[str, str]]:
    candidature = receipt["act"] == Receipted.CANDIDATURE
    asked = receipt["consultation"]
    rows = [
        ("Reçu le", f"{precise_moment(receipt['received_at'])}, heure de Paris"),
        ("Acte", label(Receipted(receipt["act"]))),
        ("Acheteur", _party(receipt["buyer"])),
        ("Structure", _party(receipt["operator"])),
    ]
    if candidature:
        rows.append(("Dispositif", f"{asked['reference']}, {asked['title']}"))
        rows.append(("Catégorie", asked["object"]))
    else:
        named = f"{asked['reference']}, {asked['title']}"
        rows.append(("Demande de prix", f"{named} (version {asked['version']})"))
        rows.append(("Objet", asked["object"]))
    if receipt["deadline"]:
        late = "" if receipt["in_time"] else " : reçu après, mis de côté"
        rows.append(("Date limite", f"{moment(receipt['deadline'])}{late}"))
    if receipt["replaces"]:
        rows.append(("Remplace", receipt["replaces"]))
    if receipt.get("clock_doubt"):
        rows.append(("Horloge", "l’horloge du serveur était en cours de vérification"))
    return [(name, said) for name, said in rows if said]


def _party(party: dict[str, str]) -> str:
    return f"{party['name']}, SIRET {party['siret']}"


def _document(one: dict[str, Any]) -> dict[str, str]:
    """`sent`: the hash as received, shown only where what is kept differs."""
    return {
        "name": one["name"],
        "size": counted(one["size"], "octet"),
        "sha256": one["sha256"],
        "sent": "" if one["sent_sha256"] == one["sha256"] else one["sent_sha256"],
    }
