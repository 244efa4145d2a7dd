"""`sad simulate`: the contract's shape, the court's example, and files that are wrong."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

File = dict[str, Any]
BASE: File = {
    "criteria": [
        {"code": "price", "weight": 40, "method": "proportional"},
        {"code": "state", "family": "quality", "weight": 40, "method": "judged", "minimum": 8},
        {"code": "environment", "weight": 20, "method": "judged", "max": 10},
    ],
    "offers": [
        {"id": "A", "price": 100, "values": {"state": 15, "environment": 5}},
        {"id": "B", "price": 200, "values": {"state": 15, "environment": 5}},
        {"id": "C", "price": 400, "values": {"state": 15, "environment": 5}},
    ],
    "tie_break": ["price"],
}


@pytest.fixture
def simulate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on a value or a text; gives its status and what it printed."""

    def run(content: object, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "offers.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        status = main(["simulate", str(path), *options])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def changed(path: str, value: object) -> File:
    """The base with one value replaced; the path is written `offers.2.price`."""
    file = deepcopy(BASE)
    *steps, last = path.split(".")
    place: Any = file
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    key = int(last) if isinstance(place, list) else last
    if value is None:
        del place[key]
    else:
        place[key] = value
    return file


def test_the_answer_has_the_contract_s_shape(simulate: Any) -> None:
    status, out, err = simulate(BASE, "--json")
    answer = json.loads(out)
    assert (status, err, answer["refusals"]) == (0, "", [])
    assert answer["offers"][1] == {
        "id": "B",
        "compared_price": "200.00",
        "scores": {"price": "20.00", "state": "30.00", "environment": "10.00"},
        "total": "60.00",
        "rank": 2,
        "eliminated": False,
    }


def test_the_court_s_example_by_what_the_buyer_pays(simulate: Any) -> None:
    file = deepcopy(BASE)
    file["offers"][:] = [
        {"id": "A", "price": "12000", "vat_regime": "liable", "vat_rate": 20},
        {"id": "B", "price": "12 600,00", "vat_regime": "franchise"},
        {"id": "C", "price": 12_500, "vat_regime": "margin"},
        {"id": "D", "price": 12_700, "vat_regime": "exempt"},
    ]
    for offer in file["offers"]:
        offer["values"] = {"state": 15, "environment": 5}
    ranked = json.loads(simulate(file, "--json")[1])["offers"]
    assert [(each["id"], each["compared_price"]) for each in ranked] == [
        ("C", "12500.00"),
        ("B", "12600.00"),
        ("D", "12700.00"),
        ("A", "14400.00"),
    ]
    file["vat_recovery"] = "full"
    assert json.loads(simulate(file, "--json")[1])["offers"][0]["id"] == "A"


def test_the_eliminated_offer_has_no_rank_and_sets_no_price(simulate: Any) -> None:
    file = changed("offers.0.values.state", 7.99)
    *ranked, out = json.loads(simulate(file, "--json")[1])["offers"]
    assert [(each["id"], each["scores"]["price"]) for each in ranked] == [
        ("B", "40.00"),
        ("C", "20.00"),
    ]
    assert (out["id"], out["rank"], out["eliminated"], out["total"]) == ("A", None, True, None)


def test_the_order_of_the_rows_changes_nothing(simulate: Any) -> None:
    backwards = {**BASE, "offers": BASE["offers"][::-1]}
    assert simulate(BASE, "--json")[1] == simulate(backwards, "--json")[1]


def test_numbers_are_never_floats(simulate: Any) -> None:
    file = deepcopy(BASE)
    for criterion, weight in zip(file["criteria"], [33.33, "33,33", "33.34"], strict=True):
        criterion["weight"] = weight
    assert simulate(file, "--json")[0] == 0


def test_french_family_names_and_a_price_known_by_its_formula(simulate: Any) -> None:
    file = changed("criteria.0.code", "prix")
    file["tie_break"] = []
    assert simulate(file, "--json")[0] == 0
    file["criteria"][0]["code"] = "cout"
    status, out, _ = simulate(file, "--json")
    assert (status, json.loads(out)["offers"][0]["scores"]["cout"]) == (0, "40.00")


def test_a_computed_criterion_on_a_column(simulate: Any) -> None:
    file = deepcopy(BASE)
    file["criteria"][1] = {
        "code": "days",
        "family": "delay",
        "weight": 40,
        "method": "linear",
        "n": 2,
    }
    for offer, days in zip(file["offers"], [15, 10, 30], strict=True):
        offer["values"] = {"days": days, "environment": 5}
    ranked = json.loads(simulate(file, "--json")[1])["offers"]
    assert {each["id"]: each["scores"]["days"] for each in ranked} == {
        "A": "20.00",
        "B": "40.00",
        "C": "0.00",
    }


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("criteria.0.weight", 41, "weights_total"),
        ("criteria.2.family", "quality", "environment_missing"),
        (
            "criteria.0",
            {"code": "price", "weight": 40, "method": "linear", "n": 7},
            "linear_bounds",
        ),
        ("criteria.0", {"code": "price", "weight": 40, "method": "linear"}, "linear_bounds"),
        ("criteria.0.method", "judged", "price_judged"),
        ("criteria.0.minimum", 5, "minimum_computed"),
        ("criteria.1.max", 0, "max_not_positive"),
        ("criteria.1.code", "price", "criterion_twice"),
        ("tie_break.0", "beauty", "tie_break_unknown"),
        ("criteria", [{"code": "price", "weight": 100, "method": "proportional"}], "price_only"),
        ("criteria", [], "no_criterion"),
    ],
)
def test_unlawful_criteria_are_refused_with_their_reason(
    simulate: Any, path: str, value: object, code: str
) -> None:
    status, out, _ = simulate(changed(path, value), "--json")
    answer = json.loads(out)
    assert (status, answer["offers"]) == (1, [])
    assert f"evaluation.{code}" in [refusal["code"] for refusal in answer["refusals"]]
    assert all(refusal["reason"].endswith(".") for refusal in answer["refusals"])


