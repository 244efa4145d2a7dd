"""What a candidature must hold, when it must be decided, who may apply together: on values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sad.candidatures.states import PENDING, CandidatureState
from sad.kernel.errors import Invalid, NotFound, Problem, Refusal

REQUEST_DAYS = 2  # before the last day of a request to a supplier, it is reminded
SWORN = frozenset({"no_ground", "declared"})
TYPED_LENGTH, TYPED_FIELDS = 20_000, 200
HEARING_DAYS = 10  # proposed in the adversarial letter (P11); the officer may give more


class NotOpen(Refusal):
    """The system is announced, not yet open."""

    code = "candidatures.not_open"


class Closed(Refusal):
    """The system has closed: nobody joins any more (acceptance 3)."""

    code = "candidatures.closed"


class PendingOrAdmitted(Refusal):
    """One candidature at a time for a category: another is pending, or admitted."""

    code = "candidatures.pending_or_admitted"


class NothingToSubmit(Refusal):
    """No draft was named."""

    code = "candidatures.nothing_to_submit"


class Frozen(Refusal):
    """What was submitted does not change until a decision or a request for complements."""

    code = "candidatures.frozen"


class AlreadyDecided(Refusal):
    """A decision is not overwritten; a new one may follow an appeal (acceptance 6)."""

    code = "candidatures.already_decided"


class ReasonsMissing(Invalid):
    """An admission, a refusal, an extension, a request: each says why."""

    code = "candidatures.reasons_missing"


class DecidedElsewhere(NotFound):
    """A candidature of another organisation: unknown to this officer, whose attempt is traced."""

    journalled = True


class AppealMissing(Invalid):
    """A decision against an earlier one names the appeal or the judgment behind it."""

    code = "candidatures.appeal_missing"


class AlreadyExtended(Refusal):
    """15 working days in all, not 10 and 15 more (CAND-04)."""

    code = "candidatures.already_extended"


class DelayPast(Invalid):
    """A delay given to a supplier ends on a day to come."""

    code = "candidatures.delay_past"


class CompletionRunning(Refusal):
    """No refusal while the delay given to complete is running (CAND-17)."""

    code = "candidatures.completion_running"


class CompletionOver(Refusal):
    """The delay, the same for all, is over (CAND-17)."""

    code = "candidatures.completion_over"


class UpdateOver(Refusal):
    """The 5 working days to update are over (CAND-08)."""

    code = "candidatures.update_over"


class UpdateNotAsked(Refusal):
    """No update is awaited."""

    code = "candidatures.update_not_asked"


class UpdateAsked(Refusal):
    """An update is already awaited."""

    code = "candidatures.update_asked"


class HearingMissing(Refusal):
    """No admission is withdrawn before its adversarial letter (P11)."""

    code = "candidatures.hearing_missing"


class HearingOpened(Refusal):
    """The adversarial letter is already sent."""

    code = "candidatures.hearing_opened"


class HearingRunning(Refusal):
    """The supplier still has time to answer the letter."""

    code = "candidatures.hearing_running"


class LeadsAnotherGroup(Refusal):
    """A structure is mandataire of one group only for a category (GRP-04)."""

    code = "candidatures.leads_another_group"


class MemberElsewhere(Refusal):
    """The notice forbids several candidatures of one structure in this category (GRP-02)."""

    code = "candidatures.member_elsewhere"


class TypedTooLong(Refusal):
    """More was typed than a joining screen holds."""

    code = "candidatures.typed_too_long"
    status = 422


class ExtensionNotAnnounced(Refusal):
    """The documents announce no longer evaluation before the first market (CAND-05)."""

    code = "candidatures.extension_not_announced"


class FirstMarketSent(Refusal):
    """The announced extension ends with the first invitation (CAND-05)."""

    code = "candidatures.first_market_sent"


class PaperNotKept(Invalid):
    """The paper chosen for a document is not in the file, or no longer valid."""

    code = "candidatures.paper_not_kept"


@dataclass(frozen=True)
class Member:
    """A member of a group as typed."""

    siret: str
    name: str
    mandataire: bool


@dataclass(frozen=True)
class Sworn:
    """A declaration as typed. `reserve` explains a ground that concerns the structure."""

    name: str
    function: str
    no_ground: bool
    reserve: str
    truthful: bool


@dataclass(frozen=True)
class Filed:
    """What a candidature says, as the checks before its submission read it."""

    capacity: str
    declarant_name: str
    declarant_function: str
    declared: bool
    fits_reservation: bool
    missing_documents: Sequence[str] = ()


def keepable(typed: Mapping[str, object]) -> dict[str, object]:
    """What a joining screen may keep of its fields: texts and choices, never a sworn box.

    Raises TypedTooLong beyond 20,000 characters or 200 fields.
    """
    fields = {name: value for name, value in typed.items() if name not in SWORN}
    size = sum(len(name) + len(str(value)) for name, value in fields.items())
    if size > TYPED_LENGTH or len(fields) > TYPED_FIELDS:
        raise TypedTooLong(most=TYPED_LENGTH)
    return fields


def documents_missing(
    required: Sequence[str],
    kept: Collection[str],
    chosen: Mapping[str, str],
    kept_ids: Collection[str],
) -> list[str]:
    """The demanded documents that the file does not hold yet, in the notice's order (CAND-15).

    `kept`: the names of the papers that still serve, `kept_ids` their ids; `chosen`: for a
    document, the paper of the file said to be it. Nothing is asked twice.
    """
    return [one for one in required if one not in kept and chosen.get(one) not in kept_ids]


def missing_in_declaration(sworn: Sworn) -> list[Problem]:
    """A declaration names who makes it, and ticks nothing by itself (CAND-12).

    A ground that concerns the structure blocks nothing: it is explained, and the buyer decides.
    """
    checks = [
        ("candidatures.missing_ground_box", "no_ground", not (sworn.no_ground or sworn.reserve)),
        ("candidatures.missing_name", "declarant_name", not sworn.name.strip()),
        ("candidatures.missing_function", "declarant_function", not sworn.function.strip()),
        ("candidatures.missing_declaration", "declared", not sworn.truthful),
    ]
    return [Problem(code, where) for code, where, missing in checks if missing]


def missing_to_submit(filed: Filed) -> list[Problem]:
    """What keeps a candidature from being sent (CAND-12), in page order."""
    checks = [
        ("candidatures.missing_capacity", "capacity", not filed.capacity.strip()),
        ("candidatures.reserved_kind_missing", "kinds", not filed.fits_reservation),
        ("candidatures.missing_declaration", "declared", not filed.declared),
        ("candidatures.missing_name", "declarant_name", not filed.declarant_name.strip()),
        (
            "candidatures.missing_function",
            "declarant_function",
            not filed.declarant_function.strip(),
        ),
    ]
    found = [Problem(code, where) for code, where, missing in checks if missing]
    documents = [
        Problem("candidatures.missing_document", "documents", {"document": name})
        for name in filed.missing_documents
    ]
    return found + documents


def group_problems(members: Sequence[Member]) -> list[Problem]:
    """What is wrong in a group: one mandataire, each member once, two at least (GRP-04)."""
    found: list[Problem] = []
    if len(members) < 2:
        found.append(Problem("candidatures.group_alone", "members"))
    if sum(member.mandataire for member in members) != 1:
        found.append(Problem("candidatures.mandataire_missing", "members"))
    seen: set[str] = set()
    for place, member in enumerate(members):
        if member.siret in seen:
            facts = {"name": member.name}
            found.append(Problem("candidatures.member_twice", f"members.{place}.siret", facts))
        seen.add(member.siret)
    return found


def check_elsewhere(
    exclusive: bool,
    siret_names: Sequence[tuple[str, str]],
    taken: Collection[str],
    mandataire: str | None,
    leading: Collection[str],
) -> None:
    """GRP-02 and GRP-04 against the other pending or admitted candidatures of the category.

    `taken`: every SIRET in them; `leading`: those of the mandataires of their groups.
    """
    if mandataire is not None and mandataire in leading:
        raise LeadsAnotherGroup()
    if not exclusive:
        return
    for siret, name in siret_names:
        if siret in taken:
            raise MemberElsewhere(name=name)


def check_can_apply(open_now: bool, closed: bool, opening_at: object, closing_at: object) -> None:
    """A candidature arrives while the system is open, whatever its markets (CAND-02)."""
    if closed:
        raise Closed(closing_at=closing_at)
    if not open_now:
        raise NotOpen(opening_at=opening_at)


def check_decision(
    state: CandidatureState,
    target: CandidatureState,
    completion_due_on: date | None,
    appeal: str,
    reasons: str,
    today: date,
) -> None:
    """A decision has its reasons, is taken once, and waits for the complements it asked for."""
    if not reasons.strip():
        raise ReasonsMissing(where="reasons")
    after_appeal = (
        state in {CandidatureState.REFUSED, CandidatureState.ADMISSION_WITHDRAWN}
        and target is CandidatureState.ADMITTED
    )
    if state not in PENDING and not after_appeal:
        raise AlreadyDecided()
    if after_appeal and not appeal.strip():
        raise AppealMissing(where="appeal")
    waiting = state is CandidatureState.COMPLETING and target is CandidatureState.REFUSED
    if waiting and completion_due_on is not None and today <= completion_due_on:
        raise CompletionRunning(due_on=completion_due_on)


def check_delay(due_on: date, today: date, where: str = "due_on") -> None:
    """A delay ends after today."""
    if due_on <= today:
        raise DelayPast(where=where)


def request_near(due_on: date | None, reminded_for: date | None, today: date) -> bool:
    """Whether an unanswered request ends within two days, its last day included; said once."""
    if due_on is None or due_on == reminded_for:
        return False
    return today <= due_on <= today + timedelta(days=REQUEST_DAYS)


def hearing_over(due_on: date | None, answered: bool, today: date) -> bool:
    """Whether the adversarial delay has been used: answered, or past (P11)."""
    return due_on is not None and (answered or today > due_on)
