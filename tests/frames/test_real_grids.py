"""The two grids of the sample data, and the inventory read as a grid."""

from decimal import Decimal
from pathlib import Path

from sad.frames.columns import ColumnType
from tests.frames.files import codes, names, read

DATA = Path(__file__).parents[1] / "data"
TABLES = (DATA / "cadre-reponse-tables.xlsx").read_bytes()
RESOURCE = (DATA / "cadre-reponse-ressourcerie.xlsx").read_bytes()
INVENTORY = (DATA / "totem-inventaire.xlsx").read_bytes()

BUYER = [
    ("N° ligne", "integer"),
    ("Code", "text"),
    ("Désignation", "text"),
    ("Quantité", "integer"),
    ("Dimensions souhaitées (cm)", "dimensions"),
    ("Tolérance", "text"),
    ("Matériaux / finition", "text"),
    ("Exigences", "text"),
    ("Photo de référence", "picture"),
]
SUPPLIER = [
    ("Je réponds (oui/non)", "yes_no"),
    ("Quantité disponible", "integer"),
    ("Dimensions proposées (cm)", "dimensions"),
    ("Matériaux proposés", "text"),
    ("Origine (réemploi / reconditionné / surcyclé / neuf)", "choice"),
    ("Prix unitaire HT (€)", "money"),
    ("Taux TVA (%)", "percent"),
    ("Délai de livraison (semaines)", "integer"),
    ("Garantie (mois)", "integer"),
    ("Remarque", "text"),
]


def test_the_tables() -> None:
    frame = read(TABLES, "cadre-reponse-tables.xlsx")
    assert (frame.sheet, frame.header_row) == ("Cadre de réponse", 4)
    assert [(c.name, c.type) for c in frame.buyer_columns] == BUYER
    assert [(c.name, c.type) for c in frame.supplier_columns] == SUPPLIER
    assert codes(frame) == ["T-01", "T-02", "T-03", "T-04", "T-05"]
    assert [line.quantity for line in frame.lines] == [6, 3, 8, 12, 12]
    assert frame.lines[4].designation == "Tréteaux acier, la paire"
    assert frame.lines[4].values["dimensions"] == "H 71"
    assert frame.warnings == ()


def test_the_ressourcerie() -> None:
    frame = read(RESOURCE, "cadre-reponse-ressourcerie.xlsx")
    assert [(c.name, c.type) for c in frame.buyer_columns] == BUYER
    assert [(c.name, c.type) for c in frame.supplier_columns] == SUPPLIER
    assert codes(frame) == [f"R-0{n}" for n in range(1, 9)]
    assert [line.quantity for line in frame.lines] == [60, 40, 25, 14, 25, 30, 10, 9]
    assert frame.warnings == ()


def test_the_choices_come_from_the_header() -> None:
    frame = read(TABLES, "cadre-reponse-tables.xlsx")
    (origin,) = [c for c in frame.supplier_columns if c.type is ColumnType.CHOICE]
    assert origin.choices == ("réemploi", "reconditionné", "surcyclé", "neuf")


def test_bounds_and_what_is_required() -> None:
    frame = read(TABLES, "cadre-reponse-tables.xlsx")
    columns = {column.key: column for column in frame.supplier_columns}
    assert [key for key, column in columns.items() if column.required] == ["unit_price"]
    assert (columns["vat_rate"].minimum, columns["vat_rate"].maximum) == (0, 100)
    assert columns["unit_price"].places == 2


def test_an_inventory_has_no_supplier_column_and_says_so_of_its_estimates() -> None:
    frame = read(INVENTORY, "totem-inventaire.xlsx")
    assert frame.sheet == "N0"
    assert frame.supplier_columns == ()
    assert {"L (cm)", "l (cm)", "H (cm)"} <= set(names(frame)[0])
    assert frame.lines[0].values["length"] == "220"
    assert frame.lines[0].values["width"] == "180"
    assert frame.lines[1].values["place"] == "Coworking"  # merged over the lines of the room
    assert [w.code for w in frame.warnings] == ["frames.estimate_shown"]
    assert frame.lines[0].quantity == Decimal(1)
    assert frame.lines[0].maximum_price is None
