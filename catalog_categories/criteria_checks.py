"""Checks of the criteria of a family: weights, families, methods, what marks rest on."""

import re
from collections.abc import Sequence
from decimal import Decimal

from catalog_categories.findings import Findings
from catalog_categories.positions import Path
from catalog_categories.schema import Anchor, Column, Criterion, Question

FULL = Decimal(100)
# P9: never distance, never "being of the ESS"; local preference is unlawful whatever its clothes.
LOCAL_PREFERENCE = re.compile(
    r"\bdistances?\b|\bkilom[èe]tr|\bkm\b|\bproximité\b|\bloca(l|le|les)\b|\bcircuits? courts?\b"
    r"|\bESS\b|économie sociale",
    re.IGNORECASE,
)


def weights(criteria: Sequence[Criterion]) -> Findings:
    """Weights total 100, each inside its announced range, and the ranges can total 100 (P9)."""
    total = sum((criterion.weight for criterion in criteria), Decimal(0))
    if total != FULL:
        yield ("criteria",), f"les poids font {total} ; leur total doit faire 100."
    for rank, one in enumerate(criteria):
        if one.weight_min > one.weight_max:
            yield (
                ("criteria", rank, "weight_min"),
                f"la fourchette est à l'envers : {one.weight_min} dépasse {one.weight_max}.",
            )
        elif not one.weight_min <= one.weight <= one.weight_max:
            yield (
                ("criteria", rank, "weight"),
                (
                    f"le poids {one.weight} sort de la fourchette annoncée, de {one.weight_min} à"
                    f" {one.weight_max}."
                ),
            )
    low = sum((criterion.weight_min for criterion in criteria), Decimal(0))
    high = sum((criterion.weight_max for criterion in criteria), Decimal(0))
    if not low <= FULL <= high:
        yield ("criteria",), f"les fourchettes vont de {low} à {high} : 100 n'y entre pas."


def families(criteria: Sequence[Criterion]) -> Findings:
    """Each family once, as the notice announces them; a price, and an environmental criterion that
    cannot fall to zero (EX-12, R2152-7).
    """
    first: dict[str, int] = {}
    for rank, one in enumerate(criteria):
        if one.family in first:
            yield (
                ("criteria", rank, "family"),
                f"la famille « {one.family} » a déjà son critère : faites-en un sous-critère.",
            )
        first.setdefault(one.family, rank)
    if "price" not in first:
        yield ("criteria",), "il manque un critère de la famille « price »."
    green = first.get("environment")
    if green is None:
        yield (
            ("criteria",),
            (
                "il manque un critère « environment » : depuis le 21 août 2026 un marché ne"
                " s'attribue plus sans (R2152-7)."
            ),
        )
    elif criteria[green].weight_min == 0:
        yield (
            ("criteria", green, "weight_min"),
            "le critère environnemental ne peut pas descendre à 0 (R2152-7).",
        )


def methods(criteria: Sequence[Criterion]) -> Findings:
    """Each method has its parameters and no other (legal reference 4.2)."""
    for rank, criterion in enumerate(criteria):
        for key, text in _method_faults(criterion):
            yield ("criteria", rank, *key), text


def _method_faults(one: Criterion) -> Findings:
    if one.family == "price" and one.method == "judged":
        yield ("method",), "un prix se calcule : proportional, linear ou min_max."
    if one.family != "price" and one.method == "min_max":
        yield ("method",), "« min_max » ne sert qu'au prix."
    if one.method == "linear" and (one.n is None or not 2 <= one.n <= 4):
        yield ("n",), "« linear » demande « n » entre 2 et 4."
    if one.method != "linear" and one.n is not None:
        yield ("n",), "« n » ne sert qu'à « linear » : retirez-le."
    if one.method == "min_max" and one.weight_max >= 60:
        yield ("weight_max",), "« min_max » est refusé dès que le prix peut peser 60 ou plus."
    if one.method == "min_max" and one.fallback is None:
        yield ("fallback",), '« min_max » demande son repli : fallback = "proportional".'
    if one.method != "min_max" and one.fallback is not None:
        yield ("fallback",), "« fallback » ne sert qu'à « min_max » : retirez-le."
    if one.direction == "higher" and (one.family == "price" or one.method != "proportional"):
        yield (
            ("direction",),
            "« higher » ne va qu'à un critère « proportional » lu dans une colonne.",
        )
    if one.method == "judged":
        yield from _judged_faults(one)
    else:
        for key in ("max", "minimum", "anchors", "sub_criteria"):
            if getattr(one, key):
                yield (key,), f"« {key} » ne sert qu'à « judged » : retirez-le."


