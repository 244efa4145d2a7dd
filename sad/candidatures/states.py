"""The states of a candidature and what may follow each."""

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


S = CandidatureState
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
