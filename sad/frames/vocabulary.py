"""The words people put at the head of a grid's columns, and what each of them means.

`role_of` reads a header as a `Role`; `side_words` says whether its words speak of what is wanted
(buyer) or of what is offered (supplier). GRID-01 and GRID-04 list the columns seen in real grids.
"""

import re
import unicodedata
from enum import StrEnum

LONGEST_HEADER = 160  # characters; a longer text above a table is a note


class Side(StrEnum):
    """Who writes in a column. The supplier can write only in its own (GRID-02).

    An `offer` column is a question the supplier answers once, for all the lines.
    """

    BUYER = "buyer"
    SUPPLIER = "supplier"
    OFFER = "offer"


class Role(StrEnum):
    """What the engine reads a column as; a column without role is kept as it is."""

    NUMBER = "number"
    CODE = "code"
    DESIGNATION = "designation"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    UNIT = "unit"
    SLICE_SIZE = "slice_size"
    MANDATORY = "mandatory"
    CATEGORY = "category"
    PLACE = "place"
    DIMENSIONS = "dimensions"
    LENGTH = "length"
    WIDTH = "width"
    HEIGHT = "height"
    DEPTH = "depth"
    DIAMETER = "diameter"
    TOLERANCE = "tolerance"
    MATERIALS = "materials"
    COLOUR = "colour"
    REQUIREMENTS = "requirements"
    PICTURE = "picture"
    ORIGIN = "origin"
    CONDITION = "condition"
    MATCHING = "matching"
    SUPPLIED = "supplied"
    SUPPLIED_QUANTITY = "supplied_quantity"
    SUPPLIED_PLACE = "supplied_place"
    MAXIMUM_PRICE = "maximum_price"
    ESTIMATE = "estimate"
    LATEST_DATE = "latest_date"
    PROPOSED = "proposed"
    AVAILABLE = "available_quantity"
    SLICES = "slices"
    UNIT_PRICE = "unit_price"
    UNIT_PRICE_TTC = "unit_price_ttc"
    DELIVERY_PRICE = "delivery_price"
    LINE_TOTAL = "line_total"
    VAT_RATE = "vat_rate"
    ECO_CONTRIBUTION = "eco_contribution"
    DELAY = "delay"
    DELIVERY_DATE = "delivery_date"
    WARRANTY = "warranty"
    BRAND = "brand"
    REUSE_SHARE = "reuse_share"
    NOTE = "note"


# Asked by nobody but a buyer, answered by nobody but a supplier; the others may be either's.
BUYER_ROLES = frozenset(
    {
        Role.NUMBER,
        Role.CODE,
        Role.DESIGNATION,
        Role.QUANTITY,
        Role.UNIT,
        Role.SLICE_SIZE,
        Role.MANDATORY,
        Role.CATEGORY,
        Role.PLACE,
        Role.TOLERANCE,
        Role.REQUIREMENTS,
        Role.MATCHING,
        Role.SUPPLIED,
        Role.SUPPLIED_QUANTITY,
        Role.SUPPLIED_PLACE,
        Role.MAXIMUM_PRICE,
        Role.ESTIMATE,
        Role.LATEST_DATE,
    }
)
SUPPLIER_ROLES = frozenset(
    {
        Role.PROPOSED,
        Role.AVAILABLE,
        Role.SLICES,
        Role.UNIT_PRICE,
        Role.UNIT_PRICE_TTC,
        Role.DELIVERY_PRICE,
        Role.LINE_TOTAL,
        Role.VAT_RATE,
        Role.ECO_CONTRIBUTION,
        Role.DELAY,
        Role.DELIVERY_DATE,
        Role.WARRANTY,
        Role.BRAND,
        Role.REUSE_SHARE,
    }
)
CORE_ROLES = frozenset({Role.NUMBER, Role.CODE, Role.DESIGNATION, Role.QUANTITY, Role.UNIT})

