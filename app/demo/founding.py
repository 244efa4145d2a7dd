"""How it starts: the organisation, its people and powers, the published system, the credits."""

from datetime import date, timedelta

from app.catalogue import category_input, families
from app.demo.cast import (
    ADDRESS,
    AGENTS,
    CONTACT,
    CONTACT_EMAIL,
    ORGANISATION,
    PHONE,
    SIRET,
)
from app.demo.clock import Scene
from app.demo.stage import Stage
from sad.accounts import delegations, people
from sad.accounts.rules import Act
from sad.accounts.schemas import DelegationInput, OrganisationInput
from sad.categories import service as categories
from sad.db.work import Work
from sad.funding import service as funding
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.kernel.actor import Actor
from sad.kernel.calendar import ONE_DAY
from sad.kernel.dates import first_candidatures
from sad.kernel.money import Money
from sad.papers import service as papers
from sad.papers.states import PaperKind
from sad.systems import service as systems
from sad.systems.schemas import SystemChange, SystemInput

TITLE = "Mobilier de réemploi du Totem"
MAXIMUM = Money.parse("200 000")
OBJECT = (
    "Meubler les neuf niveaux du Totem, bâtiment tertiaire de 6 000 m² près de la gare, avec du "
    "mobilier de réemploi, reconditionné ou surcyclé, par petits marchés successifs."
)
DESCRIPTION = (
    "Trois mille mètres carrés à meubler en quatre ans. Pas de catalogue, pas de grand lot : des "
    "demandes courtes, une grille à compléter ligne par ligne, quinze jours pour répondre. Les "
    "pièces uniques et les petites séries ont leur place. Rejoindre le dispositif ne vous engage à "
    "rien : vous répondez quand vous avez les pièces."
)
YEARS = 4

# What each category may spend, tax included: 200 000 € in all, on two funding lines.
INVESTMENT = {
    "bois-metal": "45 000",
    "assises-tissu": "30 000",
    "luminaires": "15 000",
    "mobilier-bois": "30 000",
    "metal": "20 000",
    "amenagement-espace": "35 000",
}
FUNCTIONING = {"reemploi-ressourcerie": "25 000"}


def founding(stage: Stage) -> Scene:
    """The organisation, then the powers, the system, its publication and its money."""
    yield stage.days.at(168, 9)
    _organisation(stage)
    yield stage.days.at(166, 10)
    _delegations(stage)
    yield stage.days.at(160, 9, 30)
    with stage.act("officer") as work:
        _draft_system(stage, work)
    yield stage.days.at(150, 11)
    with stage.act("officer") as work:
        _publish(stage, work)
    stage.seal()
    yield stage.days.at(147, 15)
    with stage.act("officer") as work:
        _funds(stage, work)
    yield stage.days.at(48, 16)
    with stage.act("officer") as work:
        _transfer(stage, work)
    stage.seal()


def _organisation(stage: Stage) -> None:
    with stage.act() as work:
        organisation = people.register_organisation(work, SIRET, ORGANISATION)
        for agent in AGENTS:
            person = people.add_agent(work, organisation.id, agent.email, agent.name, agent.roles)
            stage.actors[agent.part] = Actor(
                person.id, organisation.id, None, frozenset(agent.roles)
            )
    with stage.act("administrator") as work:
        people.update_organisation(
            work,
            OrganisationInput(
                name=ORGANISATION,
                address=ADDRESS,
                contact_name=CONTACT,
                contact_phone=PHONE,
                contact_email=CONTACT_EMAIL,
                invoice_service_code="TOTEM-MOB",
            ),
        )


