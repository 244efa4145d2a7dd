"""The register of meetings as a paper, for the file of the purchase (R2111-1, P22)."""

from collections.abc import Sequence
from datetime import datetime

from app.rendering.french import long_date, moment
from app.rendering.pdf import render_pdf
from sad.sourcing.schemas import SourcingView
from sad.systems.schemas import SystemView


def register_pdf(
    system: SystemView, entries: Sequence[SourcingView], buyer: str, at: datetime
) -> bytes:
    """Every entry, the oldest meeting first, as the register stands at `at`."""
    data = {
        "system": f"{system.title}, système n° {system.number}",
        "printed": moment(at),
        "entries": [_entry(one) for one in reversed(entries)],
    }
    return render_pdf("sourcing_register", data, title="Registre de sourcing", issuer=buyer, at=at)


def _entry(one: SourcingView) -> dict[str, str]:
    told = "pas encore publiée"
    if one.published_at is not None:
        told = f"publiée à tous le {moment(one.published_at)}"
    return {
        "met_on": long_date(one.met_on),
        "structure": one.structure,
        "subject": one.subject,
        "information": one.information,
        "told": told,
    }
