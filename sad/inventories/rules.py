"""What may be done with an inventory's lines and scenarios; amounts beside credits."""

from decimal import Decimal
from typing import ClassVar

from sad.kernel.errors import Invalid, Refusal
from sad.kernel.money import Money, half_up

USUAL_VAT = Decimal(20)  # to read amounts without tax beside credits voted with it


class NameTaken(Invalid):
    """Another scenario of the inventory has this name."""

    code: ClassVar[str] = "inventories.name_taken"


class NothingChosen(Invalid):
    """No line is ticked."""

    code = "inventories.nothing_chosen"


class NothingToChange(Invalid):
    """Neither route, category, quantity nor price is given."""

    code = "inventories.nothing_to_change"


class LastScenario(Refusal):
    """An inventory keeps one scenario at least."""

    code = "inventories.last_scenario"


class NotLastChange(Refusal):
    """What is to be undone is not the scenario's last change any more."""

    code = "inventories.not_last_change"


class AlreadyPicked(Refusal):
    """Some lines are in another market already. Facts: `count`, `lines`, `markets`."""

    code = "inventories.already_picked"


class QuantityMissing(Invalid):
    """Some lines have no quantity. Facts: `count`, `lines`."""

    code = "inventories.quantity_missing"


def in_basis(amount: Money, basis: str) -> Money:
    """An amount without tax as a funding line of this basis counts it: at 20 % for `ttc`."""
    if basis != "ttc":
        return amount
    return Money(int(half_up(Decimal(amount.cents) * (100 + USUAL_VAT) / 100, 0)))
