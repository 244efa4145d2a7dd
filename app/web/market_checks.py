"""The checks of a draft as its pages show them, and the written reasons that answer them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import redirect, writing
from app.rendering.sentences import labels
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import text
from sad.db.work import Work
from sad.markets import reasons
from sad.markets.checks import findings
from sad.markets.facts import Finding
from sad.markets.reasons import Reason
from sad.markets.states import Section

router = page_router("/marches/{market_id}")
PAGES = {"preparation", "lancer"}


@router.post("/controles/{check}")
def answer(request: Request, market_id: UUID, check: str, form: FormBody) -> Response:
    """Keeps why a warning was passed over; empty takes the reason away."""
    with writing(request) as work:
        reasons.give(work, market_id, check, text(form, f"reason.{check}")[: reasons.LONGEST])
    page = text(form, "page")
    return redirect(f"/marches/{market_id}/{page if page in PAGES else 'preparation'}#{check}")


def checked(work: Work, market_id: UUID) -> list[dict[str, Any]]:
    """Everything the checks find now, what blocks first."""
    found = described(market_id, findings(work, market_id), reasons.given(work, market_id))
    return sorted(found, key=lambda item: item["level"] != "blocking")


def described(
    market_id: UUID, found: Iterable[Finding], given: Mapping[str, Reason]
) -> list[dict[str, Any]]:
    """Findings with their article, why, their page and the reason given."""
    why = labels()["Check"]
    return [
        {
            "level": "blocking" if item.blocking else "warning",
            "problem": item.problem,
            "section": item.section,
            "check": item.check,
            "article": item.article,
            "why": why.get(item.check, ""),
            "href": page_of(market_id, item.section),
            "reason": None if item.blocking else given.get(item.check),
        }
        for item in found
    ]


def page_of(market_id: UUID, section: Section | None) -> str:
    """Where a section is written; empty for what is outside the market."""
    if section is None:
        return ""
    path = "grille" if section is Section.LINES else f"preparation/{section}"
    return f"/marches/{market_id}/{path}"
