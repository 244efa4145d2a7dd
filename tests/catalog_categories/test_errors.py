"""Each kind of error names its file, its line and its field, with a French sentence."""

from pathlib import Path

import pytest

from catalog_categories import CatalogueError, Fault, load


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """What `load` refuses in a folder."""
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    return caught.value.faults


def change(folder: Path, old: str, new: str, count: int = 1) -> str:
    """Change the example; gives its new text."""
    file = folder / "velos.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, count)
    file.write_text(changed, encoding="utf-8")
    return changed


def line_with(text: str, words: str) -> int:
    """The number of the first line that holds these words."""
    return next(n for n, line in enumerate(text.splitlines(), start=1) if words in line)


def test_the_example_of_the_readme_is_valid(folder: Path) -> None:
    assert [entry.code for entry in load(folder)] == ["velos"]


SHAPES = [
    # what is changed, into what, words of the faulty line, field, words of the sentence
    ('name = "Vélos', 'nom = "Vélos', "nom =", "nom", "clé inconnue"),
    ("weight_max = 50", "weigth_max = 50", "weigth_max", "criteria[prix].weigth_max", "weight_max"),
    ('route = "reuse"', 'route = "réemploi"', "route", "route", "made_to_measure"),
    ("34430000", "3443000-7", "3443000-7", "cpv[3443000-7].code", "huit chiffres"),
    ("weight = 50 ", 'weight = "50" ', 'weight = "50"', "criteria[prix].weight", "nombre"),
    (
        "weight_min = 30 ",
        "weight_min = -1 ",
        "weight_min = -1",
        "criteria[prix].weight_min",
        "0 au",
    ),
    ("required = true", 'required = "oui"', '"oui"', "buyer_columns[designation].required", "true"),
    ("months = 6", "months = 6.5", "months", "warranty.months", "entier"),
    (
        "proposed_days = 15",
        "proposed_days = 9",
        "proposed_days",
        "timing.proposed_days",
        "10 au moins",
    ),
    ("Engins de transport", "Vélos", "family =", "agec.family", "Mobilier urbain"),
    (
        'type = "integer"',
        'type = "entier"',
        '"entier"',
        "buyer_columns[quantity].type",
        "dimensions",
    ),
    ('label = "État"', 'label = ""', 'label = ""', "supplier_columns[condition].label", "vide"),
    (
        "share = 100",
        "share = 100\nweight = 3",
        "weight = 3",
        "sub_criteria[pieces].weight",
        "inconnue",
    ),
    ("mark = 10, text", "mark = 10, texte", "mark = 10", "anchors[2].texte", "text"),
    ("outside = [", "outside = [1, ", "outside", "ordinary_purchase.outside[1]", "guillemets"),
    ("sizes = [{", "sizes = [3, {", "sizes", "slices.sizes[1]", "table"),
    ("[selection]", "[selections]", "[selections]", "selections", "selection"),
]


@pytest.mark.parametrize(("old", "new", "words", "field", "said"), SHAPES)
def test_a_wrong_shape(folder: Path, old: str, new: str, words: str, field: str, said: str) -> None:
    text = change(folder, old, new)
    found = [fault for fault in faults_of(folder) if fault.field.endswith(field)]
    assert [(fault.file, fault.line) for fault in found] == [("velos.toml", line_with(text, words))]
    assert said in found[0].sentence


def test_a_missing_key_names_the_line_of_its_table(folder: Path) -> None:
    line = line_with(change(folder, 'label = "Bicyclettes"\n', ""), "[[cpv]]")
    assert [str(fault) for fault in faults_of(folder)] == [
        f"velos.toml:{line}: cpv[34430000].label: cette clé manque ; elle est obligatoire."
    ]


def test_a_missing_key_of_a_nested_table(folder: Path) -> None:
    text = change(folder, "share = 100\n", "")
    [fault] = faults_of(folder)
    assert fault.line == line_with(text, "[[criteria.sub_criteria]]")
    assert fault.field == "criteria[environnement].sub_criteria[pieces].share"


