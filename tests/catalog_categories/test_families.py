"""Each family shipped is complete: a buyer can launch a market with it tomorrow."""

import re
from decimal import Decimal
from typing import get_args

import pytest

from catalog_categories import Entry, load
from catalog_categories.schema import AgecFamily, ColumnType
from sad.frames.columns import ColumnType as FrameType
from sad.frames.vocabulary import Role

FURNITURE = {
    "bois-metal",
    "assises-tissu",
    "luminaires",
    "mobilier-bois",
    "metal",
    "reemploi-ressourcerie",
    "amenagement-espace",
}
ENTRIES = {entry.code: entry for entry in load()}
GENDERED = re.compile(
    r"\b(candidats?|fournisseurs?|acheteurs|agents|utilisateurs|artisans)\b", re.I
)

every_family = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


def texts(value: object) -> list[str]:
    """Every French text of a part, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inside in value.values() for text in texts(inside)]
    if isinstance(value, list | tuple):
        return [text for inside in value for text in texts(inside)]
    return []


def test_the_seven_furniture_families_are_there() -> None:
    assert set(ENTRIES) >= FURNITURE


def test_families_come_sorted_by_code() -> None:
    assert list(ENTRIES) == sorted(ENTRIES)


@every_family
def test_six_columns_are_asked_of_suppliers(entry: Entry) -> None:
    assert [column.reads_as for column in entry.supplier_columns] == [
        Role.AVAILABLE,
        Role.CONDITION,
        Role.PICTURE,
        Role.UNIT_PRICE,
        Role.DELIVERY_DATE,
        Role.NOTE,
    ]
    assert [column.type for column in entry.supplier_columns] == [
        "integer",
        "choice",
        "picture",
        "money",
        "date",
        "text",
    ]


@every_family
def test_grades_are_defined_in_writing(entry: Entry) -> None:
    grades = {choice.code: choice.definition for choice in entry.supplier_columns[1].choices}
    assert {"A", "B", "C"} <= set(grades)
    assert all(grades.values())
    assert ("M" in grades) == (entry.route == "made_to_measure")


@every_family
def test_weights_are_those_of_practice(entry: Entry) -> None:
    assert {one.family: (one.weight, one.weight_min, one.weight_max) for one in entry.criteria} == {
        "price": (40, 30, 50),
        "quality": (30, 20, 40),
        "environment": (20, 10, 30),
        "delay": (10, 0, 20),
        "insertion": (0, 0, 20),
    }


@every_family
def test_environment_is_marked_on_what_separates_offers(entry: Entry) -> None:
    green = next(one for one in entry.criteria if one.family == "environment")
    codes = {sub.code for sub in green.sub_criteria}
    assert codes >= {"reparabilite", "livraison", "reprise"}
    assert ("matiere" in codes) == (entry.route == "made_to_measure")


@every_family
def test_the_trap_of_the_reuse_share_is_told(entry: Entry) -> None:
    caution = next(one for one in entry.warnings if one.code == "part_reemploi")
    assert len(caution.suggestions) >= 2


@every_family
def test_the_default_environmental_condition_is_there(entry: Entry) -> None:
    first = entry.conditions[0]
    assert (first.kind, first.default) == ("environment", True)
    for word in ("usage unique", "reprises", "origine de chaque pièce"):
        assert word in first.text


@every_family
def test_selection_asks_no_minimum_level(entry: Entry) -> None:
    assert entry.selection.criterion.startswith("Aucun niveau minimal ; décrivez en deux lignes")


@every_family
def test_advice_is_complete(entry: Entry) -> None:
    assert len(entry.examples) == 2
    assert len(entry.mistakes) >= 3
    assert len(entry.requirements) >= 4
    assert len(entry.slices.sizes) >= 3
    assert len(entry.visit.checklist) >= 5
    assert entry.visit.feeds == "qualite"
    assert entry.timing.proposed_days in {15, 21}
    assert entry.delivery.offer_validity_days == 30
    assert entry.ordinary_purchase.outside


@every_family
def test_fire_and_standards_are_to_be_confirmed(entry: Entry) -> None:
    for one in entry.requirements:
        if one.reference and re.search(r"ERP|NF |2014/35|REACH|Décret|Arrêté", one.reference):
            assert one.to_confirm, one.code


@every_family
def test_seats_in_rows_need_a_fire_report(entry: Entry) -> None:
    rows = [one for one in entry.requirements if one.code == "feu_rangees"]
    assert bool(rows) == (entry.code in {"assises-tissu", "reemploi-ressourcerie"})
    for one in rows:
        assert "AM 18" in str(one.reference)
        assert "M2" in one.text
        assert one.proof_moment == "with_offer"


@every_family
def test_texts_are_short_and_address_everybody(entry: Entry) -> None:
    for text in texts(entry.model_dump(exclude={"examples"})):
        assert len(text) < 480, text
        assert not GENDERED.search(text), text
        assert "  " not in text
        assert not re.search(r"[^\s«][:;?!»]|\w'\w*’", text.replace("https:", "")), text


def test_each_agec_family_of_the_declaration_is_known() -> None:
    assert len(get_args(AgecFamily)) == 17
    assert {entry.agec.family for entry in ENTRIES.values()} == {
        "Mobilier et aménagement d'intérieur"
    }


def test_column_types_are_those_of_the_frames() -> None:
    assert set(get_args(ColumnType)) == {kind.value for kind in FrameType}


def test_weights_are_exact_numbers() -> None:
    for entry in ENTRIES.values():
        assert all(isinstance(one.weight, Decimal) for one in entry.criteria)