def test_min_max_from_three_offers_left(simulate: Any) -> None:
    file = changed("criteria.0.method", "min_max")
    status, out, _ = simulate(file, "--json")
    assert status == 0
    assert [each["scores"]["price"] for each in json.loads(out)["offers"]] == [
        "40.00",
        "26.67",
        "0.00",
    ]
    file["offers"][2]["values"]["state"] = 0
    status, out, _ = simulate(file, "--json")
    refusals = json.loads(out)["refusals"]
    assert (status, [each["code"] for each in refusals]) == (1, ["evaluation.min_max_few"])
    file["criteria"][0]["fallback"] = "proportional"
    assert simulate(file, "--json")[0] == 0


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("offers.2.price", 0, "offers[2].price"),
        ("offers.2.price", -1, "offers[2].price"),
        ("offers.2.price", 10.005, "offers[2].price"),
        ("offers.2.price", "1,234.50", "offers[2].price"),
        ("offers.2.price", "abc", "offers[2].price"),
        ("offers.2.price", True, "offers[2].price"),
        ("offers.2.price", [1], "offers[2].price"),
        ("offers.2.price", 10**30, "offers[2].price"),
        ("offers.2.price", None, "offers[2].price"),
        ("offers.2.id", "A", "offers[2].id"),
        ("offers.2.id", "", "offers[2].id"),
        ("offers.2.vat_regime", "autre", "offers[2].vat_regime"),
        ("offers.2.vat_regime", "liable", "offers[2].vat_rate"),
        ("offers.2.values.state", 20.5, "offers[2].values.state"),
        ("offers.2.values.state", None, "offers[2].values.state"),
        ("offers.2.values.state", "haut", "offers[2].values.state"),
        ("offers.2.values.colour", 1, "offers[2].values.colour"),
        ("offers.2.values.price", 1, "offers[2].values.price"),
        ("offers.2.prise", 1, "offers[2].prise"),
        ("offers", {}, "offers"),
        ("offers.1", "B", "offers[1]"),
        ("criteria.1.weight", None, "criteria[1].weight"),
        ("criteria.1.method", "lottery", "criteria[1].method"),
        ("vat_recovery", "half", "vat_recovery"),
    ],
)
def test_a_wrong_field_is_named_in_french(
    simulate: Any, path: str, value: object, where: str
) -> None:
    status, out, err = simulate(changed(path, value), "--json")
    answer = json.loads(out)
    assert (status, err, list(answer)) == (1, "", ["error"])
    assert answer["error"]["where"] == where
    assert answer["error"]["message"].endswith(".")
    assert "…" not in answer["error"]["message"]
    status, out, err = simulate(changed(path, value))
    assert (status, out) == (1, "")
    assert err.startswith(f"{where} : ")


