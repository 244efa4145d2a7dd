"""What every page of the analysis shows, and where it is."""

from typing import Any
from uuid import UUID

from app.web import evaluation_words as says
from sad.accounts.delegations import in_force
from sad.accounts.permissions import Permission, may
from sad.accounts.rules import Act
from sad.db.work import Work
from sad.evaluation import queries
from sad.evaluation.states import Verdict


def home(market_id: UUID) -> str:
    """The first page of the analysis."""
    return f"/marches/{market_id}/analyse"


def context_of(work: Work, market_id: UUID) -> dict[str, Any]:
    """The evaluation as its reader may see it, and what they may do in it."""
    view = queries.evaluation(work, market_id)
    return {
        "view": view,
        "market": view.market,
        "base": home(market_id),
        "lines": {line.id: line for line in view.file.frame.lines},
        "says": says,
        "may_judge": may(work, Permission.JUDGE_ADMISSIBILITY),
        "may_close": may(work, Permission.CLOSE_EVALUATION),
        "may_increase": may(work, Permission.MANAGE_FUNDING),
        "may_end": may(work, Permission.END_MARKET),
        "irregular": [o for o in view.offers if o.verdict is Verdict.IRREGULAR],
        "signatories": in_force(work, Act.WITHOUT_AWARD, None, work.today),
    }
