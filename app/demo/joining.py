"""The suppliers: listed by the officer, then each completes its file and asks to join."""

import csv
from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import select

from app.demo.cast import COLLEAGUE, STRUCTURES, Structure
from app.demo.clock import Scene
from app.demo.stage import DATA, Stage
from sad.accounts.people import person_for
from sad.candidatures import decisions, drafts
from sad.candidatures import service as candidatures
from sad.candidatures.schemas import ChoiceInput, DecisionInput, Declaration, RequestInput
from sad.db.work import Work
from sad.kernel.actor import Actor, Role
from sad.kernel.vat import VatRegime
from sad.suppliers import service as suppliers
from sad.suppliers.importing import import_rows
from sad.suppliers.schemas import PersonInput, SupplierChange
from sad.suppliers.tables import Supplier

LIST = DATA / "fournisseurs.csv"
REASONS = "Le dossier est complet et décrit ce que la structure sait faire."
REFUSED_REASONS = (
    "La structure renvoie à son site et ne dit pas ce qu'elle sait faire en réemploi, comme le "
    "demande l'avis ; la demande de complément est restée sans réponse. Elle peut candidater de "
    "nouveau à tout moment."
)
COMPLEMENT = (
    "Dites en deux lignes ce que vous savez faire en réemploi (exemple : « serrures remplacées, "
    "laquage au pistolet, séries de vingt »)."
)


def structure(number: str) -> Structure:
    """A supplier of the story by its number."""
    return next(one for one in STRUCTURES if one.number == number)


def rows() -> dict[str, dict[str, str]]:
    """The list of suppliers, by the number that ends their name."""
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        return {row["raison_sociale"][-2:]: row for row in csv.DictReader(file, delimiter=";")}


def listing(stage: Stage) -> Scene:
    """The officer's list, from the sourcing that came before."""
    yield stage.days.at(149, 9)
    listed = rows()
    with stage.act() as work:
        people = {
            number: person_for(work, row["courriel"], structure(number).person).id
            for number, row in listed.items()
        }
    with stage.act("officer") as work:
        if warnings := import_rows(work, listed.values()):
            raise ValueError(f"rows of {LIST.name} that cannot be imported: {warnings}")
        found = {row.siret: row.id for row in work.session.exec(select(Supplier))}
    for number, row in listed.items():
        supplier = found[row["siret"]]
        stage.actors[number] = Actor(people[number], None, supplier, frozenset({Role.SUPPLIER}))


def joinings(stage: Stage) -> Iterator[Scene]:
    """One thread a supplier. Eighteen come before the first date, the others as they please."""
    early = [one for one in STRUCTURES if one.number not in {"13", "19", "20", "22", "23"}]
    for place, one in enumerate(early):
        yield _admitted(stage, one, asked=141 - place, decided=132 - place)
    yield _admitted(stage, structure("20"), asked=60, decided=51)
    yield _refused(stage, structure("22"))
    yield _completing(stage, structure("13"))
    yield _waiting(stage, structure("19"), soon=True)
    yield _waiting(stage, structure("23"), soon=False)


def _admitted(stage: Stage, one: Structure, asked: int, decided: int) -> Scene:
    yield stage.days.at(asked, 9 + int(one.number) % 8, int(one.number))
    _apply(stage, one)
    yield stage.days.at(decided, 11, int(one.number))
    with stage.act("officer") as work:
        for code in _codes(one):
            data = DecisionInput(reasons=REASONS, delegation_id=stage.delegations["director"])
            decisions.admit(work, stage.candidatures[one.number, code], data)
    if one.number == "01":
        yield stage.days.at(90, 10)
        with stage.act("01") as work:
            name, email, function = COLLEAGUE
            suppliers.invite(work, PersonInput(email=email, name=name, function=function))


def _refused(stage: Stage, one: Structure) -> Scene:
    yield stage.days.at(45, 10)
    _apply(stage, one)
    yield stage.days.at(42, 14)
    with stage.act("officer") as work:
        _ask(stage, work, one, due=36)
    yield stage.days.at(32, 9)
    with stage.act("officer") as work:
        for code in _codes(one):
            data = DecisionInput(
                reasons=REFUSED_REASONS, delegation_id=stage.delegations["vice_president"]
            )
            decisions.refuse(work, stage.candidatures[one.number, code], data)


def _completing(stage: Stage, one: Structure) -> Scene:
    yield stage.days.at(9, 15)
    _apply(stage, one)
    yield stage.days.at(4, 10)
    with stage.act("officer") as work:
        _ask(stage, work, one, due=-3)


def _waiting(stage: Stage, one: Structure, *, soon: bool) -> Scene:
    day = stage.days.received_to_decide_soon() if soon else stage.days.before(2)
    yield stage.days.calendar.end_of_day(day) - timedelta(hours=7)
    _apply(stage, one)


def _ask(stage: Stage, work: Work, one: Structure, due: int) -> None:
    """The same complement for each category asked; `due` in days before today, negative after."""
    days = stage.days
    due_on = (
        days.before(due)
        if due > 0
        else days.calendar.next_working(days.today + timedelta(days=-due))
    )
    asked = [stage.candidatures[one.number, code] for code in _codes(one)]
    decisions.ask_complements(work, asked, RequestInput(text=COMPLEMENT, due_on=due_on))


def _apply(stage: Stage, one: Structure) -> None:
    """The supplier completes its file, chooses its categories, declares and sends."""
    row = rows()[one.number]
    with stage.act(one.number) as work:
        supplier = work.shared(Supplier, work.supplier_id)
        change = SupplierChange(
            version=supplier.version,
            address=f"{int(one.number)} rue de l'Atelier, {row['ville']}",
            phone=f"02 96 00 01 {one.number}",
            capacity=one.capacity,
            area="Côtes-d'Armor, Ille-et-Vilaine, Finistère et Morbihan",
        )
        if one.regime:
            change = change.model_copy(update={"vat_regime": VatRegime(one.regime)})
        suppliers.change(work, SupplierChange.model_validate(change.model_dump(exclude_unset=True)))
        chosen = {stage.categories[code]: code for code in _codes(one)}
        made = drafts.choose(
            work, stage.system, ChoiceInput(category_ids=list(chosen), capacity=one.capacity)
        )
        sent = candidatures.submit(
            work,
            [draft.id for draft in made],
            Declaration(
                declarant_name=one.person,
                declarant_function=one.function,
                no_ground=True,
                declared=True,
            ),
        )
        for candidature in sent:
            stage.candidatures[one.number, chosen[candidature.category_id]] = candidature.id


def _codes(one: Structure) -> list[str]:
    return [*rows()[one.number]["categories"].split("|"), *one.more]
