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
OTHERS = {
    "espaces-verts",
    "nettoyage",
    "traiteur",
    "impression",
    "ordinateurs-reconditionnes",
    "velos",
    "textiles",
    "materiaux-reemploi",
    "demenagement-depose",
    "collecte-dechets",
}
CPV_CONTROL = {
    "18110000": 3, "18130000": 9, "18930000": 7, "22462000": 6, "30213000": 5, "30213100": 6,
    "30213300": 8, "30231000": 7, "32250000": 0, "34430000": 0, "34431000": 7, "34432000": 4,
    "39510000": 0, "44100000": 1, "44110000": 4, "44111000": 1, "44220000": 8, "44221000": 5,
    "45111300": 1, "55520000": 1, "55521200": 0, "55523000": 2, "63100000": 0, "77310000": 6,
    "77312000": 0, "77313000": 7, "77314000": 4, "79800000": 2, "79810000": 5, "79823000": 9,
    "90500000": 2, "90511000": 2, "90511400": 6, "90512000": 9, "90514000": 3, "90910000": 9,
    "90911200": 8, "90911300": 9, "90919200": 4, "98392000": 7,
}  # fmt: skip
"""Codes of the vocabulary used by the families other than furniture, with their control digit: one
that is not in this list was not looked up."""
ENTRIES = {entry.code: entry for entry in load()}
GENDERED = re.compile(
    r"\b(candidats?|fournisseurs?|acheteurs|agents|utilisateurs|artisans)\b", re.I
)

every_family = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
furniture = pytest.mark.parametrize("entry", [ENTRIES[code] for code in sorted(FURNITURE)])
others = pytest.mark.parametrize(
    "entry", [ENTRIES[code] for code in sorted(OTHERS)], ids=sorted(OTHERS)
)


def texts(value: object) -> list[str]:
    """Every French text of a part, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inside in value.values() for text in texts(inside)]
    if isinstance(value, list | tuple):
        return [text for inside in value for text in texts(inside)]
    return []


def test_every_family_of_the_product_is_there() -> None:
    assert set(ENTRIES) == FURNITURE | OTHERS


@others
def test_their_codes_are_of_the_vocabulary(entry: Entry) -> None:
    assert {item.code for item in entry.cpv} <= CPV_CONTROL.keys()


@others
def test_six_columns_that_can_be_compared(entry: Entry) -> None:
    roles = [column.reads_as for column in entry.supplier_columns]
    assert len(roles) == 6
    assert {Role.AVAILABLE, Role.UNIT_PRICE, Role.DELIVERY_DATE} <= set(roles)


@others
def test_an_environmental_condition_and_criterion_by_default(entry: Entry) -> None:
    assert any(one.kind == "environment" and one.default for one in entry.conditions)
    green = next(one for one in entry.criteria if one.family == "environment")
    assert (green.weight, green.weight_min) == (20, 10)
    assert len(green.sub_criteria) == 4


@others
def test_a_family_of_the_declaration_or_the_reason_there_is_none(entry: Entry) -> None:
    if entry.agec.family is None:
        assert "Aucune des familles de la déclaration annuelle" in entry.agec.counting


@others
def test_their_advice_is_complete(entry: Entry) -> None:
    assert len(entry.examples) == 2
    assert len(entry.mistakes) >= 3
    assert len(entry.requirements) >= 3
    assert len(entry.warnings) >= 3
    assert len(entry.delivery.advice) >= 4
    assert entry.timing.proposed_days in {15, 21}
    assert (entry.warranty is None) == (entry.route == "service")


def test_the_length_of_a_warranty_is_computed_where_it_is_asked() -> None:
    entry = ENTRIES["ordinateurs-reconditionnes"]
    warranty = next(one for one in entry.criteria if one.family == "service")
    assert (warranty.method, warranty.direction) == ("proportional", "higher")
    asked = {column.code: column.reads_as for column in entry.supplier_columns}
    assert asked[warranty.evidence[0]] is Role.WARRANTY


def test_families_come_sorted_by_code() -> None:
    assert list(ENTRIES) == sorted(ENTRIES)


@furniture
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


@furniture
def test_grades_are_defined_in_writing(entry: Entry) -> None:
    grades = {choice.code: choice.definition for choice in entry.supplier_columns[1].choices}
    assert {"A", "B", "C"} <= set(grades)
    assert all(grades.values())
    assert ("M" in grades) == (entry.route == "made_to_measure")


@furniture
def test_weights_are_those_of_practice(entry: Entry) -> None:
    assert {one.family: (one.weight, one.weight_min, one.weight_max) for one in entry.criteria} == {
        "price": (40, 30, 50),
        "quality": (30, 20, 40),
        "environment": (20, 10, 30),
        "delay": (10, 0, 20),
        "insertion": (0, 0, 20),
    }


@furniture
def test_environment_is_marked_on_what_separates_offers(entry: Entry) -> None:
    green = next(one for one in entry.criteria if one.family == "environment")
    codes = {sub.code for sub in green.sub_criteria}
    assert codes >= {"reparabilite", "livraison", "reprise"}
    assert ("matiere" in codes) == (entry.route == "made_to_measure")


@furniture
def test_the_trap_of_the_reuse_share_is_told(entry: Entry) -> None:
    caution = next(one for one in entry.warnings if one.code == "part_reemploi")
    assert len(caution.suggestions) >= 2


@furniture
def test_the_default_environmental_condition_is_there(entry: Entry) -> None:
    first = entry.conditions[0]
    assert (first.kind, first.default) == ("environment", True)
    for word in ("usage unique", "reprises", "origine de chaque pièce"):
        assert word in first.text


@every_family
def test_selection_asks_no_minimum_level(entry: Entry) -> None:
    assert entry.selection.criterion.startswith("Aucun niveau minimal ; décrivez en deux lignes")


@furniture
def test_advice_is_complete(entry: Entry) -> None:
    assert len(entry.examples) == 2
    assert len(entry.mistakes) >= 3
    assert len(entry.requirements) >= 4
    assert entry.slices
    assert entry.visit
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
    assert {ENTRIES[code].agec.family for code in FURNITURE} == {
        "Mobilier et aménagement d'intérieur"
    }


def test_column_types_are_those_of_the_frames() -> None:
    assert set(get_args(ColumnType)) == {kind.value for kind in FrameType}


def test_weights_are_exact_numbers() -> None:
    for entry in ENTRIES.values():
        assert all(isinstance(one.weight, Decimal) for one in entry.criteria)
