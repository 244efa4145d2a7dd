"""The one place where the engine meets what is outside: clock, database, keys, storage."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

import storage
from app.antivirus import AddressUnusable, Clamd
from app.security.rings import check_apart, open_rings
from app.settings import SettingError, Settings
from sad.attachments.scanning import Scanner
from sad.attachments.store import Store
from sad.db.engine import make_engine
from sad.kernel.clock import Clock
from sad.kernel.rings import Rings

log = logging.getLogger("sad.clock")
REALIGN = 10.0  # seconds between two readings of the reference
TOLERANCE = timedelta(seconds=1)


class LegalClock:
    """The reference's time at start, then the monotonic clock, re-aligned when within a second.

    The reference is the database's clock; embedded, the host's. Beyond the tolerance the process
    keeps its own time and is in `doubt`: receipts say so, `/healthz` is not ready.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._embedded = engine.dialect.name == "sqlite"
        # Beside the pool: the instant of a request never waits for a connection.
        self._beside = create_engine(engine.url, poolclass=NullPool)
        self._comparing = threading.Lock()
        self.doubt = False
        # An instant of the reference and of the monotonic clock, read and replaced together.
        self._origin = self._reference(), time.monotonic()
        self._checked = self._origin[1]
        # A connection of its own: `now` is read inside transactions that hold the pool's.
        self._offsets = (
            make_engine(engine.url.render_as_string(hide_password=False), pool=1)
            if self._embedded and self._is_demonstration()
            else None
        )

    def now(self) -> datetime:
        """Legal time, UTC."""
        return self.aligned() + self._offset()

    def aligned(self) -> datetime:
        """The aligned time without the demonstration's offset."""
        mono = time.monotonic()
        if mono - self._checked > REALIGN and self._comparing.acquire(blocking=False):
            self._checked = mono
            if self._embedded:
                self._compare()
            else:  # asked of the database: whoever wants the time does not wait for it
                threading.Thread(target=self._compare, daemon=True).start()
        base, since = self._origin
        return base + timedelta(seconds=mono - since)

    def real(self) -> datetime:
        """Host time, UTC."""
        return datetime.now(UTC)

    def _compare(self) -> None:
        """With the reference; a slow one raises no doubt, one away changes nothing."""
        base, since = self._origin
        asked = base + timedelta(seconds=time.monotonic() - since)
        try:
            reference, mono = self._reference(), time.monotonic()
            answered = base + timedelta(seconds=mono - since)
            self.doubt = not asked - TOLERANCE <= reference <= answered + TOLERANCE
            if not self.doubt and reference > answered:  # never backwards
                self._origin = reference, mono
        except SQLAlchemyError as error:
            log.warning("the database did not tell the time: %s", type(error).__name__)
        finally:
            self._comparing.release()

    def _reference(self) -> datetime:
        if self._embedded:
            return datetime.now(UTC)
        with self._beside.connect() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment.astimezone(UTC)

    def _is_demonstration(self) -> bool:
        with self._engine.connect() as connection:
            known = connection.execute(
                text("SELECT 1 FROM sqlite_master WHERE name = 'installation'")
            ).first()
            if not known:
                return False
            kind = connection.execute(text("SELECT kind FROM installation")).scalar()
            return bool(kind == "demonstration")

    def _offset(self) -> timedelta:
        if self._offsets is None:
            return timedelta()
        with self._offsets.connect() as connection:
            microseconds = connection.execute(
                text("SELECT clock_offset_us FROM installation")
            ).scalar_one()
        return timedelta(microseconds=microseconds)


@dataclass(frozen=True)
class Wiring:
    """What every process holds: built once at start."""

    settings: Settings
    engine: Engine
    clock: Clock
    rings: Rings
    store: Store
    kind: str  # production | demonstration
    scanner: Scanner | None = None  # no antivirus unless SCANNER_URL names one

    @property
    def demonstration(self) -> bool:
        """Invented people, movable clock, links printed."""
        return self.kind == "demonstration"


def installation_kind(engine: Engine) -> str | None:
    """What the database says it is; None before its first migration."""
    from sqlalchemy import inspect

    if not inspect(engine).has_table("installation"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT kind FROM installation")).scalar()


def build(settings: Settings) -> Wiring:
    """Opens everything; SettingError when a promise of the installation cannot be kept."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    engine = make_engine(settings.database_url)
    kind = installation_kind(engine)
    if kind is None:
        raise SettingError(
            "DATABASE_URL", engine.dialect.name, "une base préparée par « sad migrate »"
        )
    demonstration = kind == "demonstration"
    _check(settings, demonstration)
    return Wiring(
        settings=settings,
        engine=engine,
        clock=LegalClock(engine),
        rings=open_rings(settings.keys_dir, create=demonstration),
        store=storage.open_store(settings.storage_url),
        kind=kind,
        scanner=_scanner(settings.scanner_url),
    )


def _scanner(url: str | None) -> Scanner | None:
    """The antivirus; it may be away at the start: files are then accepted as « unknown »."""
    if url is None:
        return None
    try:
        return Clamd.at(url)
    except AddressUnusable as error:
        accepted = "clamd://hôte:port ou clamd+unix:///chemin"
        raise SettingError("SCANNER_URL", url, accepted) from error


def _check(settings: Settings, demonstration: bool) -> None:
    """What a start promises: keys apart from data, a demonstration on this machine only."""
    if demonstration:
        if not settings.loopback or not settings.database_url.startswith("sqlite"):
            raise SettingError(
                "HOST / PUBLIC_URL",
                f"{settings.host}, {settings.public_url}",
                "une démonstration sur cette machine seulement (127.0.0.1)",
            )
        return
    check_apart(settings.keys_dir, settings.data_dir)
    if settings.smtp_url is None:
        raise SettingError("SMTP_URL", "", "l'adresse d'un serveur de courriel : smtp://…")
    if not settings.secure and not settings.loopback:
        raise SettingError("PUBLIC_URL", settings.public_url, "une adresse https://…")
