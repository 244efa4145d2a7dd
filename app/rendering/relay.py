"""The relay kit of a system, for the networks that know the suppliers: QR code, sheet, mail (P22).

All of it is public already: a network passes it on as it is.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import segno

from app.rendering.french import long_date, month
from app.rendering.pdf import render_pdf
from sad.categories.schemas import CategoryView
from sad.sourcing.schemas import NextDemandView
from sad.systems.schemas import SystemView

DEMANDS = 4
"""Demands to come on the sheet: it keeps to one page."""
JOINING = (
    "Rejoindre prend dix minutes, c'est gratuit et cela n'engage à rien : on répond quand on a les "
    "pièces, ligne par ligne."
)


class Relay(NamedTuple):
    """A system as it is passed on. `contact`: name, phone, mail. `address`: its public page."""

    system: SystemView
    buyer: str
    contact: Mapping[str, str]
    categories: Sequence[CategoryView]
    demands: Sequence[NextDemandView]
    address: str


class Mail(NamedTuple):
    """A mail ready to leave; `link` opens it in the sender's own program."""

    subject: str
    body: str

    @property
    def link(self) -> str:
        """The `mailto:` address, without recipient."""
        body = quote(self.body.replace("\n", "\r\n"))
        return f"mailto:?subject={quote(self.subject)}&body={body}"


def qr_svg(address: str) -> bytes:
    """A QR code of the address, dark on white whatever the theme; still read a quarter hidden."""
    out = io.BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(out, kind="svg", scale=4, border=4, light="#fff", title="QR code")
    return out.getvalue()


def mail(relay: Relay) -> Mail:
    """What a network sends to the suppliers it knows."""
    names = "\n".join(f"- {category.name}" for category in relay.categories)
    paragraphs = [
        "Bonjour,",
        f"{relay.buyer} achète par petites demandes, et cherche des structures pour répondre :",
        f"{relay.system.title}. {relay.system.object}".strip(),
        f"Ce qui est recherché :\n{names}",
        f"{JOINING} On peut rejoindre {_until(relay.system)}.",
        f"Tout est ici : {relay.address}",
        f"Une question ? {relay.contact['name']}, {relay.contact['phone']}",
    ]
    subject = f"{relay.buyer} cherche des structures : {relay.system.title}"
    return Mail(subject, "\n\n".join(paragraphs) + "\n")


def sheet(relay: Relay, at: datetime) -> bytes:
    """The system on one page, as PDF."""
    system = relay.system
    data: dict[str, Any] = {
        "object": system.object,
        "until": _until(system),
        "categories": [[one.name, one.nature] for one in relay.categories],
        "demands": [
            [month(one.month), one.quantity, one.category] for one in relay.demands[:DEMANDS]
        ],
        "address": relay.address,
        "number": system.number,
        "contact": [value for value in relay.contact.values() if value],
    }
    return render_pdf(
        "relay_kit",
        data,
        title=system.title,
        issuer=relay.buyer,
        at=at,
        files={"qr.svg": qr_svg(relay.address)},
    )


def _until(system: SystemView) -> str:
    return "à tout moment" + (
        f" jusqu'au {long_date(system.closing_at)}" if system.closing_at else ""
    )
