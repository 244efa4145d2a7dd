"""What a family of the catalogue proposes to a new market, as values of the engine."""

from app.catalogue import family
from catalog_categories.proposal import questions
from catalog_categories.schema import Column as Proposed
from catalog_categories.schema import Entry
from sad.frames.columns import Column, ColumnType, Meaning, drawn
from sad.frames.schemas import PLACES
from sad.frames.vocabulary import Role, Side
from sad.markets.defaults import COLUMNS
from sad.markets.schemas import MarketDefaults


def proposal(code: str) -> tuple[tuple[Column, ...], dict[str, str], MarketDefaults]:
    """Columns and questions, hints by key, first texts; those of any market if none is known."""
    entry = family(code)
    if entry is None:
        return COLUMNS, {}, MarketDefaults()
    asked = questions(entry)
    columns = (
        *(column(item, Side.BUYER) for item in entry.buyer_columns),
        *(column(item, Side.SUPPLIER) for item in entry.supplier_columns),
        *(column(item, Side.OFFER) for item in asked),
    )
    hinted = (*entry.buyer_columns, *entry.supplier_columns, *asked)
    hints = {item.code: hint(item) for item in hinted}
    return columns, hints, _texts(entry)


def extra_columns(code: str) -> tuple[tuple[Column, str], ...]:
    """The supplier's columns of the family that are added only on purpose (P17), with hints."""
    entry = family(code)
    if entry is None:
        return ()
    return tuple((column(c, Side.SUPPLIER), hint(c)) for c in entry.extra_supplier_columns)


def column(proposed: Proposed, side: Side) -> Column:
    """A column of the catalogue as grids know it."""
    kind = ColumnType(proposed.type)
    role = None if side is Side.OFFER else _role(proposed)
    return Column(
        key=proposed.code,
        name=proposed.label,
        side=side,
        type=kind,
        role=role,
        required=proposed.required,
        minimum=proposed.minimum,
        maximum=proposed.maximum,
        places=PLACES.get(kind, 0),
        choices=tuple(choice.label for choice in proposed.choices),
        meanings=_meanings(proposed, role),
    )


def hint(proposed: Proposed) -> str:
    """The words under the column: its help. What each choice means stands beside the choice."""
    return proposed.help or ""


def _meanings(proposed: Proposed, role: Role | None) -> tuple[Meaning, ...]:
    """What each choice means, with our drawings for the three grades of a condition (P17)."""
    if not any(choice.definition for choice in proposed.choices):
        return ()
    labels = [choice.label for choice in proposed.choices]
    return tuple(
        Meaning(choice.definition or "", picture)
        for choice, picture in zip(proposed.choices, drawn(role, labels), strict=True)
    )


def _role(proposed: Proposed) -> Role | None:
    """The role the catalogue says, else the one its code is."""
    name = getattr(proposed, "role", None) or proposed.code
    return Role(name) if name in set(Role) else None


def _texts(entry: Entry) -> MarketDefaults:
    said = [item for item in entry.conditions if item.default]
    environment = [item.text for item in said if item.kind == "environment"]
    social = [item.text for item in said if item.kind == "social"]
    return MarketDefaults(
        condition_of_performance="\n\n".join(environment),
        social_condition="\n\n".join(social),
        warranty=entry.warranty.clause if entry.warranty else "",
        visit_checklist="\n".join(entry.visit.checklist) if entry.visit else "",
        validity_days=entry.delivery.offer_validity_days,
    )
