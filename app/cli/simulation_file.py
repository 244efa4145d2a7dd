"""The file `sad simulate` reads: its shape, its numbers, and the French words for each fault.

Numbers are JSON numbers or texts as people type them (`33,33`); never a float.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from sad.kernel.digits import MOST_DIGITS, NumberRefused, parse_decimal
from sad.kernel.errors import Invalid, Problem
from sad.kernel.money import Money
from sad.kernel.vat import VatRateMissing, VatRateWrong, VatRecovery, VatRegime, compared_price
from sad.scoring.rules import DEFAULT_MAX, ENVIRONMENT, PRICE, Criterion
from sad.scoring.scoring import Offered
from sad.scoring.states import Direction, Method

LARGEST = 10_000_000  # bytes
EXAMPLE = Decimal("1234.5")
SHOWN = 40  # characters of a wrong text repeated in its sentence
FRENCH_FAMILIES = {"prix": PRICE, "environnement": ENVIRONMENT}


class FileTooLarge(Invalid):
    """More bytes than any simulation needs."""

    code: ClassVar[str] = "simulate.too_large"


class NotJson(Invalid):
    """Not JSON in UTF-8; the facts say where the reading stopped."""

    code: ClassVar[str] = "simulate.not_json"


class KeyTwice(Invalid):
    """The same key twice in one object: nobody can tell which one was meant."""

    code: ClassVar[str] = "simulate.key_twice"


def _reader(places: int) -> BeforeValidator:
    return BeforeValidator(lambda value: _number(value, places))


def _number(value: object, places: int) -> Decimal:
    """A Decimal read from JSON, or the number typed as a text; anything else is refused."""
    facts: dict[str, Any] = {
        "text": str(value)[:SHOWN],
        "places": places,
        "example": EXAMPLE,
        "most": MOST_DIGITS,
    }
    if isinstance(value, str):
        try:
            return parse_decimal(value, places)
        except NumberRefused as refusal:
            raise PydanticCustomError(refusal.code, "number", refusal.facts) from refusal
    if not isinstance(value, Decimal):
        raise PydanticCustomError("number.unreadable", "number", facts)
    if value < 0:
        raise PydanticCustomError("number.negative", "number", facts)
    if value >= Decimal(10) ** MOST_DIGITS:
        raise PydanticCustomError("number.too_large", "number", facts)
    if value != round(value, places):
        raise PydanticCustomError("number.too_precise", "number", facts)
    return value


Number = Annotated[Decimal, _reader(2)]
Measured = Annotated[Decimal, _reader(3)]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]


class _Shape(BaseModel):
    """A key nobody expects is a typing error, not a detail to skip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CriterionInput(_Shape):
    """One criterion; `family` defaults to the code."""

    code: Text
    family: Text | None = None
    weight: Number
    method: Method
    n: Number | None = None
    max: Measured = DEFAULT_MAX
    minimum: Measured | None = None
    direction: Direction = Direction.LOWER
    fallback: Literal["proportional"] | None = None

    def criterion(self, family: str) -> Criterion:
        """The engine's own criterion."""
        return Criterion(
            code=self.code,
            family=family,
            weight=self.weight,
            method=self.method,
            n=self.n,
            max=self.max,
            minimum=self.minimum,
            direction=self.direction,
            fallback=Method(self.fallback) if self.fallback else None,
        )


class OfferInput(_Shape):
    """One offer; `price` excludes tax, without regime it is what the buyer pays."""

    id: Text
    price: Number
    vat_regime: VatRegime | None = None
    vat_rate: Number | None = None
    values: dict[Text, Measured] = {}

    def offered(self, vat_recovery: VatRecovery) -> Offered:
        """What is compared (P10). Raises VatRateMissing, VatRateWrong."""
        price = Money.of(self.price)
        compared = compared_price(price, self.vat_regime, self.vat_rate, vat_recovery)
        return Offered(self.id, compared, self.values)


