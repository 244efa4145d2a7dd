"""The fiche de crédits (P6): what was fixed before the launch, dated, for who accounts.

Read from what the launch froze; never published: it would tell up to where an offer may go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.rendering.french import euros, moment
from app.rendering.pdf import Attached, render_pdf
from app.rendering.sentences import labels
from sad.kernel.canonical import canonical
from sad.kernel.money import Money


@dataclass(frozen=True)
class LotCredits:
    """A lot as the sheet says it, amounts written."""

    name: str
    estimate: str
    credits_ht: str
    credits_ttc: str
    line: str
    imputation: str
    envelope: str


@dataclass(frozen=True)
class CreditSheet:
    """The sheet in words."""

    market: str
    at: str
    signatory: str
    lots: tuple[LotCredits, ...]
    total_ttc: str


def read_sheet(kept: Mapping[str, Any]) -> CreditSheet:
    """The sheet as its page and its paper show it."""
    lots = kept["lots"]
    return CreditSheet(
        market=f"{kept['market']}, {kept['title']}",
        at=moment(kept["at"]),
        signatory=_signatory(kept["signatory"]),
        lots=tuple(_lot(lot, alone=len(lots) == 1) for lot in lots),
        total_ttc=euros(Money(sum(_ttc(lot) for lot in lots))),
    )


def sheet_pdf(kept: Mapping[str, Any], buyer: str) -> bytes:
    """The paper, which carries the data it is made from."""
    sheet = read_sheet(kept)
    facts = [
        ("Marché", sheet.market),
        ("Fixés le", f"{sheet.at}, heure de Paris, avant l’envoi des invitations"),
        ("Total des crédits", f"{sheet.total_ttc} TTC"),
        ("Signataire", sheet.signatory),
    ]
    lots = [
        {
            "name": lot.name,
            "facts": [
                ("Estimation", f"{lot.estimate} HT"),
                ("Crédits", f"{lot.credits_ttc} TTC, {lot.credits_ht} HT"),
                ("Ligne de crédits", lot.line),
                ("Imputation", lot.imputation),
                ("Enveloppe", lot.envelope),
            ],
        }
        for lot in sheet.lots
    ]
    content = canonical(kept)
    return render_pdf(
        "credit_sheet",
        {"facts": facts, "lots": lots},
        title=f"Fiche de crédits – {kept['market']}",
        issuer=buyer,
        at=datetime.fromisoformat(kept["at"]),
        attached=[Attached("fiche.json", content, "application/json", "La fiche de crédits")],
    )


def _lot(lot: Mapping[str, Any], *, alone: bool) -> LotCredits:
    line = lot["funding_line"]
    section = labels()["BudgetSection"].get(line["section"], line["section"])
    parts = [
        line["budget"] if "budget" in line["budget"].lower() else f"budget {line['budget']}",
        f"exercice {line['year']}",
        f"section {section}",
        *(f"{word} {line[key]}" for key, word in _PARTS if line.get(key)),
    ]
    return LotCredits(
        name="Le marché" if alone else f"Lot {lot['lot']}" + _titled(lot["title"]),
        estimate=euros(Money(lot["estimate_cents"] or 0)),
        credits_ht=euros(Money(lot["credits_ht_cents"] or 0)),
        credits_ttc=euros(Money(_ttc(lot))),
        line=line["label"],
        imputation=", ".join(parts),
        envelope=lot["envelope"],
    )


_PARTS = (("chapter", "chapitre ou opération"), ("nature", "nature"))


def _titled(title: str) -> str:
    return f" – {title}" if title else ""


def _ttc(lot: Mapping[str, Any]) -> int:
    """Kept with the sheet; a first sheet of a line voted with tax says it as its credits."""
    return int(lot.get("credits_ttc_cents") or lot["credits_cents"] or 0)


def _signatory(said: Mapping[str, str] | None) -> str:
    if said is None:
        return "non désigné"
    return f"{said['name']}, {said['quality']} (acte {said['act']})"
