"""Each family of the catalogue is launched with its defaults: nothing blocking is missing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.catalogue import category_input, families
from app.market_defaults import proposal
from catalog_categories.schema import Entry
from sad.categories import service as categories
from sad.frames.schemas import LineInput
from sad.funding import service as funding
from sad.funding.schemas import EnvelopeInput
from sad.funding.schemas import LineInput as FundingLineInput
from sad.kernel.money import Money
from sad.markets import grid, sections, service
from sad.markets.checks import findings
from sad.markets.schemas import AwardInput, CreditsInput, DeliveryInput, LotInput, NeedInput
from sad.systems import service as systems
from sad.systems.schemas import SystemInput
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import admit
from tests.support.published import notice

CORE = ("designation", "quantity", "unit", "code")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("entry", families(), ids=lambda entry: entry.code)
def test_a_market_of_the_family_can_be_launched(entry: Entry, work: OpenWork, cast: Cast) -> None:
    """The buyer writes what only a buyer knows; the rest is what the family proposes."""
    with work(cast.actor("officer")) as w:
        system = systems.create(w, SystemInput(title="Achats", maximum_cents=200_000_00))
        category = categories.add(w, system.id, category_input(entry))
        systems.change(w, system.id, notice(system.version))
        categories.publish(w, system.id)
        given = FundingLineInput(system_id=system.id, label="Crédits", budget="B", year=2026)
        line = funding.create_line(w, given, Money(50_000_00), "vote")
        plan = EnvelopeInput(category_id=category.id, funding_line_id=line.id, label="Plan")
        envelope = funding.create_envelope(w, plan)
        funding.allocate(w, envelope.id, Money(50_000_00), "plan")
        admit(w, cast, system.id, category.id, "alder")
    columns, hints, defaults = proposal(entry.code)
    with work(cast.actor("buyer")) as w:
        market = service.create_draft(
            w, category.id, entry.name, columns=columns, hints=hints, defaults=defaults
        )
        for example in entry.examples:
            grid.add_line(w, market.id, line_of(example.values))
        for update, said in SAID:
            update(w, market.id, said, market.version)
        money = LotInput(
            estimate=Money(1_000_00),
            credits=Money(1_200_00),
            funding_line_id=line.id,
            envelope_id=envelope.id,
        )
        sections.update_credits(w, market.id, CreditsInput(lots=[money]), market.version)
        assert [one.problem for one in findings(w, market.id) if one.blocking] == []


SAID: tuple[Any, ...] = (
    (
        sections.update_need,
        NeedInput(title="Marché", description="Le besoin décrit.", need_confirmed=True),
    ),
    (
        sections.update_delivery,
        DeliveryInput(delivery_place="Le Totem", delivery_until=date(2026, 12, 15)),
    ),
    (sections.update_award, AwardInput(variants_allowed=False)),
)


def line_of(values: dict[str, Any]) -> LineInput:
    """The example as the buyer would type it."""
    return LineInput(
        designation=values["designation"],
        quantity=Decimal(values["quantity"]),
        unit=values.get("unit", ""),
        code=values["code"],
        values={key: typed(value) for key, value in values.items() if key not in CORE},
    )


def typed(value: object) -> str:
    """A value of the file as a person types it."""
    return ("Oui" if value else "Non") if isinstance(value, bool) else str(value)
