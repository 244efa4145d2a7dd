"""The facts of a system's papers: text of the notice, règlement, common CCP (R2162-39, -42)."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.tables import Organisation
from sad.attachments.filetypes import MEGABYTE, OFFER_BYTES, TYPES
from sad.categories import queries as categories
from sad.categories.schemas import CategoryView
from sad.db.work import Work
from sad.funding.tables import FundingLine
from sad.kernel.dates import ANSWER_DAYS_ADAPTED, ANSWER_DAYS_FORMAL
from sad.kernel.money import Money
from sad.kernel.vat import VatRecovery
from sad.papers.heading import heading
from sad.papers.schemas import ReservedTo
from sad.papers.schemas_system import (
    AnnouncedCategory,
    CriterionRange,
    FileLimit,
    NoticeText,
    RulesFacts,
    TermsFacts,
)
from sad.systems import queries as systems
from sad.systems.rules import Regime
from sad.systems.tables import PurchasingSystem


def notice_text(work: Work, system_id: UUID, site: str) -> NoticeText:
    """The text of the notice, a draft's too: it is sent before the system is published."""
    return NoticeText(**_system(work, system_id, site))


def rules(work: Work, system_id: UUID, site: str) -> RulesFacts:
    """The règlement: what is announced, and how one joins, answers and is chosen."""
    said = _system(work, system_id, site)
    formal = said["regime"] is Regime.FORMAL
    return RulesFacts(
        **said,
        files=_files(),
        whole_megabytes=OFFER_BYTES // MEGABYTE,
        answers_days=ANSWER_DAYS_FORMAL if formal else ANSWER_DAYS_ADAPTED,
        recovers_vat=_recovers(work, system_id),
    )


def terms(work: Work, system_id: UUID, site: str) -> TermsFacts:
    """The CCP common to every market of the system."""
    row = work.shared(Organisation, work.get(PurchasingSystem, system_id).organisation_id)
    code = row.invoice_service_code or ""
    return TermsFacts(**_system(work, system_id, site), service_code=code)


def _system(work: Work, system_id: UUID, site: str) -> dict[str, Any]:
    view = systems.one(work, system_id)
    row = work.get(PurchasingSystem, system_id)
    announced = [_category(one) for one in categories.of_system(work, row.organisation_id, row.id)]
    kept = (
        *("object", "description", "opening_at", "closing_at", "first_candidatures_on"),
        *("variants_allowed", "notice_support", "notice_sent_on", "notice_reference"),
        *("deliberation_number", "deliberation_on"),
    )
    return {
        **heading(work, row.organisation_id, row.number, row.title, row),
        **{name: getattr(row, name) for name in kept},
        "regime": Regime(view.regime),
        "maximum": Money(row.maximum_cents),
        "outside": Money(row.outside_cents),
        "cpv": list(dict.fromkeys(code for one in announced for code in one.cpv)),
        "extension_days": row.evaluation_extension_days or 0,
        "reserved_to": ReservedTo(row.reservation),
        "external_profile": row.deposit_mode == "external",
        "categories": announced,
        "address": f"{site}/sad/{row.id}" if site else "",
    }


def _category(view: CategoryView) -> AnnouncedCategory:
    return AnnouncedCategory(
        name=view.name,
        nature=view.nature,
        description=view.description,
        ordinary_use=view.ordinary_use,
        cpv=view.cpv,
        reserved_to=ReservedTo(view.reservation),
        selection_criteria=view.selection_criteria,
        required_documents=view.required_documents,
        group_exclusive=view.group_exclusive,
        criteria=[
            CriterionRange(
                label=one.label,
                family=one.family,
                minimum=one.weight_minimum,
                maximum=one.weight_maximum,
                usual=one.weight_default,
            )
            for one in view.ranges
        ],
    )


def _files() -> list[FileLimit]:
    """The formats accepted, those of one size together."""
    sizes: dict[int, list[str]] = {}
    for one in TYPES.values():
        sizes.setdefault(one.most // MEGABYTE, []).append(one.label)
    return [FileLimit(names=names, megabytes=most) for most, names in sorted(sizes.items())]


def _recovers(work: Work, system_id: UUID) -> bool:
    """Whether a funding line of the system recovers the VAT (P10)."""
    query = (
        select(FundingLine.id)
        .where(
            col(FundingLine.organisation_id) == work.organisation_id,
            col(FundingLine.system_id) == system_id,
            col(FundingLine.vat_recovery) == VatRecovery.FULL.value,
        )
        .order_by(col(FundingLine.id))
    )
    return work.session.exec(query).first() is not None