def _delegations(stage: Stage) -> None:
    """Two signatories: one for everything, one up to 10 000 € excluding tax."""
    executory = stage.days.before(167)
    until = _years_later(executory, YEARS + 1) - ONE_DAY
    acts = list(Act)
    powers = (
        (
            "vice_president",
            "vice-présidente déléguée à la commande publique",
            f"{executory.year}-AR-112",
            acts,
            None,
        ),
        (
            "director",
            "directeur général adjoint aux ressources",
            f"{executory.year}-AR-118",
            [act for act in acts if act is not Act.ADMISSION_WITHDRAWAL],
            "10 000",
        ),
    )
    agents = {agent.part: agent for agent in AGENTS}
    with stage.act("administrator") as work:
        for part, quality, number, scope, ceiling in powers:
            delegation = delegations.create(
                work,
                DelegationInput(
                    person_name=agents[part].name,
                    email=agents[part].email,
                    quality=quality,
                    act_number=number,
                    executory_on=executory,
                    scope=scope,
                    ceiling=None if ceiling is None else Money.parse(ceiling),
                    valid_from=executory,
                    valid_until=until,
                ),
            )
            stage.delegations[part] = delegation.id


def _draft_system(stage: Stage, work: Work) -> None:
    system = systems.create(
        work, SystemInput(title=TITLE, object=OBJECT, maximum_cents=MAXIMUM.cents)
    )
    stage.system_id = system.id
    for entry in families():
        if entry.code not in INVESTMENT | FUNCTIONING:
            continue  # this system buys furniture; the catalogue knows more
        category = categories.add(work, system.id, category_input(entry))
        stage.categories[entry.code] = category.id


def _publish(stage: Stage, work: Work) -> None:
    days = stage.days
    sent = days.before(151)
    opening = days.at(150, 0)
    system = systems.change(
        work,
        stage.system,
        SystemChange(
            version=1,
            opening_at=opening,
            closing_at=days.calendar.end_of_day(_years_later(days.before(150), YEARS)),
            notice_support="BOAMP",
            notice_sent_on=sent,
            notice_reference=f"{sent:%y}-104512",
            first_candidatures_on=days.calendar.next_working(
                first_candidatures(sent, days.calendar) + timedelta(days=2)
            ),
            variants_allowed=False,
            legal_control=False,
            deliberation_number=f"{days.before(175).year}-088",
            deliberation_on=days.before(175),
            prefecture_receipt_on=days.before(172),
            description=DESCRIPTION,
        ),
    )
    categories.publish(work, system.id)
    for kind in (PaperKind.NOTICE_TEXT, PaperKind.RULES, PaperKind.TERMS):
        papers.issue(work, kind, system.id)


def _funds(stage: Stage, work: Work) -> None:
    year = stage.days.before(147).year
    nature = {
        "investment": ("Mobilier du Totem, investissement", "21", "21848", INVESTMENT),
        "functioning": ("Petit équipement du Totem", "011", "60632", FUNCTIONING),
    }
    names = {entry.code: entry.name for entry in families()}
    for section, (label, chapter, account, plan) in nature.items():
        total = sum((Money.parse(amount) for amount in plan.values()), Money(0))
        line = funding.create_line(
            work,
            LineInput.model_validate(
                {
                    "system_id": stage.system,
                    "label": f"{label} {year}",
                    "budget": "Budget principal",
                    "year": year,
                    "section": section,
                    "chapter": chapter,
                    "nature": account,
                    "programme_number": f"AP{year}-07" if section == "investment" else "",
                }
            ),
            total,
            f"vote:{section}",
        )
        for code, amount in plan.items():
            envelope = funding.create_envelope(
                work,
                EnvelopeInput(
                    category_id=stage.categories[code],
                    funding_line_id=line.id,
                    label=names[code],
                    overshoot="block" if code == "luminaires" else "warn",
                ),
            )
            funding.allocate(work, envelope.id, Money.parse(amount), f"plan:{code}")
            stage.lines[code], stage.envelopes[code] = line.id, envelope.id


def _transfer(stage: Stage, work: Work) -> None:
    """The money follows the prices that came in."""
    funding.transfer(
        work,
        stage.envelopes["luminaires"],
        stage.envelopes["assises-tissu"],
        Money.parse("3 000"),
        "Les assises regarnies sont plus chères que prévu ; une partie des lampes passe dans les "
        "travaux du niveau 3.",
        "transfer:lamps-to-seats",
    )


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; 28 February for a 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
