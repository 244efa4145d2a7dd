"""Every table that leaves is written where no text becomes a formula, and never to the disk."""

from tests.architecture.source import python_files, short

CSV = "app/rendering/tabular.py"
SAFE = ('"in_memory": True', '"strings_to_formulas": False')


def test_tables_leave_by_writers_that_keep_texts_as_texts() -> None:
    wrong = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if "csv.writer" in text and short(path) != CSV:
            wrong.append(f"{short(path)}: its own CSV")
        if "xlsxwriter.Workbook(" in text:
            wrong += [f"{short(path)}: not {option}" for option in SAFE if option not in text]
        if "write_formula" in text:
            wrong.append(f"{short(path)}: a formula")
    assert not wrong
