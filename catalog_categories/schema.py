"""The shape of one family file. Unknown keys are refused; what several keys must agree on is in
`checks.py`. Field names are those of the files: `README.md` explains each of them.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StrictBool, StrictInt

from sad.frames.vocabulary import Role

ColumnType = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "percent",
    "yes_no",
    "choice",
    "dimensions",
    "date",
    "picture",
]
CriterionFamily = Literal["price", "quality", "environment", "delay", "insertion", "service"]
Method = Literal["proportional", "linear", "min_max", "judged"]
Route = Literal["reuse", "made_to_measure", "service"]
Direction = Literal["lower", "higher"]
ConditionKind = Literal["environment", "social", "delivery", "quality", "safety"]
ProofMoment = Literal["with_offer", "at_delivery", "none"]

# The 17 values of the yearly AGEC declaration, letter for letter (AGEC-09).
AgecFamily = Literal[
    "Produits textiles à l'exception des équipements de protection individuels",
    "Matériel informatique et téléphonie",
    "Matériel de reprographie et d'impression",
    "Consommables d'impression",
    "Papier",
    "Fournitures de bureau",
    "Engins de transport et pièces détachées",
    "Véhicules et pièces détachées",
    "Mobilier et aménagement d'intérieur",
    "Mobilier urbain",
    "Equipements de collecte de déchets",
    "Bocaux et flacons",
    "Articles et équipement sportifs",
    "Matériel d'entretien des espaces verts",
    "Bâtiments modulaires ou préfabriqués",
    "Gros électroménager, y compris appareils professionnels",
    "Jeux et jouets",
]


def _flow(value: Any) -> Any:
    """Join the lines of a text typed over several lines; a blank line stays a new paragraph."""
    if not isinstance(value, str):
        return value
    paragraphs = value.strip().replace("\r\n", "\n").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs if part.strip())


def _number(value: Any) -> Any:
    """TOML integers are exact numbers too; booleans and texts are not numbers."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Line = Annotated[str, Strict(), BeforeValidator(_flow), Field(min_length=1, max_length=200)]
Prose = Annotated[str, Strict(), BeforeValidator(_flow), Field(min_length=1, max_length=2000)]
Name = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Number = Annotated[Decimal, Strict(), BeforeValidator(_number)]
Percent = Annotated[Number, Field(ge=0, le=100, decimal_places=2)]


class Part(BaseModel):
    """Base of every table of a family file: closed, and never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cpv(Part):
    """One code of the common procurement vocabulary, without its control digit."""

    code: Annotated[str, Strict(), Field(pattern=r"^[0-9]{8}$")]
    label: Line


class Agec(Part):
    """The family of the yearly AGEC declaration (AGEC-04) and how a buyer counts in it; without
    family, `counting` says that none of the 17 is meant.
    """

    family: AgecFamily | None = None
    counting: Prose
    to_confirm: StrictBool = False


class OrdinaryPurchase(Part):
    """Why this is an achat d'usage courant (SAD-01, P4) and what must be bought otherwise."""

    reason: Prose
    outside: Annotated[tuple[Line, ...], Field(min_length=1)]


class Selection(Part):
    """The selection criterion of the category (SAD-06, P18) and the help beside its field."""

    criterion: Prose
    help: Prose


class Choice(Part):
    """One value of a `choice` column; `definition` is the written meaning shown beside it."""

    code: Annotated[str, Strict(), Field(pattern=r"^[A-Za-z0-9_]+$", max_length=20)]
    label: Line
    definition: Prose | None = None


class Column(Part):
    """One column of the response frame. Bounds are in the column's unit; money in euros. `role` is
    what the engine reads it as: said only when the code does not say it.
    """

    code: Name
    label: Line
    type: ColumnType
    role: Role | None = None
    required: StrictBool = False
    unit: Line | None = None
    help: Prose | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    max_length: Annotated[StrictInt, Field(ge=1, le=4000)] | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def reads_as(self) -> Role | None:
        """The role written in the file, else the one whose name is the column's code."""
        return self.role or next((role for role in Role if role.value == self.code), None)


class Question(Column):
    """A question answered once for the whole offer, so that nobody writes prose line by line."""


class Anchor(Part):
    """What a mark of the judging scale means, in words both sides can check."""

    mark: Annotated[Number, Field(ge=0)]
    text: Prose


class SubCriterion(Part):
    """A judged part of a criterion; `share` is in percent of that criterion."""

    code: Name
    label: Line
    share: Annotated[Number, Field(gt=0, le=100, decimal_places=2)]
    evidence: Annotated[tuple[Name, ...], Field(min_length=1)]
    anchors: tuple[Anchor, ...]


