"""The checks of a draft over JSON, the reasons that answer them, its approval, who was invited."""

from typing import Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.market_json import answer_json
from app.deps import reading, writing
from app.rendering.sentences import sentence
from app.routing import api_router
from sad.markets import approving, invited, reasons
from sad.markets.checks import findings
from sad.markets.tables import SpecificMarket

router = api_router("/markets", "markets")


class Reason(BaseModel):
    """Why a warning is passed over; empty takes the reason away."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=reasons.LONGEST)


class Approval(BaseModel):
    """A step of the approval before the launch; `remark` goes with `send_back`."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["send", "take_back", "approve", "send_back"]
    remark: str = Field(default="", max_length=2000)


@router.get("/{market_id}/checks")
def checks(request: Request, market_id: UUID) -> Response:
    """What blocks the launch or deserves a look, with the articles and the reasons given."""
    with reading(request) as work:
        found, given = findings(work, market_id), reasons.given(work, market_id)
    return answer_json(
        {
            "blocked": any(item.blocking for item in found),
            "findings": [
                {
                    "id": item.check,
                    "code": item.problem.code,
                    "where": item.problem.where,
                    "blocking": item.blocking,
                    "article": item.article,
                    "message": sentence(item.problem.code, item.problem.facts),
                    "reason": given[item.check].text if item.check in given else None,
                }
                for item in found
            ],
        }
    )


@router.put("/{market_id}/checks/{check}", status_code=204)
def answer(request: Request, market_id: UUID, check: str, given: Reason) -> Response:
    """Keeps why a warning is passed over."""
    with writing(request) as work:
        reasons.give(work, market_id, check, given.reason)
    return Response(status_code=204)


@router.post("/{market_id}/approval")
def approval(request: Request, market_id: UUID, given: Approval) -> Response:
    """Sends the draft to the officers, takes it back, approves it or sends it back."""
    with writing(request) as work:
        if given.step == "send_back":
            market = approving.send_back(work, market_id, given.remark)
        else:
            steps = {
                "send": approving.send_for_approval,
                "take_back": approving.take_back,
                "approve": approving.approve,
            }
            market = steps[given.step](work, market_id)
        body = {"id": str(market.id), "state": str(market.state), "approved": _approved(market)}
    return answer_json(body)


@router.get("/{market_id}/invitations")
def invitations(request: Request, market_id: UUID) -> Response:
    """Who was invited, and the day each first opened the invitation; never who has answered."""
    with reading(request) as work:
        rows = invited.invited(work, market_id)
    return answer_json(
        {
            "invitations": [
                {"name": row.name, "seen_on": row.seen_on.isoformat() if row.seen_on else None}
                for row in rows
            ]
        }
    )


def _approved(market: SpecificMarket) -> bool:
    return market.approved_at is not None
