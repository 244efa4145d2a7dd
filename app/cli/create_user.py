"""`sad create-user`: a person, its roles, its organisation if need be; prints the way in."""

import argparse
import sys

from app.settings import SettingError, load
from sad.accounts.people import (
    OrganisationUnknown,
    add_agent,
    organisation_of_siret,
    register_organisation,
)
from sad.accounts.schemas import AGENT_ROLES
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Organisation
from sad.db.work import Work, writing
from sad.kernel.actor import Role
from sad.kernel.siret import read_siret


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `create-user`."""
    parser = subparsers.add_parser(
        "create-user",
        help="crée une personne et affiche son lien d'entrée",
        description=(
            "Crée une personne dans une organisation, avec un ou plusieurs rôles, et affiche un"
            " lien d'entrée valable sept jours."
        ),
    )
    parser.add_argument(
        "--organisation", required=True, metavar="SIRET", help="SIRET de l'acheteur"
    )
    parser.add_argument(
        "--organisation-name", metavar="NOM", help="crée l'organisation sous ce nom si elle manque"
    )
    parser.add_argument("--name", required=True, metavar="NOM", help="prénom et nom")
    parser.add_argument("--email", required=True, metavar="ADRESSE", help="adresse électronique")
    parser.add_argument(
        "--role",
        required=True,
        action="append",
        choices=[role.value for role in AGENT_ROLES],
        help="un rôle ; l'option se répète",
    )
    parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Creates the person and prints the link; refusals are printed by the command line."""
    from app.cli import print_json
    from app.wiring import build

    try:
        wiring = build(load())
    except SettingError as error:
        print(f"sad : {error}", file=sys.stderr)
        return 1
    roles = [Role(role) for role in options.role]
    with writing(wiring.engine, wiring.clock, wiring.rings, request="command") as work:
        organisation = _organisation(work, options.organisation, options.organisation_name)
        person = add_agent(work, organisation.id, options.email, options.name, roles)
        token = issue_link(work, person.id, "invitation", lifetime=INVITATION)
    wiring.engine.dispose()
    link = f"{wiring.settings.public_url}/entrer/{token}"
    if options.json:
        print_json({"name": person.name, "email": person.email, "sign_in": link})
    else:
        print(f"{person.name} peut entrer pendant sept jours, une fois, par ce lien :\n{link}")
    return 0


def _organisation(work: Work, siret: str, name: str | None) -> Organisation:
    siret = read_siret(siret, "organisation")
    known = organisation_of_siret(work, siret)
    if known is not None:
        return known
    if name is None:
        raise OrganisationUnknown("organisation")
    return register_organisation(work, siret, name)