def _judged_faults(one: Criterion) -> Findings:
    if one.max is None:
        yield ("max",), "« judged » demande « max », la meilleure note (20 d'ordinaire)."
        return
    if one.minimum is not None and one.minimum >= one.max:
        yield ("minimum",), f"la note éliminatoire {one.minimum} doit rester sous {one.max}."
    if not one.sub_criteria:
        yield from _anchor_faults(one.anchors, one.max)
        return
    if one.anchors:
        yield ("anchors",), "avec des sous-critères, les repères se placent dans chacun d'eux."
    total = sum((sub.share for sub in one.sub_criteria), Decimal(0))
    if total != FULL:
        yield ("sub_criteria",), f"les parts font {total} ; leur total doit faire 100."
    for rank, sub in enumerate(one.sub_criteria):
        for key, text in _anchor_faults(sub.anchors, one.max):
            yield ("sub_criteria", rank, *key), text


def _anchor_faults(anchors: Sequence[Anchor], best: Decimal) -> Findings:
    """A scale that judges names its top, its bottom and a middle, from best to worst (EX-13)."""
    marks = [anchor.mark for anchor in anchors]
    if len(marks) < 3 or best not in marks or 0 not in marks:
        yield ("anchors",), f"trois repères au moins, dont la note {best} et la note 0."
    for rank, mark in enumerate(marks):
        if mark > best:
            yield ("anchors", rank, "mark"), f"la note {mark} dépasse le maximum {best}."
        elif rank and mark >= marks[rank - 1]:
            yield ("anchors", rank, "mark"), "les repères vont de la meilleure note à la moindre."


def evidence(
    criteria: Sequence[Criterion],
    supplier_columns: Sequence[Column],
    questions: Sequence[Question],
) -> Findings:
    """A mark rests on something the supplier was asked by default, or on the visit."""
    known = {column.code for column in (*supplier_columns, *questions)} | {"visit"}
    for rank, criterion in enumerate(criteria):
        path: Path = ("criteria", rank)
        if not criterion.sub_criteria and not criterion.evidence:
            yield path, "dites dans « evidence » sur quelles colonnes ou questions on note."
        yield from _unknown_evidence((*path, "evidence"), criterion.evidence, known)
        for row, sub in enumerate(criterion.sub_criteria):
            yield from _unknown_evidence(
                (*path, "sub_criteria", row, "evidence"), sub.evidence, known
            )


def _unknown_evidence(path: Path, codes: Sequence[str], known: set[str]) -> Findings:
    for rank, code in enumerate(codes):
        if code not in known:
            yield (
                (*path, rank),
                (
                    f"« {code} » n'est ni une colonne fournisseur par défaut, ni une question, ni"
                    " « visit »."
                ),
            )


def no_local_preference(criteria: Sequence[Criterion]) -> Findings:
    """Never distance, never the statute of the supplier (P9, L3)."""
    for rank, criterion in enumerate(criteria):
        texts: list[tuple[Path, str]] = [(("label",), criterion.label)]
        texts += [(("anchors", row, "text"), one.text) for row, one in enumerate(criterion.anchors)]
        for row, sub in enumerate(criterion.sub_criteria):
            texts.append((("sub_criteria", row, "label"), sub.label))
            for line, anchor in enumerate(sub.anchors):
                texts.append((("sub_criteria", row, "anchors", line, "text"), anchor.text))
        for key, text in texts:
            found = LOCAL_PREFERENCE.search(text)
            if found:
                yield (
                    ("criteria", rank, *key),
                    (
                        f"« {found.group()} » : un critère ne porte ni sur l'adresse ni sur le"
                        " statut de l'entreprise."
                    ),
                )