# The first pattern found in the header's plain words wins: from the most particular to the vaguest.
_PATTERNS: tuple[tuple[Role, str], ...] = (
    (
        Role.SUPPLIED_QUANTITY,
        r"(quantite|\bqtes?\b).*((matiere|materiau).*(fourni|remis|confi)|fourni\w* par)",
    ),
    (
        Role.SUPPLIED_PLACE,
        r"^ou (la |le |les )?(chercher|retirer|prendre)|^(lieu|adresse) de (retrait|mise a dispo)",
    ),
    (
        Role.SUPPLIED,
        r"(matiere|materiau|fourniture)\w* (fourni|remis|confi)|^fourni\w* par (l |la |le |nous)",
    ),
    (
        Role.SLICES,
        r"(nombre|nb|nbre)?.*\b(tranches?|lots?)\b.*(propos|dispo|offert|possible|fourni)",
    ),
    (
        Role.SLICE_SIZE,
        r"\b(taille|quantite|pieces|unites)\b.*\b(tranche|par lot)\b|par tranche|^tranches?$",
    ),
    (
        Role.PROPOSED,
        r"(dispo|disponible|propose).* (oui|o) (ou )?(non|n)$|^pouvez vous( fournir)?\b",
    ),
    (
        Role.AVAILABLE,
        (
            r"(quantite|\bqtes?\b|\bqt\b|\bnb\b|\bnbre\b|nombre|stock).*"
            r"(dispo|propos|offert|fourni|candidat|livrable|possible|en stock)"
            r"|^combien|ai combien|^(en )?stock|^disponibles?$"
        ),
    ),
    (
        Role.PROPOSED,
        r"je repond|^reponse( oui| o n)|^(ligne |article )?propose(e|s|es)?( oui| o n|$)",
    ),
    (Role.PROPOSED, r"^repond(u|ez)|^(oui|o) (ou )?(non|n)$|disponible oui|vous proposez"),
    (Role.MAXIMUM_PRICE, r"(prix|\bpu\b|montant|cout).*(max|plafond|limite)"),
    (
        Role.ESTIMATE,
        r"(prix|\bpu\b|montant|cout|valeur|total).*(estim|cible|indicati|prevu)|budget|estimati",
    ),
    (Role.ECO_CONTRIBUTION, r"\beco ?(contribution|participation|taxe|mobilier)|\bd3e\b|\bdeee\b"),
    (Role.VAT_RATE, r"^(taux )?(de )?(la )?tva\b|taux.*tva|^tva"),
    (Role.LINE_TOTAL, r"(montant|prix|total|cout).*\btotal|^total|^montant|^sous total"),
    (Role.UNIT_PRICE_TTC, r"(prix|\bpu\b|\bp u\b|tarif).*\bttc\b|\bputtc\b"),
    (
        Role.UNIT_PRICE,
        r"(prix|\bpx|tarif|cout|valeur).*(unit|l unite|piece)|\bpu\b|\bp u\b|\bpuht\b",
    ),
    (
        Role.DELIVERY_PRICE,
        r"(prix|cout|frais|tarif).*(livraison|transport|montage|installation|port\b)",
    ),
    (Role.UNIT_PRICE, r"^(votre |mon )?(prix|tarif)\b"),
    (
        Role.LATEST_DATE,
        r"date (limite|souhait|au plus tard|de besoin)|(livraison|livrer).*(avant|au plus)",
    ),
    (
        Role.DELIVERY_DATE,
        r"livrable|date.*(livraison|dispo)|(disponible|livre|livraison) le\b|^disponibilite",
    ),
    (Role.DELAY, r"\bdelais?\b|^semaines? de livraison"),
    (Role.WARRANTY, r"garantie"),
    (Role.REUSE_SHARE, r"(\bpart\b|taux|pourcentage|%).*(reemploi|recycl|reutil|surcycl)"),
    (Role.PICTURE, r"photo|image|visuel|illustration|croquis"),
    (Role.DIMENSIONS, r"dimension|\bdims?\b|\bl ?x ?[lp] ?x ?h\b|encombrement|format|taille"),
    (Role.TOLERANCE, r"tolerance|ecart"),
    (Role.MATERIALS, r"materiau|matiere|finition|essence|revetement"),
    (Role.COLOUR, r"couleur|coloris|teinte|^ral\b"),
    (
        Role.REQUIREMENTS,
        r"exigence|contrainte|norme|\bfeu\b|specification|caracteristique|prescription",
    ),
    (Role.ORIGIN, r"origine|provenance|tracabilite"),
    (
        Role.CONDITION,
        (
            r"^etats?\b|\betat (de|des|du|accept|min|propos|general)|\bgrade\b"
            r"|niveau de (qualite|usure)"
        ),
    ),
    (Role.BRAND, r"\bmarque|\bmodele"),
    (Role.NOTE, r"remarque|observation|commentaire|^notes?\b|precision"),
    (
        Role.NUMBER,
        r"^(n|no|nr|num|numero)( (de|d|la|ligne|lig|ordre|poste|item|article|lot|prix))*$",
    ),
    (Role.NUMBER, r"^(ligne|lig|poste|item|rang|ordre|#)$"),
    (
        Role.CODE,
        r"^codes?\b|^ref\b|reference|^repere|^rep\b|^id\b|identifiant|^n (d )?inv(entaire)?$",
    ),
    (Role.MANDATORY, r"obligatoire|facultati"),
    (Role.LENGTH, r"^(longueur|long)\b"),
    (Role.WIDTH, r"^(largeur|larg)\b"),
    (Role.HEIGHT, r"^(hauteur|haut|h)\b(?! t)"),
    (Role.DEPTH, r"^(profondeur|prof|p)\b"),
    (Role.DIAMETER, r"^(diametre|diam|ø)\b"),
    (Role.MATCHING, r"^identiques?\b(?! par)|\bassorti|depareille"),
    (Role.UNIT, r"^unites?( de mesure| de compte)?$|^(u|un|ut)$|conditionnement"),
    (
        Role.QUANTITY,
        (
            r"quantite|\bqtes?\b|\bqtee?\b|\bqt\b|^q$|^(besoin en )?volume$|^(nb|nbre|nombre)"
            r"( (de |d )?(pieces?|unites?|meubles?|exemplaires?|articles?))?"
            r"( souhait.*| demand.*)?$"
        ),
    ),
    (Role.CATEGORY, r"categorie|famille|^lots?( n| no)?$"),
    (Role.PLACE, r"espace|\blocal\b|\blieu|salle|etage|niveau|^zones?\b|emplacement|batiment"),
    (Role.DESIGNATION, r"designation|libelle|intitule|denomination"),
    (Role.DESCRIPTION, r"descripti|detail"),
    (
        Role.DESIGNATION,
        (
            r"^(quoi|articles?|produits?|mobiliers?|objets?|natures?|fournitures?|besoins?|elements?"
            r"|types?|pieces?|prestations?|ouvrages?|equipements?|materiels?|meubles?)\b"
        ),
    ),
)
_ROLES = tuple((role, re.compile(pattern)) for role, pattern in _PATTERNS)
_COMBINING = re.compile(r"[\u0300-\u036f]+")
_NOT_WORDS = re.compile(r"[^\w%#€]+|_+")
_LETTER = re.compile(r"(?P<letter>[LlHPDØø])\.?\s*(?:[(\[].*[)\]]|(?:en\s+)?(?:cm|mm|m))?")
_LETTERS = {
    "L": Role.LENGTH,
    "l": Role.WIDTH,
    "H": Role.HEIGHT,
    "P": Role.DEPTH,
    "D": Role.DIAMETER,
    "Ø": Role.DIAMETER,
    "ø": Role.DIAMETER,
}
_SUPPLIER_WORDS = re.compile(
    r"propos|\boffert|\boffre|disponib|candidat|fournisseur|titulaire|soumissionnaire|\bvotre\b"
    r"|\bvos\b|\bvous\b|\breel|\bje\b|\bj en\b|\bj ai\b|reponse|repondant|livrable"
    r"|(a|doit) (remplir|completer|renseigner)"
)
_BUYER_WORDS = re.compile(
    r"souhait|demand|attendu|\bexig|requis|recherch|de reference|\bmax|plafond|estim|acheteur"
    r"|\bbesoin|accept|\bmin(i|$|\b)|\bcible|indicati|\bvoulu|prevu|limite"
)


def tidy(text: str) -> str:
    """The text on one line, spaces of all kinds reduced to one."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Lower case, without accents nor punctuation: `N° de\\nLigne` is `n de ligne`."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("°", " ").replace("œ", "oe"))
        text = _COMBINING.sub("", text)
    return " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())


def role_of(header: str) -> Role | None:
    """What a header's words mean; None when they are unknown or too long for a header."""
    if not header or len(header) > LONGEST_HEADER:
        return None
    letter = _LETTER.fullmatch(tidy(header))
    if letter:
        return _LETTERS[letter["letter"]]
    words = plain(header)
    return next((role for role, pattern in _ROLES if pattern.search(words)), None)


def side_words(text: str) -> Side | None:
    """Whose column the words speak of, when they say it."""
    words = plain(text)
    if _BUYER_WORDS.search(words) and not re.search(
        r"propos|candidat|fournisseur|titulaire", words
    ):
        return Side.BUYER
    return Side.SUPPLIER if _SUPPLIER_WORDS.search(words) else None