class Simulation(_Shape):
    """The whole file."""

    vat_recovery: VatRecovery = VatRecovery.NONE
    criteria: list[CriterionInput]
    offers: list[OfferInput]
    tie_break: list[Text] = []

    def rules(self) -> list[Criterion]:
        """The criteria, each with its family.

        Where no family is the price's, the price is the one computed criterion that no offer gives
        a value for.
        """
        families = [_family(each) for each in self.criteria]
        if PRICE not in families:
            computed = [
                index
                for index, each in enumerate(self.criteria)
                if each.method is not Method.JUDGED
                and families[index] != ENVIRONMENT
                and not any(each.code in offer.values for offer in self.offers)
            ]
            if len(computed) == 1:
                families[computed[0]] = PRICE
        return [
            each.criterion(family) for each, family in zip(self.criteria, families, strict=True)
        ]

    def offered(self) -> tuple[list[Offered], list[Problem]]:
        """The offers with their compared prices, and the VAT rates that are missing or wrong."""
        offers, problems = [], []
        for index, offer in enumerate(self.offers):
            try:
                offers.append(offer.offered(self.vat_recovery))
            except (VatRateMissing, VatRateWrong) as refusal:
                where = f"offers[{index}].vat_rate"
                problems.append(Problem(refusal.code, where, refusal.facts))
        return offers, problems

    def stray_values(self) -> list[Problem]:
        """Values of a criterion that does not exist, or of the price, which has its own field."""
        expected = {rule.code for rule in self.rules() if not rule.is_price}
        return [
            Problem(
                "simulate.value_unexpected",
                f"offers[{index}].values.{code}",
                {"offer": offer.id, "criterion": code},
            )
            for index, offer in enumerate(self.offers)
            for code in offer.values
            if code not in expected
        ]

    def unused(self) -> list[Problem]:
        """What the file says that changes nothing, to be told rather than passed over."""
        return [*self._unused_parameters(), *self._unused_rates()]

    def _unused_parameters(self) -> Iterator[Problem]:
        serves = {"n": {Method.LINEAR}, "max": {Method.JUDGED}, "fallback": {Method.MIN_MAX}}
        for index, each in enumerate(self.criteria):
            for name, methods in serves.items():
                given = name in each.model_fields_set and getattr(each, name) is not None
                if given and each.method not in methods:
                    where = f"criteria[{index}].{name}"
                    yield Problem("simulate.unused", where, {"field": where})

    def _unused_rates(self) -> Iterator[Problem]:
        for index, offer in enumerate(self.offers):
            if offer.vat_rate and offer.vat_regime is not VatRegime.LIABLE:
                where = f"offers[{index}].vat_rate"
                yield Problem("simulate.unused", where, {"field": where})


def read_file(path: Path) -> Any:
    """The JSON of a file, numbers as Decimal. Raises FileTooLarge, NotJson, KeyTwice."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileTooLarge(limit=LARGEST // 1_000_000)
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_int=Decimal,
            parse_float=Decimal,
            parse_constant=_not_a_number,
            object_pairs_hook=_each_key_once,
        )
    except json.JSONDecodeError as error:
        raise NotJson(line=str(error.lineno), column=str(error.colno)) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise NotJson(line="1", column="1") from error


def input_problems(error: ValidationError) -> list[Problem]:
    """Pydantic's faults as problems of ours; `where` is written `offers[2].price`."""
    return [_problem(fault["type"], fault) for fault in error.errors(include_url=False)]


def _family(each: CriterionInput) -> str:
    family = each.family or each.code
    return FRENCH_FAMILIES.get(family, family)


def _not_a_number(constant: str) -> NoReturn:
    raise NotJson(line="1", column="1")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyTwice(where=key[:SHOWN], key=key[:SHOWN])
        found[key] = value
    return found


SHAPE_CODES = {
    "missing": "simulate.missing",
    "extra_forbidden": "simulate.unknown",
    "list_type": "simulate.list_expected",
    "dict_type": "simulate.object_expected",
    "model_type": "simulate.object_expected",
    "model_attributes_type": "simulate.object_expected",
    "enum": "simulate.choice_expected",
    "literal_error": "simulate.choice_expected",
}


def _problem(kind: str, fault: Any) -> Problem:
    where = _path(fault["loc"])
    facts = dict(fault.get("ctx", {}))
    if kind.startswith("number."):
        return Problem(kind, where, facts)
    code = SHAPE_CODES.get(kind, "simulate.text_expected")
    expected = str(facts.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return Problem(code, where or None, {"field": where or "fichier", "expected": expected})


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        if step == "[key]":
            continue
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path
