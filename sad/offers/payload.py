"""What is sent: the exact bytes of `reponse.json`, their digest, totals and what is missing.

The bytes depend on nothing but what was typed, the files, the grid's version and the supplier's
VAT: the digest reviewed before sending is the one the receipt then lists.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from sad.frames import answers as frames
from sad.frames.cells import Value, restored
from sad.frames.columns import Column
from sad.frames.rules import NOT_OFFERED, Offered
from sad.frames.totals import PricedLine, Totals, totals
from sad.frames.vocabulary import Role
from sad.kernel.canonical import canonical
from sad.kernel.errors import Problem, Refusal
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.offers.answer import Answer, AnswerFile, LineValues
from sad.offers.grid import Grid
from sad.offers.sealing import Place

FORMAT = "sad-offer-v1"
NAME = "reponse.json"
QUESTION = "question:"
"""Before the key of a question, in the place of a problem: no line is called so."""


@dataclass(frozen=True)
class Terms:
    """What an answer is read with: the slot's place, the grid's version, the supplier's VAT."""

    place: Place
    frame_version: int
    frame_sha256: str | None
    regime: VatRegime
    rate: Decimal | None
    partial_allowed: bool


@dataclass(frozen=True)
class Draft:
    """A draft read with its grid. Nothing here raises: what is wrong is in `problems`."""

    answer: Answer
    grid: Grid
    terms: Terms

    @cached_property
    def values(self) -> dict[int, dict[str, Value]]:
        """What was typed, by rank of the line; pictures are the names of the line's files."""
        found = {
            rank: restored_line(self.grid, raw)
            for line, raw in self.answer.lines.items()
            if (rank := self.grid.index.get(line)) is not None
        }
        for file in self.answer.draft_files:
            rank = self.grid.index.get(file.line or "")
            if rank is not None:
                for key in self.grid.pictures:
                    found.setdefault(rank, {})[key] = file.name
        return found

    @cached_property
    def answers(self) -> dict[str, Value]:
        """The answers to the questions of the whole offer, by key."""
        return restored_cells(self.grid.questions, self.answer.answers)

    @cached_property
    def offered(self) -> dict[int, Offered]:
        """The quantity of each line answered; a refused one is in `problems`."""
        found = {}
        for rank, values in self.values.items():
            try:
                offer = frames.offered(self.grid.frame, self.grid.frame.lines[rank], values)
            except Refusal:
                continue
            if offer is not NOT_OFFERED:
                found[rank] = offer
        return found

    @cached_property
    def totals(self) -> Totals:
        """The engine's totals, under the supplier's VAT regime."""
        return totals(
            (line for rank in self.offered if (line := self._priced(rank)) is not None),
            self.terms.regime,
            self.terms.rate,
        )

    def line_payable(self, rank: int) -> Money | None:
        """What the buyer would pay for that line alone (P17); None without price."""
        line = self._priced(rank) if rank in self.offered else None
        return None if line is None else totals([line], self.terms.regime, self.terms.rate).payable

    def price(self, rank: int) -> Money | None:
        """The unit price typed on a line, excluding tax."""
        price = self._of(self.values.get(rank, {}), Role.UNIT_PRICE)
        return price if isinstance(price, Money) else None

    def _priced(self, rank: int) -> PricedLine | None:
        values = self.values[rank]
        price, rate = self.price(rank), self._of(values, Role.VAT_RATE)
        if price is None:
            return None
        quantity = self.offered[rank].quantity
        return PricedLine(str(rank), price, quantity, rate if isinstance(rate, Decimal) else None)

    def _of(self, values: Mapping[str, Value], role: Role) -> Value:
        column = self.grid.frame.supplier_column(role)
        return None if column is None else values.get(column.key)

    @cached_property
    def problems(self) -> list[Problem]:
        """All that keeps the answer from being sent: the questions, then line by line."""
        found = [
            Problem("offers.question_unanswered", f"{QUESTION}{key}", {"question": column.name})
            for key, column in self.grid.questions.items()
            if column.required and self.answers.get(key) is None
        ]
        found += frames.problems_of(self.grid.frame, self.values)
        return found if self.terms.partial_allowed else [*found, *self._left_out()]

    def _left_out(self) -> Iterable[Problem]:
        """Lines without answer in the lots begun: another lot is another choice (L2151-1)."""
        lots = [line.lot_number for line in self.grid.view.lines]
        begun = {lots[rank] for rank in self.answered}
        for rank, line in enumerate(self.grid.frame.lines):
            if rank not in self.answered and lots[rank] in begun:
                yield Problem("offers.line_left_out", line.label, {"line": line.label})

    @cached_property
    def irregular(self) -> list[Problem]:
        """Mandatory lines left without answer: it may be sent, and would be irregular (EX-02)."""
        return frames.unanswered_mandatory(self.grid.frame, self.values)

    @cached_property
    def answered(self) -> set[int]:
        """Ranks of the lines that have an answer."""
        return {
            rank
            for rank, values in self.values.items()
            if frames.is_answered(self.grid.frame, values)
        }

    @cached_property
    def payload(self) -> bytes:
        """The exact bytes of `reponse.json`; `answers` only where the grid asks questions."""
        place, terms = self.terms.place, self.terms
        once = {"answers": self._answered_once()} if self.grid.questions else {}
        return canonical(
            {
                "format": FORMAT,
                "organisation": str(place.organisation_id),
                "market": str(place.market_id),
                "applicant": str(place.applicant_id),
                "frame": {"version": terms.frame_version, "sha256": terms.frame_sha256},
                "vat": {
                    "regime": terms.regime.value,
                    "rate": None if terms.rate is None else format(terms.rate.normalize(), "f"),
                },
                "lines": self._listed(),
                "files": [file.listed for file in self.answer.draft_files],
                "totals": {"ht": self.totals.ht.cents, "payable": self.totals.payable.cents},
                **once,
            }
        )

    def _answered_once(self) -> LineValues:
        kept = self.answer.answers
        return {key: kept[key] for key in self.grid.questions if kept.get(key) is not None}

    def _listed(self) -> list[dict[str, object]]:
        lines = self.grid.view.lines
        return [
            {
                "line": str(lines[rank].id),
                "position": lines[rank].position,
                "label": lines[rank].label,
                "values": {
                    key: raw
                    for key, raw in self.answer.lines.get(str(lines[rank].id), {}).items()
                    if raw is not None and key in self.grid.columns
                },
            }
            for rank in sorted(self.answered)
        ]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the payload: what the press carries, what the receipt lists."""
        return hashlib.sha256(self.payload).hexdigest()


def sent_draft(draft: Draft, payload: bytes) -> Draft:
    """The answer that a payload holds, under the VAT terms it was sent with."""
    sent = json.loads(payload)
    vat, kept = sent["vat"], {file.id: file for file in draft.answer.files}
    files = [kept.get(file["id"]) or AnswerFile(**file) for file in sent["files"]]
    answer = Answer(
        lines={line["line"]: line["values"] for line in sent["lines"]},
        answers=sent.get("answers", {}),
        files=[replace(file, draft=True) for file in files],
    )
    rate = None if vat["rate"] is None else Decimal(vat["rate"])
    return Draft(
        answer, draft.grid, replace(draft.terms, regime=VatRegime(vat["regime"]), rate=rate)
    )


def restored_line(grid: Grid, raw: LineValues) -> dict[str, Value]:
    """The values kept of a line; one whose column changed its type since is asked again."""
    return restored_cells(grid.columns, raw)


def restored_cells(columns: Mapping[str, Column], raw: LineValues) -> dict[str, Value]:
    """The same for any columns, by key."""
    found: dict[str, Value] = {}
    for key, column in columns.items():
        if (kept := raw.get(key)) is not None:
            with suppress(ValueError, ArithmeticError):
                found[key] = restored(column, kept)
    return found
