"""A supplier of the story types its answer, adds its pictures, and sends it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.demo.plans import Answer
from app.demo.stage import DATA, Stage, blocks_of
from sad.db.work import Work
from sad.frames.columns import Column, ColumnType
from sad.frames.queries import LineView
from sad.frames.vocabulary import Role
from sad.kernel.ids import random_id
from sad.markets import suppliers
from sad.offers import deposits, drafts, files
from sad.offers.desk import Desk, take_desk
from sad.suppliers.papers import KeptFile, keep_file

PICTURES = (
    ("fauteuil", "fauteuil.jpg"),
    ("repose", "fauteuil.jpg"),
    ("alcôve", "fauteuil.jpg"),
    ("chaise", "chaises.jpg"),
    ("tabouret", "chaises.jpg"),
    ("lampe", "lampe.jpg"),
    ("suspension", "lampe.jpg"),
    ("armoire", "armoire.jpg"),
    ("vestiaire", "armoire.jpg"),
    ("caisson", "armoire.jpg"),
    ("bibliothèque", "armoire.jpg"),
)
ANOTHER = "table.jpg"
USUAL = {
    Role.PROPOSED: "oui",
    Role.CONDITION: "B",
    Role.ORIGIN: "réemploi",
    Role.VAT_RATE: "20",
    Role.DELAY: "4",
    Role.WARRANTY: "6",
}


def send(stage: Stage, name: str, answer: Answer) -> None:
    """Types the whole answer, adds its pictures and sends it, with its receipt."""
    type_in(stage, name, answer)
    market_id = stage.markets[name]
    with stage.act(answer.supplier) as work:
        digest = take_desk(work, market_id).draft().digest
        deposits.submit(work, market_id, random_id(), digest)


def looked(stage: Stage, name: str, answers: Sequence[Answer]) -> None:
    """The invited open the invitation the day it comes, all but a few of those who never answer."""
    answering = {answer.supplier for answer in answers}
    with stage.act() as work:
        for who, actor in sorted(stage.actors.items()):
            if actor.supplier_id and (who in answering or int(who) % 4):
                work.actor = actor
                suppliers.mark_seen(work, stage.markets[name])


def type_in(stage: Stage, name: str, answer: Answer) -> None:
    """The same, left as a draft."""
    market_id = stage.markets[name]
    kept = _pictures(stage, market_id, answer)
    with stage.act(answer.supplier) as work:
        typed, once = _typed(work, market_id, answer), _asked_once(work, market_id, answer)
        drafts.put(work, market_id, typed, once)
        for position, file in kept.items():
            files.attach(work, market_id, position, file.received, file.object_name, file.key)


def withdraw(stage: Stage, name: str, supplier: str) -> None:
    """Takes the answer back."""
    with stage.act(supplier) as work:
        deposits.withdraw(work, stage.markets[name], random_id())


def _typed(work: Work, market_id: UUID, answer: Answer) -> dict[int, dict[str, str]]:
    """The cells of each line answered, by position then column key."""
    desk = take_desk(work, market_id)
    typed = {}
    for rank, (line, price) in enumerate(zip(desk.grid.view.lines, answer.prices, strict=False)):
        if price:
            columns = desk.grid.columns.values()
            cells = {c.key: _cell(desk, c, line, rank, price, answer) for c in columns}
            typed[line.position] = {key: text for key, text in cells.items() if text}
    return typed


def _asked_once(work: Work, market_id: UUID, answer: Answer) -> dict[str, str]:
    """The questions of the whole offer: each structure has its own ways, always the same."""
    questions = take_desk(work, market_id).grid.questions.values()
    return {
        column.key: _said_once(column, int(answer.supplier) + rank)
        for rank, column in enumerate(questions)
    }


def _said_once(column: Column, turn: int) -> str:
    if column.choices:
        return column.choices[turn % min(3, len(column.choices))]
    return {ColumnType.YES_NO: "oui", ColumnType.TEXT: "Voir nos remarques, ligne par ligne."}.get(
        column.type, "1"
    )


def _cell(desk: Desk, column: Column, line: LineView, rank: int, price: str, answer: Answer) -> str:
    """What is typed in one cell: the answer's own words, or the usual ones."""
    role = column.role
    said = answer.cells.get(role.value, ()) if role is not None else ()
    text = said[rank] if rank < len(said) else ""
    if role is Role.UNIT_PRICE:
        return price
    if role is Role.AVAILABLE:
        return text or f"{line.quantity.normalize():f}"
    if role is Role.DELIVERY_DATE:
        until: Any = desk.market.deadline_at + timedelta(days=35)
        return text or f"{until:%Y-%m-%d}"
    text = text or (USUAL.get(role, "") if role is not None else "")
    if role is Role.CONDITION and column.type is ColumnType.CHOICE:
        return column.choices["ABCD".index(text)]
    return text


def _pictures(stage: Stage, market_id: UUID, answer: Answer) -> dict[int, KeptFile]:
    """A picture of each line answered, where the grid asks for one, encrypted as it is kept."""
    with stage.act(answer.supplier) as work:
        desk = take_desk(work, market_id)
        if not desk.grid.pictures:
            return {}
        shown = {file.line for file in desk.answer.draft_files}
        lines = [
            line
            for line, price in zip(desk.grid.view.lines, answer.prices, strict=False)
            if price and str(line.id) not in shown
        ]
    found = {}
    for line in lines:
        path = picture_of(line.designation)
        size = path.stat().st_size
        found[line.position] = keep_file(stage.store, path.name, size, blocks_of(path))
    return found


def picture_of(designation: str) -> Path:
    """The invented picture that looks most like the piece."""
    words = designation.lower()
    name = next((name for word, name in PICTURES if word in words), ANOTHER)
    return DATA / "photos" / name