def test_a_rate_above_a_hundred_is_wrong_and_zero_is_not(simulate: Any) -> None:
    file = changed("offers.2.vat_regime", "liable")
    file["offers"][2]["vat_rate"] = 101
    assert json.loads(simulate(file, "--json")[1])["error"]["where"] == "offers[2].vat_rate"
    file["offers"][2]["vat_rate"] = 0
    assert simulate(file, "--json")[0] == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "simulate.not_json"),
        ("{", "simulate.not_json"),
        ('{"offers": NaN}', "simulate.not_json"),
        ("[" * 200_000, "simulate.not_json"),
        ('{"offers": [], "offers": []}', "simulate.key_twice"),
        ("[]", "simulate.object_expected"),
        ('"text"', "simulate.object_expected"),
        ("null", "simulate.object_expected"),
    ],
)
def test_what_is_not_a_simulation(simulate: Any, text: str, code: str) -> None:
    status, out, _ = simulate(text, "--json")
    assert (status, json.loads(out)["error"]["code"]) == (1, code)


def test_a_number_beyond_measure_is_refused_quickly(simulate: Any) -> None:
    text = json.dumps(BASE).replace('"price": 400', '"price": 1e999999999')
    assert json.loads(simulate(text, "--json")[1])["error"]["where"] == "offers[2].price"
    text = json.dumps(BASE).replace('"price": 400', '"price": ' + "9" * 9000)
    assert json.loads(simulate(text, "--json")[1])["error"]["where"] == "offers[2].price"


def test_a_file_with_a_byte_order_mark_is_read(simulate: Any) -> None:
    assert simulate("\ufeff" + json.dumps(BASE), "--json")[0] == 0


def test_bytes_that_are_not_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "latin.json"
    path.write_bytes('{"é": 1}'.encode("latin-1"))
    assert main(["simulate", str(path)]) == 1
    assert "UTF-8" in capsys.readouterr().err


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    assert main(["simulate", str(tmp_path / "none.json"), "--json"]) == 2
    assert main(["simulate", str(tmp_path), "--json"]) == 2
    assert main(["simulate"]) == 2


def test_what_served_nothing_is_told_beside_the_answer(simulate: Any) -> None:
    file = changed("offers.0.vat_rate", 20)
    file["criteria"][0]["n"] = 3
    status, out, err = simulate(file, "--json")
    assert (status, json.loads(out)["refusals"]) == (0, [])
    assert "criteria[0].n" in err
    assert "offers[0].vat_rate" in err


def test_the_table_can_be_read_and_computed_again(simulate: Any) -> None:
    file = changed("offers.0.id", "A\x1b[2J")
    status, out, err = simulate(file, "--formulas")
    assert (status, err) == (0, "")
    assert "\x1b" not in out
    head = out.splitlines()[0]
    assert head.split() == [
        "Rang", "Offre", "Prix", "comparé", "price", "/40", "state", "/40", "environment", "/20",
        "Total", "/100",
    ]  # fmt: skip
    assert "price : 40 × 100,00\u00a0€ ÷ 200,00\u00a0€ = 20,00" in out
