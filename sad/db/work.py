"""The unit of work: one transaction, one instant, one actor. Services never commit."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sad.db.types import Shared, Tenant
from sad.kernel.actor import ENGINE, Actor
from sad.kernel.calendar import paris_date
from sad.kernel.clock import Clock
from sad.kernel.errors import NotFound
from sad.kernel.rings import Rings

T = TypeVar("T", bound=Tenant)
G = TypeVar("G", bound=Shared)
R = TypeVar("R", bound=Any)


@dataclass
class Work:
    """What a command needs from outside, read once.

    `now` is legal time, `real` the host's; both aware, UTC. `before_commit` callbacks run inside
    the transaction, last (the journal is appended there: its chains are the last locks taken);
    `after_commit` callbacks run once the commit is durable.
    """

    connection: Connection
    now: datetime
    real: datetime
    actor: Actor
    request: str
    rings: Rings
    before_commit: list[Callable[[], None]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)  # per-work caches of the lower concepts
    autoflush: bool = True

    @cached_property
    def session(self) -> Session:
        """The rows of the work as objects, in the same transaction.

        Made when first asked for: the busiest paths read and write through `connection` alone.
        """
        return Session(self.connection, expire_on_commit=False, autoflush=self.autoflush)

    def flush(self) -> None:
        """Sends what waits in the session, if one was made."""
        if "session" in self.__dict__:
            self.session.flush()

    def close(self) -> None:
        """Lets go of the objects: rows already read stay readable once the transaction is over."""
        if "session" in self.__dict__:
            self.session.close()

    @property
    def today(self) -> date:
        """The legal day in Paris."""
        return paris_date(self.now)

    @property
    def organisation_id(self) -> UUID:
        """The organisation the agent acts for; NotFound for anybody else."""
        if self.actor.organisation_id is None:
            raise NotFound()
        return self.actor.organisation_id

    @property
    def supplier_id(self) -> UUID:
        """The supplier the person acts for; NotFound for anybody else."""
        if self.actor.supplier_id is None:
            raise NotFound()
        return self.actor.supplier_id

    def get(self, table: type[T], id: UUID, *, lock: bool = False) -> T:
        """A row of the actor's own organisation; NotFound if it is absent or another's."""
        return self.get_in(table, self.organisation_id, id, lock=lock)

    def get_in(self, table: type[T], organisation_id: UUID, id: UUID, *, lock: bool = False) -> T:
        """A row of a named organisation; `lock` holds it until the end of the work."""
        query = select(table).where(
            col(table.organisation_id) == organisation_id, col(table.id) == id
        )
        return self._one(query, lock)

    def locate(self, table: type[T], id: UUID, *, lock: bool = False) -> T:
        """A row by its id alone, whatever its organisation: for suppliers' and public pages."""
        return self._one(select(table).where(col(table.id) == id), lock)

    def shared(self, table: type[G], id: UUID, *, lock: bool = False) -> G:
        """A row that belongs to no organisation."""
        return self._one(select(table).where(col(table.id) == id), lock)

    def _one(self, query: SelectOfScalar[R], lock: bool) -> R:
        if lock:
            # populate_existing: what was read before the lock may be stale.
            query = query.with_for_update().execution_options(populate_existing=True)
        row = self.session.exec(query).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def add(self, row: R) -> R:
        """Adds and flushes, so that the database refuses at once what cannot be."""
        self.session.add(row)
        self.session.flush()
        return row


@contextmanager
def writing(
    engine: Engine, clock: Clock, rings: Rings, actor: Actor = ENGINE, request: str = ""
) -> Iterator[Work]:
    """A writing transaction: `BEGIN IMMEDIATE` on SQLite, READ COMMITTED on PostgreSQL.

    Leaving without an exception commits; any exception rolls everything back.
    """
    with _begun(engine, "BEGIN IMMEDIATE") as connection:
        # Read after BEGIN IMMEDIATE: the wait for the writer must not make the instant old.
        opened = Work(connection, clock.now(), clock.real(), actor, request, rings)
        with closing(opened) as work:
            yield work
            work.flush()
            for callback in _callbacks(work.before_commit, work.flush):
                callback()
            connection.commit()
    for callback in work.after_commit:
        callback()


@contextmanager
def reading(
    engine: Engine, clock: Clock, rings: Rings, actor: Actor = ENGINE, request: str = ""
) -> Iterator[Work]:
    """A reading transaction, rolled back at its end: a page never writes by accident."""
    with _begun(engine, "BEGIN") as connection:
        now, real = clock.now(), clock.real()
        with closing(Work(connection, now, real, actor, request, rings, autoflush=False)) as work:
            yield work


@contextmanager
def _begun(engine: Engine, sqlite: str) -> Iterator[Connection]:
    """A connection whose transaction is begun; given back, what was not committed is undone."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(sqlite)
        yield connection


def _callbacks(
    pending: list[Callable[[], None]], between: Callable[[], None]
) -> Iterator[Callable[[], None]]:
    """Each pending callback once, in order; one may append another."""
    while pending:
        yield pending.pop(0)
        between()
