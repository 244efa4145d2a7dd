"""The states of a candidature, what may follow each, and what each audience may do."""

from enum import StrEnum


class CandidatureState(StrEnum):
    """Where a request to join one category stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COMPLETING = "completing"  # complements asked, same delay for all (CAND-17)
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the supplier, before the decision
    ADMISSION_WITHDRAWN = "admission_withdrawn"  # P11: retrait de l'admission


class DecisionKind(StrEnum):
    """What an officer decides under a delegation; the names are those of the acts (P2)."""

    ADMISSION = "admission"
    REFUSAL = "refusal"
    ADMISSION_WITHDRAWAL = "admission_withdrawal"


class Screen(StrEnum):
    """The three screens of joining (P18)."""

    STRUCTURE = "structure"
    CATEGORIES = "categories"
    DECLARATION = "declaration"


S = CandidatureState
PENDING = frozenset({S.SUBMITTED, S.COMPLETING})
MOVES = {
    S.DRAFT: {S.SUBMITTED},
    S.SUBMITTED: {S.COMPLETING, S.ADMITTED, S.REFUSED, S.WITHDRAWN},
    S.COMPLETING: {S.SUBMITTED, S.ADMITTED, S.REFUSED, S.WITHDRAWN},
    S.ADMITTED: {S.ADMISSION_WITHDRAWN},
    # A decision is not overwritten; after an appeal a new, traced one may follow (acceptance 6).
    S.REFUSED: {S.ADMITTED},
    S.WITHDRAWN: set(),
    S.ADMISSION_WITHDRAWN: {S.ADMITTED},
}


class Side(StrEnum):
    """Who looks at a candidature."""

    SUPPLIER = "supplier"
    OFFICER = "officer"  # may decide
    READER = "reader"  # other agents, auditor


class CandidatureAction(StrEnum):
    """What may be done; pages make buttons of them, in this order."""

    EDIT = "edit"
    SUBMIT = "submit"
    DELETE = "delete"
    COMPLETE = "complete"
    UPDATE = "update"
    ANSWER_HEARING = "answer_hearing"
    WITHDRAW = "withdraw"
    APPLY_AGAIN = "apply_again"
    ADMIT = "admit"
    REFUSE = "refuse"
    ASK_COMPLEMENTS = "ask_complements"
    EXTEND = "extend"
    EXTEND_ANNOUNCED = "extend_announced"
    ASK_UPDATE = "ask_update"
    OPEN_HEARING = "open_hearing"
    WITHDRAW_ADMISSION = "withdraw_admission"


A = CandidatureAction
_SUPPLIER = {
    S.DRAFT: (A.EDIT, A.SUBMIT, A.DELETE),
    S.SUBMITTED: (A.WITHDRAW,),
    S.COMPLETING: (A.COMPLETE, A.WITHDRAW),
    S.ADMITTED: (A.UPDATE, A.ANSWER_HEARING),
    S.REFUSED: (A.APPLY_AGAIN,),
    S.WITHDRAWN: (A.APPLY_AGAIN,),
    S.ADMISSION_WITHDRAWN: (A.APPLY_AGAIN,),
}
_OFFICER = {
    S.SUBMITTED: (A.ADMIT, A.REFUSE, A.ASK_COMPLEMENTS, A.EXTEND, A.EXTEND_ANNOUNCED),
    S.COMPLETING: (A.ADMIT, A.REFUSE, A.EXTEND, A.EXTEND_ANNOUNCED),
    S.ADMITTED: (A.ASK_UPDATE, A.OPEN_HEARING, A.WITHDRAW_ADMISSION),
    S.REFUSED: (A.ADMIT,),
    S.ADMISSION_WITHDRAWN: (A.ADMIT,),
}


def actions(
    state: CandidatureState,
    side: Side,
    *,
    extended: bool = False,
    announced: bool = False,
    update_open: bool = False,
    hearing_open: bool = False,
    hearing_over: bool = False,
) -> tuple[CandidatureAction, ...]:
    """What this side may do now.

    `announced`: the documents allow a longer evaluation, not used yet, and no market has started
    (CAND-05); `update_open`: an update is asked and not given; `hearing_open`: the adversarial
    letter is sent; `hearing_over`: it was answered, or its delay has passed.
    """
    possible = {Side.SUPPLIER: _SUPPLIER, Side.OFFICER: _OFFICER}.get(side, {}).get(state, ())
    closed = {
        A.EXTEND: extended,
        A.EXTEND_ANNOUNCED: not announced,
        A.UPDATE: not update_open,
        A.ASK_UPDATE: update_open,
        A.ANSWER_HEARING: not hearing_open,
        A.OPEN_HEARING: hearing_open,
        A.WITHDRAW_ADMISSION: not (hearing_open and hearing_over),
    }
    return tuple(action for action in possible if not closed.get(action, False))
