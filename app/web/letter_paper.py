"""A letter as a PDF: the words of its page, set on paper; what was frozen goes with it.

The journal holds the hash of the frozen content, which the PDF carries: the layout may change, the
content cannot.
"""

from typing import Any

from app.rendering.blocks import blocks_of
from app.rendering.french import long_date
from app.rendering.pdf import Attached, render_pdf
from app.rendering.sentences import label
from app.web.pages import environment
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.canonical import canonical

WORDS = "awards/letters/_text.html"


def letter_pdf(letter: Letter, context: dict[str, Any]) -> bytes:
    """The paper of a letter; `context` is what its page knows."""
    facts: dict[str, Any] = dict(letter.facts)
    buyer, supplier, kind = facts["buyer"], facts["supplier"], label(LetterKind(letter.kind))
    data = {
        "buyer": _address(buyer["name"], buyer["address"], "", buyer["siret"]),
        "supplier": _address(
            supplier["name"], supplier["address"], supplier["city"], supplier["siret"]
        ),
        "day": f"Le {long_date(facts['at'])}",
        "kind": kind,
        "blocks": blocks_of(environment().get_template(WORDS).render(context), level=1),
        "sha256": letter.sha256,
    }
    return render_pdf(
        "letter",
        data,
        title=f"{kind} – marché n° {facts['market']['number']}",
        issuer=buyer["name"],
        at=letter.issued_at,
        attached=[
            Attached("courrier.json", canonical(facts), "application/json", "Le contenu figé")
        ],
    )


def _address(name: str, address: str, city: str, siret: str) -> list[str]:
    """The lines of a letterhead; a town already in the address is not said twice."""
    town = [] if city in address else [city]
    return [name, *(address.split("\n") if address else []), *town, f"SIRET {siret}"]
