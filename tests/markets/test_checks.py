"""Each check before a launch, by its id, on values (acceptance 12 to 16, practice P4 to P20)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.rendering.sentences import labels
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.markets.facts import (
    CandidatureFacts,
    CriterionFacts,
    LeftFacts,
    LineFacts,
    Text,
    VisitFacts,
)
from sad.markets.launch_rules import CHECKS, missing_to_launch
from sad.markets.states import AwardMode, Section
from tests.architecture.source import ROOT
from tests.markets.test_launch_rules import LOT, NOW, READY, SYSTEM

TWO_LINES = [LineFacts("T-01", Decimal(4), None, 1), LineFacts("C-01", Decimal(2), None, 1)]
SLICED = [LineFacts("T-01", Decimal(4), Decimal(2), 1)]
FIRST = date(2026, 9, 1)
SATURDAY = datetime(2026, 9, 19, 10, 0, tzinfo=UTC)
SHORT = datetime(2026, 9, 8, 10, 0, tzinfo=UTC)
TENTH = datetime(2026, 9, 11, 10, 0, tzinfo=UTC)


def criteria(code: str) -> dict[str, Any]:
    return {"criteria_problems": [Problem(code, "criteria")]}


def said(section: Section, words: str) -> dict[str, Any]:
    return {"texts": [Text(section, words)]}


FOUND: dict[str, dict[str, Any]] = {
    "C01": {"system": replace(SYSTEM, published=False)},
    "C02": {"system": replace(SYSTEM, closing_at=NOW - timedelta(seconds=1))},
    "C03": {"system": replace(SYSTEM, first_candidatures_on=FIRST)},
    "C04": {"candidatures": CandidatureFacts(2, first_undecided=1)},
    "C05": {"candidatures": CandidatureFacts(2, overdue=3)},
    "C06": {"candidatures": CandidatureFacts(2, pending=1)},
    "C07": {"candidatures": CandidatureFacts(0)},
    "C08": {"candidatures": CandidatureFacts(1)},
    "C09": {"usual_supplier": "Atelier du Val"},
    "C10": {"approval_awaited": True},
    "C11": {"description": "  "},
    "C12": {"need_confirmed": False},
    "C15": {"system": replace(SYSTEM, outside=Money(199_500_00))},
    "C16": {"system": replace(SYSTEM, committed=Money(159_000_00))},
    "C17": {
        "system": replace(
            SYSTEM,
            maximum=Money(215_000_00),
            outside=Money(10_000_00),
            committed=Money(206_000_00),
        )
    },
    "C20": said(Section.CONDITIONS, "Des artisans du département seront privilégiés."),
    "C21": said(Section.CRITERIA, "Kilomètres parcourus"),
    "C22": said(Section.CRITERIA, "Être une structure de l’économie sociale et solidaire"),
    "C23": said(Section.LINES, "Attestation fiscale à joindre"),
    "C24": said(Section.LINES, "Fauteuil de marque Steelline"),
    "C30": {"grid_problems": [Problem("frames.no_lines", "lines")]},
    "C31": {"grid_problems": [Problem("frames.code_twice", "T", {"line": "T", "times": 2})]},
    "C32": {"lines": [LineFacts("T-01", Decimal(4), None, 3)]},
    "C33": {"lines": SLICED},
    "C40": criteria("evaluation.environment_missing"),
    "C41": criteria("evaluation.weight_outside_range"),
    "C42": criteria("evaluation.min_max_without_fallback"),
    "C43": {"price_weight": Decimal("60.5")},
    "C44": {"same_reuse_for_all": True},
    "C45": {"tie_break": []},
    "C46": {"criteria": [CriterionFacts("Qualité", judged=True, explained=False)]},
    "C50": {"condition_of_performance": " "},
    "C51": {"system": replace(SYSTEM, maximum=Money(300_000_00))},
    "C60": {"delivery_place": ""},
    "C61": {"delivery_until": date(2026, 11, 1)},
    "C62": {"visit": VisitFacts(planned=True, checklist="Stabilité")},
    "C63": {"visit": VisitFacts(planned=True, criterion_known=True)},
    "C64": {"validity_days": 61},
    "C70": {"variants_allowed": None},
    "C71": {"partial_allowed": True},
    "C72": {"award_mode": AwardMode.LOTS},
    "C73": {
        "lots": [LOT, replace(LOT, number=2)],
        "lines": [*TWO_LINES, LineFacts("A-01", Decimal(1), None, 2)],
    },
    "C74": {"lines": TWO_LINES},
    "C80": {"deadline_at": None},
    "C81": {"deadline_at": SHORT},
    "C82": {"deadline_at": SHORT, "short_deadline_agreement": "Accords du 31 août."},
    "C83": {"deadline_at": TENTH},
    "C84": {"deadline_at": SATURDAY},
    "C85": {
        "now": datetime(2026, 12, 10, 8, 0, tzinfo=UTC),
        "deadline_at": datetime(2026, 12, 22, 11, 0, tzinfo=UTC),
        "delivery_until": date(2027, 1, 30),
    },
    "C86": {
        "deadline_at": datetime(2062, 9, 12, 10, 0, tzinfo=UTC),
        "delivery_until": date(2062, 10, 15),
        "storage": "Dès le 1er",
    },
    "C90": {"lots": [replace(LOT, estimate=None)]},
    "C91": {"lots": [replace(LOT, credits=Money(999_99))]},
    "C92": {"lots": [replace(LOT, envelope=None)]},
    "C93": {"funding_lines": [LeftFacts("Mobilier", Money(1), Money(2))]},
    "C94": {"envelopes": [LeftFacts("Réemploi", Money(1), Money(2))]},
    "C95": {"envelopes": [LeftFacts("Réemploi", Money(1), Money(2), blocks=False)]},
}


def test_every_check_is_tried_explained_and_listed() -> None:
    ids = [check.id for check in CHECKS]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(FOUND) == set(labels()["Check"])
    listed = (ROOT / "docs" / "controles.md").read_text(encoding="utf-8")
    for check in CHECKS:
        kind = "bloque" if check.blocking else "à regarder"
        assert f"| {check.id} | {kind} |" in listed, check.id


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_finds_what_it_is_for_and_nothing_where_all_is_in_order(check: Any) -> None:
    facts = replace(READY, **FOUND[check.id])
    assert check(READY) == []
    found = check(facts)
    assert found
    assert {(one.check, one.blocking, one.article) for one in found} == {
        (check.id, check.blocking, check.article)
    }
    assert all(one in missing_to_launch(facts) for one in found)


@pytest.mark.parametrize(
    "words",
    [
        "Les fournisseurs locaux sont invités à répondre",
        "une entreprise de proximité",
        "ateliers situés dans le département",
        "préférence sera donnée aux circuits courts",
        "structures du territoire",
        "moins de 30 km de la mairie",
        "préférence locale",
    ],
)
def test_a_preference_of_place_is_seen_however_it_is_said(words: str) -> None:
    codes = {
        one.problem.code for one in missing_to_launch(replace(READY, **said(Section.NEED, words)))
    }
    assert codes == {"markets.local_preference"}


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (Section.NEED, "Aménagement des locaux de la direction, local technique compris"),
        (Section.DELIVERY, "Visite possible en atelier, ou à proximité de l’atelier"),
        (Section.LINES, "Distance entre axes : 80 cm"),
        (Section.CRITERIA, "Heures d’insertion prévues pour ce marché"),
        (Section.CRITERIA, "Transport : véhicule, regroupement des tournées"),
        (Section.LINES, "Sans marque apparente, traces et marques d’usage admises"),
        (Section.LINES, "Siège de marque Steelline ou équivalent"),
        (Section.CRITERIA, "Bilan carbone de la livraison"),
    ],
)
def test_honest_words_are_left_alone(section: Section, words: str) -> None:
    assert missing_to_launch(replace(READY, **said(section, words))) == []


def test_the_finding_quotes_the_words_and_leads_to_their_page() -> None:
    facts = replace(READY, **said(Section.CONDITIONS, "Réservé aux\nassociations  locales."))
    (found,) = missing_to_launch(facts)
    assert found.problem.facts == {"words": "associations locales"}
    assert (found.section, found.check, found.blocking) == (Section.CONDITIONS, "C20", False)


def test_what_is_not_certain_law_never_blocks() -> None:
    """Rules of practice and readings of wording warn; the ten days and the credits block."""
    blocking = {check.id for check in CHECKS if check.blocking}
    assert {"C05", "C15", "C40", "C41", "C50", "C81", "C91", "C93"} <= blocking
    assert not blocking & {"C06", "C09", "C20", "C21", "C22", "C23", "C24", "C51", "C83", "C85"}