AGREEMENTS = [
    ("weight = 50 ", "weight = 45 ", "[[criteria]]", "criteria", "font 95"),
    ("weight = 50 ", "weight = 55 ", "weight = 55", "criteria[prix].weight", "de 30 à 50"),
    ("weight_min = 30 ", "weight_min = 60 ", "weight_min = 60", "[prix].weight_min", "à l'envers"),
    ("weight_max = 70", "weight_max = 49", "[[criteria]]", "criteria", "de 60 à 99"),
    ("weight_min = 30\nweight_max = 70", "weight_min = 0\nweight_max = 70", "weight_min = 0",
     "criteria[environnement].weight_min", "R2152-7"),
    ('family = "environment"', 'family = "quality"', "[[criteria]]", "criteria", "environment"),
    ('family = "environment"', 'family = "price"', '= "price"', "[environnement].family", "déjà"),
    ('family = "price"', 'family = "service"', "[[criteria]]", "criteria", "« price »"),
    ('method = "proportional"', 'method = "linear"', "[[criteria]]", "criteria[prix].n", "2 et 4"),
    ('method = "proportional"', 'method = "linear"\nn = 7', "n = 7", "criteria[prix].n", "2 et 4"),
    ('method = "proportional"', 'method = "judged"', '"judged"', "[prix].method", "calcule"),
    ('method = "proportional"', 'method = "min_max"', "[[criteria]]", "[prix].fallback", "repli"),
    ("max = 20\n", "", "[[criteria]]", "criteria[environnement].max", "meilleure note"),
    ("max = 20\n", "max = 20\nminimum = 20\n", "minimum = 20", ".minimum", "sous 20"),
    ("share = 100", "share = 90", "[[criteria.sub_criteria]]", ".sub_criteria", "font 90"),
    ("mark = 10", "mark = 25", "mark = 25", "anchors[2].mark", "dépasse le maximum"),
    ("mark = 0,", "mark = 1,", "anchors = [", "sub_criteria[pieces].anchors", "la note 0"),
    ("mark = 10", "mark = 20", "mark = 20, text = \"Une", "anchors[2].mark", "meilleure note à la"),
    ('evidence = ["spare_parts"]', 'evidence = ["photo"]', '"photo"', "evidence[1]", "ni une"),
    ('evidence = ["unit_price"]', "evidence = []", "[[criteria]]", "criteria[prix]", "evidence"),
    ("Pièces récupérées", "Pièces à moins de 50 km", "50 km", "[pieces].label", "statut"),
    ("default = true", "default = false", "[[conditions]]", "conditions", "L2112-2"),
    ("derogates = true", "derogates = false", "derogates", "warranty.derogates", "12 mois"),
    ('feeds = "environnement"', 'feeds = "prix"', "feeds", "visit.feeds", "environnement"),
    ('code = "quantity"', 'code = "number_of"', "[[buyer_columns]]", "buyer_columns", "quantity"),
    ('code = "unit_price"', 'code = "price"', "[[supplier_columns]]", "supplier_columns", "manque"),
    ('code = "A", label', 'code = "D", label', "choices = [", "[condition].choices", "l'état A"),
    (', definition = "Sûr, tout fonctionne ; traces visibles."', "", 'code = "C"',
     "[condition].choices[C]", "définition"),
    ('code = "B", label', 'code = "A", label', 'label = "Bon', "choices[A].code", "plus haut"),
    ("minimum = 1\n", "minimum = 9\nmaximum = 3\n", "minimum = 9", "[quantity].minimum", "basse"),
    ('type = "money"', 'type = "text"', 'type = "text"', "[unit_price].type", "money"),
    ("quantity = 5 }", 'quantity = "5" }', "values =", "examples[1].values.quantity", "entier"),
    ("quantity = 5 }", "quantity = 5, colour = 1 }", "values =", "values.colour", "n'existe pas"),
    (", quantity = 5 }", " }", "values =", "examples[1].values", "« quantity »"),
    ("quantity = 5 }", "quantity = 0 }", "values =", "values.quantity", "1 au moins"),
    ('code = "velos"', 'code = "cycles"', 'code = "cycles"', "code", "cycles.toml"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words", "field", "said"), AGREEMENTS)
def test_a_disagreement(
    folder: Path, old: str, new: str, words: str, field: str, said: str
) -> None:
    text = change(folder, old, new)
    faults = faults_of(folder)
    found = [fault for fault in faults if fault.field.endswith(field) and said in fault.sentence]
    assert found, [str(fault) for fault in faults]
    assert found[0].file == "velos.toml"
    assert found[0].line in {n for n, row in enumerate(text.splitlines(), 1) if words in row}


def test_a_seventh_column_is_refused(folder: Path) -> None:
    more = "".join(
        f'[[supplier_columns]]\ncode = "more_{n}"\nlabel = "Plus"\ntype = "text"\n\n'
        for n in range(5)
    )
    text = change(folder, "[[questions]]", more + "[[questions]]")
    [fault] = faults_of(folder)
    assert fault.field == "supplier_columns[more_4]"
    assert fault.line == line_with(text, '"more_4"') - 1
    assert "fait perdre des réponses" in fault.sentence


def test_all_the_faults_of_all_the_files_at_once(folder: Path, example: str) -> None:
    change(folder, 'route = "reuse"', 'route = "x"')
    change(folder, "derogates = true", "derogates = false")
    (folder / "autre.toml").write_text(
        example.replace('code = "velos"', 'code = "autre"').replace(
            "weight = 50\n", "weight = 40\n"
        ),
        encoding="utf-8",
    )
    fields = [(fault.file, fault.field) for fault in faults_of(folder)]
    assert fields == [
        ("autre.toml", "criteria"),
        ("velos.toml", "route"),
        ("velos.toml", "warranty.derogates"),
    ]


def test_the_error_is_one_line_a_fault(folder: Path) -> None:
    change(folder, "months = 6", 'months = "six"')
    with pytest.raises(CatalogueError) as caught:
        load(folder)
    first = str(caught.value).splitlines()[0]
    assert first.startswith("velos.toml:")
    assert ": warranty.months: " in first
    assert first.endswith(".")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("format = 1\ncode = \n", 2, "n'est pas lisible"),
        ('format = 1\nname = "a', 2, "n'est pas lisible"),
        ("format = 1\nformat = 1\n", 2, "deux fois"),
        ("[agec]\na = 1\n[agec]\n", 3, "deux fois"),
        ("a = [1,\n", 2, "n'est pas lisible"),
        ("x = " + "[" * 5000, 1, "démesurée"),
    ],
)
def test_a_text_that_is_not_toml(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "f.toml").write_text(text, encoding="utf-8")
    [fault] = faults_of(tmp_path)
    assert (fault.file, fault.line) == ("f.toml", line)
    assert said in fault.sentence


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_bytes("format = 1\nname = 'é'\n".encode("latin-1"))
    [fault] = faults_of(tmp_path)
    assert fault.line == 2
    assert "UTF-8" in fault.sentence


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "f.toml").mkdir()
    [fault] = faults_of(tmp_path)
    assert "ne peut pas être lu" in fault.sentence


def test_an_empty_folder_or_none(tmp_path: Path) -> None:
    assert "aucun fichier" in faults_of(tmp_path)[0].sentence
    assert "aucun fichier" in faults_of(tmp_path / "absent")[0].sentence


def test_windows_line_ends_and_marks_are_accepted(folder: Path, example: str) -> None:
    (folder / "velos.toml").write_bytes(b"\xef\xbb\xbf" + example.replace("\n", "\r\n").encode())
    assert load(folder)
