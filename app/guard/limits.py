"""What a guarded child may use, per kind of file. Announced in the help of the pages."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds of one kind. `rows` and `columns` bound where something may be written in a sheet."""

    seconds: float  # of wall time, the parent kills after it
    processor: int  # seconds of processor
    memory: int  # bytes of address space
    upload: int  # bytes of the file
    rows: int
    columns: int


MEBIBYTE = 1024 * 1024
ANSWER = 16 * MEBIBYTE  # bytes of JSON a child may answer
ENTRIES = 1_000  # of a zip file
UNPACKED = 100 * MEBIBYTE
RATIO = 100  # unpacked bytes for one packed

IMAGE = "image"
TEMPLATE = "template"
DOCUMENT = "document"
FACTS = 8 * MEBIBYTE  # what a template is filled with, beside its own bytes
LIMITS = {
    # 5,000 lines and 100 columns of a grid, wherever its header stands (row 40, column E at most)
    "grid": Limits(1.8, 2, 512 * MEBIBYTE, 10 * MEBIBYTE, 5_040, 104),
    "inventory": Limits(15.0, 15, 512 * MEBIBYTE, 10 * MEBIBYTE, 20_000, 200),
    # 50 million pixels with transparency, decoded whole; a telephone's photograph takes 0.3 s
    IMAGE: Limits(20.0, 20, 1024 * MEBIBYTE, 20 * MEBIBYTE, 0, 0),
    # A template somebody waits for, filled with an example; then with the facts of a long report.
    TEMPLATE: Limits(10.0, 2, 512 * MEBIBYTE, 5 * MEBIBYTE, 0, 0),
    DOCUMENT: Limits(30.0, 20, 768 * MEBIBYTE, 5 * MEBIBYTE, 0, 0),
}
