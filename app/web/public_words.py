"""How answers are compared, said to somebody who never answered a public market (P9, P18)."""

from typing import Any

from sad.categories.schemas import RangeView

BY_FAMILY = {
    "price": "On compare ce que la collectivité paie vraiment, livré et monté : le prix le plus "
    "bas a la meilleure note.",
    "quality": "On regarde ce que montrent vos photos et vos remarques, pièce par pièce. Jamais le "
    "nombre proposé.",
    "environment": "Des questions simples, à cocher. Jamais l’éloignement, jamais votre statut.",
    "delay": "La date à laquelle vous êtes sûr de livrer, dans la période annoncée.",
    "insertion": "Ce qui est prévu sur ce marché pour accompagner et former. Toute entreprise "
    "peut répondre.",
}
BY_METHOD = "Chaque demande de prix dit comment la note se calcule."


def compared(view: RangeView) -> dict[str, Any]:
    """A criterion as its page shows it: label, bounds, what is looked at, in plain words."""
    parts: Any = view.parameters.get("criteria") or []
    labels = [str(part["label"]) for part in parts if part.get("label")]
    labels = [label.removeprefix(f"{view.label} : ") for label in labels]
    return {
        "label": view.label,
        "minimum": view.weight_minimum,
        "maximum": view.weight_maximum,
        "words": BY_FAMILY.get(view.family, BY_METHOD),
        "parts": labels if len(labels) > 1 else [],
    }
