"""The application's own template environment, and the gallery with invented data."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment
from markupsafe import Markup

from app.web.pages import environment
from sad.kernel.money import Money

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
TEMPLATES = ROOT / "templates"


def gallery_context() -> dict[str, object]:
    """What the demonstration gives the gallery: an agent of an invented organisation."""
    labels = ("Demandes de prix", "Candidatures", "Crédits", "Systèmes", "Messages", "Journal")
    return {
        "organisation": {"name": "Agglomération du Val d’Ocre", "accent": "sapin"},
        "nav": [(label, "/", label == labels[0]) for label in labels],
        "person": "Claire Muller",
        "contact": {
            "name": "Claire Muller",
            "role": "service commande publique",
            "phone": "03 00 00 00 00",
            "mail": "achats@agglo.example",
        },
        "csrf": lambda: Markup('<input type="hidden" name="csrf_token" value="x">'),
        "csrf_token": "x",
        "crumbs": [("Accueil", "/"), ("Galerie", None)],
        "demonstration": True,
        "now": datetime(2026, 11, 3, 11, 0, tzinfo=UTC),
        "errors": {},
        "values": {},
        "money": Money,
    }


@pytest.fixture(name="env")
def env_fixture() -> Environment:
    return environment()


@pytest.fixture(name="gallery")
def gallery_fixture(env: Environment) -> str:
    return env.get_template("gallery.html").render(gallery_context())