class Criterion(Part):
    """An award criterion. `weight` is proposed to the market, inside the range announced by the
    notice (P9); `n` belongs to `linear`, `max` (the best mark) and anchors to `judged`, `fallback`
    to `min_max`; `minimum` is an eliminating mark on the same scale. `direction` says which end of
    the column a computed criterion reads is the best one.
    """

    code: Name
    family: CriterionFamily
    label: Line
    weight: Percent
    weight_min: Percent
    weight_max: Percent
    method: Method
    n: Number | None = None
    max: Annotated[Number, Field(gt=0, le=100)] | None = None
    minimum: Annotated[Number, Field(gt=0)] | None = None
    fallback: Literal["proportional"] | None = None
    direction: Direction | None = None
    advice: Prose | None = None
    evidence: tuple[Name, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    sub_criteria: tuple[SubCriterion, ...] = ()


class Condition(Part):
    """A condition of performance; those with `default` are written in each new market (EX-18)."""

    code: Name
    kind: ConditionKind
    default: StrictBool
    text: Prose
    to_confirm: StrictBool = False


class Requirement(Part):
    """A technical requirement of a line. `to_confirm`: ask the legal or safety service first."""

    code: Name
    label: Line
    applies: Prose
    text: Prose
    proof: Prose
    proof_moment: ProofMoment
    reference: Line | None = None
    to_confirm: StrictBool


class Delivery(Part):
    """P16: pieces are unique and stored by people without storage. A service has no piece."""

    advice: Annotated[tuple[Prose, ...], Field(min_length=1)]
    unique_piece_clause: Prose | None = None
    offer_validity_days: Annotated[StrictInt, Field(ge=1, le=180)]
    storage_warning_days: Annotated[StrictInt, Field(ge=1, le=365)]


class Warranty(Part):
    """CCAG-FS gives one year at least; asking for less must be written (PERF-05)."""

    months: Annotated[StrictInt, Field(ge=0, le=120)]
    derogates: StrictBool
    clause: Prose
    advice: Prose
    to_confirm: StrictBool


class Visit(Part):
    """P20: seeing the pieces feeds an announced criterion and never makes one."""

    proposed: StrictBool
    advice: Prose
    feeds: Name
    checklist: Annotated[tuple[Line, ...], Field(min_length=3)]


class SliceSize(Part):
    """A usual slice: `pieces` identical pieces of `item` (P3)."""

    item: Line
    pieces: Annotated[StrictInt, Field(ge=1, le=1000)]


class Slices(Part):
    """How to cut quantities so that small structures can answer (P3)."""

    advice: Prose
    sizes: Annotated[tuple[SliceSize, ...], Field(min_length=1)]


class Timing(Part):
    """Calendar days left to answer; 10 is the legal floor (MS-04, P19)."""

    proposed_days: Annotated[StrictInt, Field(ge=10, le=90)]
    advice: Prose


class Mistake(Part):
    """A common mistake and what to do instead."""

    mistake: Prose
    instead: Prose


class Caution(Part):
    """What the buyer is told when a market falls in a known trap (P9)."""

    code: Name
    when: Prose
    text: Prose
    suggestions: Annotated[tuple[Line, ...], Field(min_length=1)]


class Example(Part):
    """A line as a buyer would write it: values by buyer column code."""

    title: Line
    values: dict[str, Any]


class Entry(Part):
    """One family of the catalogue, complete. Warranty and visit of the pieces are those of goods;
    a service that is not cut in slices has none.
    """

    format: Literal[1]
    code: Annotated[str, Strict(), Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    name: Annotated[Line, Field(max_length=80)]
    summary: Line
    description: Prose
    route: Route
    cpv: Annotated[tuple[Cpv, ...], Field(min_length=1)]
    agec: Agec
    ordinary_purchase: OrdinaryPurchase
    selection: Selection
    buyer_columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    supplier_columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    extra_supplier_columns: tuple[Column, ...] = ()
    questions: tuple[Question, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=2)]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]
    requirements: tuple[Requirement, ...] = ()
    delivery: Delivery
    warranty: Warranty | None = None
    visit: Visit | None = None
    slices: Slices | None = None
    timing: Timing
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=1)]
    warnings: Annotated[tuple[Caution, ...], Field(min_length=1)]
    examples: Annotated[tuple[Example, ...], Field(min_length=1)]
