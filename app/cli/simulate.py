"""`sad simulate FILE`: scores trial offers with the engine's own rules, before a real market."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from app.cli import DONE, REFUSED, print_json
from app.cli.parser import existing_file
from app.cli.simulation_file import Simulation, input_problems, read_file
from app.rendering.french import euros, number
from app.rendering.sentences import sentence
from sad.kernel.errors import Incomplete, Problem
from sad.scoring.rules import Criterion, criteria_problems
from sad.scoring.scoring import Result, offer_problems, score


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "simulate",
        help="classe des offres d'essai selon des critères",
        description="Note et classe des offres d'essai avec les règles du moteur. Le critère de "
        "famille « price » se lit dans le prix ; les autres critères calculés, dans « values ».",
    )
    parser.add_argument("file", metavar="FICHIER", type=existing_file, help="fichier JSON")
    parser.add_argument("--json", action="store_true", help="répond en JSON")
    parser.add_argument(
        "--formulas", action="store_true", help="montre aussi chaque formule avec ses chiffres"
    )
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Read, score, print: 0 when ranked, 1 when the file or the criteria are refused."""
    try:
        simulation = Simulation.model_validate(read_file(options.file))
    except ValidationError as error:
        return _print_wrong_input(input_problems(error), options.json)
    criteria = simulation.rules()
    offers, wrong = simulation.offered()
    if wrong:
        return _print_wrong_input(wrong, options.json)
    unlawful = criteria_problems(criteria, simulation.tie_break)
    if unlawful:
        return _print_refusals(unlawful, options.json)
    wrong = simulation.stray_values() + offer_problems(criteria, offers)
    if wrong:
        return _print_wrong_input(wrong, options.json)
    for problem in simulation.unused():
        print(_visible(sentence(problem.code, problem.facts)), file=sys.stderr)
    try:
        results = score(criteria, offers, simulation.tie_break)
    except Incomplete as refusal:
        return _print_refusals(refusal.problems, options.json)
    _print_results(criteria, results, options)
    return DONE


def _print_wrong_input(problems: Sequence[Problem], as_json: bool) -> int:
    """The file cannot be read as a simulation: the first fault in JSON, all of them otherwise."""
    first = problems[0]
    if as_json:
        message = sentence(first.code, first.facts)
        print_json({"error": {"code": first.code, "message": message, "where": first.where}})
        return REFUSED
    for problem in problems:
        where = f"{_visible(problem.where)} : " if problem.where else ""
        print(f"{where}{_visible(sentence(problem.code, problem.facts))}", file=sys.stderr)
    return REFUSED


def _print_refusals(problems: Sequence[Problem], as_json: bool) -> int:
    """The criteria, or their formulas with so few offers, are not lawful: all the reasons."""
    reasons = [{"code": p.code, "reason": sentence(p.code, p.facts)} for p in problems]
    if as_json:
        print_json({"offers": [], "refusals": reasons})
        return REFUSED
    print("Simulation refusée :", file=sys.stderr)
    for reason in reasons:
        print(f"- {_visible(reason['reason'])}", file=sys.stderr)
    return REFUSED


def _print_results(
    criteria: Sequence[Criterion], results: Sequence[Result], options: argparse.Namespace
) -> None:
    if options.json:
        print_json({"offers": [_as_json(each, criteria) for each in results], "refusals": []})
        return
    print("\n".join(_table(criteria, results)))
    if options.formulas:
        print("\n".join(_formulas(results)))


def _as_json(result: Result, criteria: Sequence[Criterion]) -> dict[str, Any]:
    """Decimals as texts; an eliminated offer has no total, nor mark on what was not compared."""
    marks = {mark.criterion: str(mark.points) for mark in result.marks}
    return {
        "id": result.id,
        "compared_price": str(result.price.euros),
        "scores": {criterion.code: marks.get(criterion.code) for criterion in criteria},
        "total": None if result.total is None else str(result.total),
        "rank": result.rank,
        "eliminated": result.eliminated,
    }


def _table(criteria: Sequence[Criterion], results: Sequence[Result]) -> list[str]:
    """Columns as wide as their longest cell; figures to the right."""
    head = ["Rang", "Offre", "Prix comparé"]
    head += [f"{criterion.code} /{number(criterion.weight)}" for criterion in criteria]
    rows = [[_visible(cell) for cell in [*head, "Total /100"]]]
    rows += [_row(result, criteria) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 1 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(result: Result, criteria: Sequence[Criterion]) -> list[str]:
    marks = {mark.criterion: number(mark.points, 2) for mark in result.marks}
    return [
        "éliminée" if result.rank is None else str(result.rank),
        _visible(result.id),
        euros(result.price),
        *(marks.get(criterion.code, "–") for criterion in criteria),
        "–" if result.total is None else number(result.total, 2),
    ]


def _formulas(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in results:
        lines += ["", _visible(result.id)]
        for mark in result.marks:
            formula = sentence(mark.explanation.code, mark.explanation.figures)
            lines.append(f"  {_visible(mark.criterion)} : {formula} = {number(mark.points, 2)}")
    return lines


def _visible(text: str) -> str:
    """A text from the file without what a terminal would obey."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
