"""A template environment with the globals and filters pages rely on, reduced to what the macros need."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sad.kernel.money import Money

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
TEMPLATES = ROOT / "templates"


def icon(name: str) -> Markup:
    """The markup that macros/README.md asks of the global `icon`."""
    return Markup(
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/icons.svg#{}"></use></svg>'
    ).format(name)


def euros(amount: Money) -> str:
    whole, cents = divmod(abs(amount.cents), 100)
    sign = "−" if amount.cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", "\u202f") + f",{cents:02d}\u00a0€"


def environment() -> Environment:
    """StrictUndefined: a macro that reads an optional key without a default fails here."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    env.globals.update(
        csrf=lambda: Markup('<input type="hidden" name="csrf_token" value="x">'),
        act_key=lambda: Markup('<input type="hidden" name="act_key" value="x">'),
        icon=icon,
        static=lambda path: f"/static/{path}",
    )
    filters: dict[str, Callable[..., str]] = {
        "euros": euros,
        "moment": lambda _: "mardi 3 novembre 2026 à 12\u00a0h\u00a000",
        "clock_time": lambda at: f"{at:%H}\u00a0h\u00a0{at:%M}",
    }
    env.filters.update(filters)
    return env


@pytest.fixture(name="env")
def env_fixture() -> Environment:
    return environment()


@pytest.fixture(name="gallery")
def gallery_fixture(env: Environment) -> str:
    """The gallery with invented data, in a demonstration."""
    return env.get_template("gallery.html").render(**gallery_context())


def gallery_context() -> dict[str, object]:
    return {
        "organisation": {"name": "Agglomération du Val d’Ocre", "accent": "sapin", "logo": None},
        "nav": [
            ("Demandes de prix", "/marches", True),
            ("Candidatures", "/candidatures", False),
            ("Crédits", "/credits", False),
            ("Systèmes", "/systemes", False),
            ("Messages", "/messages", False),
            ("Journal", "/journal", False),
        ],
        "person": "Claire Muller",
        "contact": {
            "name": "Claire Muller",
            "role": "service commande publique",
            "phone": "03 00 00 00 00",
            "mail": "achats@agglo.example",
        },
        "demonstration": True,
        "now": datetime(2026, 11, 3, 12, 0),
        "csrf_token": "x",
        "crumbs": [("Accueil", "/"), ("Galerie", None)],
        "flash": [],
        "errors": {},
        "values": {},
        "money": Money,
    }
