"""The printed table: one row an operation, its floors and its mark beside."""

from tests.bench.floor import Insert
from tests.bench.load import Cost

HEADER = (
    f"{'operation':<32}{'count':>6}{'p50 ms':>8}{'p95 ms':>8}{'CPU app':>9}{'quietest':>9}"
    f"{'CPU db':>8}{'× empty':>9}{'× insert':>9}{'mark':>6}"
)


def row(cost: Cost, floor: Cost, insert: Insert, mark: float) -> str:
    """An operation: ratios of its CPU to that of the floors, and the mark it has to keep under."""
    ratios = f"{cost.application / floor.application:>9.1f}{cost.application / insert.cpu:>9.1f}"
    kept = "kept" if cost.quietest <= mark else "MISSED"
    return f"{_figures(cost)}{ratios}{mark:>6.0f}  {kept}"


def floor_row(floor: Cost) -> str:
    """The empty endpoint, as measured last."""
    return _figures(floor)


def insert_row(insert: Insert) -> str:
    """The durable insert: its time, and the CPU of who asks for it."""
    name = f"one durable insert ({insert.driver})"
    return f"{name:<32}{insert.count:>6}{insert.wall:>8.2f}{'':>8}{insert.cpu:>9.2f}"


def _figures(cost: Cost) -> str:
    return (
        f"{cost.name:<32}{cost.operations:>6}{cost.p50:>8.2f}{cost.p95:>8.2f}"
        f"{cost.application:>9.2f}{cost.quietest:>9.2f}{cost.database:>8.2f}"
    )
