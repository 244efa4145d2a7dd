"""One leader a task: whoever holds its lease runs it; another takes over when the lease ends."""

from datetime import timedelta

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col

from app.wiring import Wiring
from sad.db.tables import Lease
from sad.db.work import Work, reading, writing


def lead(wiring: Wiring, task: str, holder: str, lasting: timedelta) -> bool:
    """Whether this worker runs the task now. Writes only when its lease is half over."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        lease = work.session.get(Lease, task)
        if lease is not None and work.real < lease.until:
            if lease.holder != holder:
                return False
            if lease.until - work.real > lasting / 2:
                return True
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        return take(work, task, holder, lasting)


def take(work: Work, task: str, holder: str, lasting: timedelta) -> bool:
    """Takes or renews the lease; False while another's is alive. One worker wins, of any number."""
    connection = work.session.connection()
    until = work.real + lasting
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    born = connection.execute(
        insert(Lease)
        .values(task=task, holder=holder, until=until)
        .on_conflict_do_nothing(index_elements=["task"])
        .returning(col(Lease.task))  # drivers do not count the rows of an INSERT alike
    )
    if born.first() is not None:
        return True
    taken = connection.execute(
        update(Lease)
        .where(
            col(Lease.task) == task,
            or_(col(Lease.holder) == holder, col(Lease.until) <= work.real),
        )
        .values(holder=holder, until=until)
    )
    return bool(taken.rowcount == 1)


def give_back(wiring: Wiring, holder: str) -> None:
    """A worker that stops leaves its tasks at once to the others."""
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        work.session.connection().execute(
            update(Lease).where(col(Lease.holder) == holder).values(until=work.real)
        )
