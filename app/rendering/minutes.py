"""The minutes of an opening as a paper: who, when, what was opened, what was set aside by hash.

With the register of deposits: each acknowledged act of the market, its instant, its receipt's hash.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.rendering.french import moment, precise_moment
from app.rendering.pdf import Attached, render_pdf
from app.rendering.sentences import label
from sad.kernel.actor import Role
from sad.kernel.canonical import canonical
from sad.offers.states import OpeningAnomaly

NOT_OPENED = (  # in the minutes, one; and how many
    ("late", "Reçue trop tard, mise de côté", "Reçues trop tard, mises de côté"),
    ("replaced", "Remplacée avant la date limite", "Remplacées avant la date limite"),
    ("withdrawn", "Retirée avant la date limite", "Retirées avant la date limite"),
)


def minutes_pdf(
    minutes: Mapping[str, Any], number: str, title: str, buyer: str, scans: str = ""
) -> bytes:
    """The paper of the minutes kept at the opening, which it carries.

    `scans`: what the antivirus has said of the files since.
    """
    data = {
        "facts": [
            ("Demande de prix", f"{number}, {title}"),
            ("Date limite", f"{moment(minutes['deadline_at'])}, heure de Paris"),
            ("Ouverture", f"{precise_moment(minutes['opened_at'])}, heure de Paris"),
            ("Ouvertes par", "\n".join(_operator(one) for one in minutes["operators"])),
            ("Réponses ouvertes", str(len(minutes["offers"]))),
            *((several, str(len(minutes[kind]))) for kind, _, several in NOT_OPENED),
            *([("Antivirus", scans)] if scans else []),
        ],
        "anomalies": [_anomaly(one) for one in minutes["anomalies"]],
        "offers": [_offer(one) for one in minutes["offers"]],
        "others": [
            {
                "kind": one_of_them,
                "at": precise_moment(one["received_at"]),
                "sha256": one["receipt"],
            }
            for kind, one_of_them, _ in NOT_OPENED
            for one in minutes[kind]
        ],
    }
    return render_pdf(
        "minutes",
        data,
        title=f"Procès-verbal d’ouverture – {number}",
        issuer=buyer,
        at=datetime.fromisoformat(minutes["opened_at"]),
        attached=[
            Attached(
                "proces-verbal.json", canonical(minutes), "application/json", "Le procès-verbal"
            )
        ],
    )


def _operator(one: Mapping[str, str]) -> str:
    roles = ", ".join(label(Role(role)) for role in one["role"].split("+") if role)
    return f"{one['name']} ({roles})" if roles else one["name"]


def _anomaly(one: Mapping[str, str]) -> str:
    said = label(OpeningAnomaly(one["code"]))
    return f"{said} ({one['where']})" if one["where"] else said


def _offer(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": one["name"],
        "at": precise_moment(one["received_at"]),
        "number": one["number"],
        "files": str(one["files"]),
        "state": "lue" if one["state"] == "opened" else "illisible, gardée telle quelle",
        "sha256": one["receipt"],
    }
