"""Before the markets: structures met and what they were told, demands announced to everybody."""

from datetime import date, timedelta

from app.demo.clock import Scene
from app.demo.stage import Stage
from sad.sourcing import service
from sad.sourcing.schemas import NextDemandInput, SourcingInput

VISIT = (
    "Réseau des ressourceries de Bretagne",
    "Ce que les ressourceries peuvent livrer",
    (
        "Le projet dure quatre ans et porte sur neuf niveaux. Les demandes seront courtes : une "
        "grille de cinq à quinze lignes, quinze jours pour répondre. On pourra répondre à une "
        "partie des quantités. Aucune demande ne partira en août."
    ),
)
WORKSHOP = (
    "Atelier Lorient 19",
    "Tables faites avec des plateaux récupérés",
    (
        "Les plateaux déposés au niveau 2 (une centaine, chêne plaqué) pourront être repris par "
        "les structures qui veulent en faire des tables : la demande donnera leurs cotes."
    ),
)
DEMANDS = (  # months from now, category, about how much
    (1, "reemploi-ressourcerie", "une vingtaine de petits meubles pour le niveau 4"),
    (2, "bois-metal", "des tables et des bureaux, cinq sortes, une trentaine de pièces"),
    (4, "luminaires", "des lampes pour trois salles"),
)


def sourcing(stage: Stage) -> Scene:
    """Two meetings, one told to all before the first market, then three demands to come."""
    yield stage.days.at(155, 14)
    with stage.act("officer") as work:
        first = service.record_meeting(work, stage.system, _meeting(stage.days.before(156), VISIT))
    yield stage.days.at(149, 10)
    with stage.act("officer") as work:
        service.publish(work, stage.system, first.id)
    yield stage.days.at(6, 15)
    with stage.act("buyer") as work:
        service.record_meeting(work, stage.system, _meeting(stage.days.before(7), WORKSHOP))
    yield stage.days.at(5, 16)
    with stage.act("buyer") as work:
        for months, code, quantity in DEMANDS:
            data = NextDemandInput(
                category_id=stage.categories[code],
                month=_month(stage.days.today, months),
                quantity=quantity,
            )
            service.announce(work, stage.system, data)


def _meeting(met_on: date, said: tuple[str, str, str]) -> SourcingInput:
    structure, subject, information = said
    return SourcingInput(
        met_on=met_on, structure=structure, subject=subject, information=information
    )


def _month(today: date, ahead: int) -> date:
    """The first day of the month `ahead` months after this one."""
    return (today.replace(day=1) + timedelta(days=31 * ahead)).replace(day=1)
