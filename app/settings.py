"""Settings, read once at start. A wrong value stops the program and says what is accepted."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingError(Exception):
    """A variable that cannot be used: its name, what was read, what is accepted (in French)."""

    def __init__(self, name: str, read: str, accepted: str) -> None:
        super().__init__(f"{name} : « {read} » n'est pas utilisable. Attendu : {accepted}.")
        self.name = name


@dataclass(frozen=True)
class Settings:
    """What the installation is told from outside; secrets may come from a file (`…_FILE`)."""

    data_dir: Path
    database_url: str
    keys_dir: Path
    storage_url: str
    smtp_url: str | None
    mail_from: str
    public_url: str
    host: str
    port: int
    embedded_worker: bool
    scanner_url: str | None = None

    @property
    def secure(self) -> bool:
        """Served over https: cookies are `__Host-` and Secure."""
        return self.public_url.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Both the listening address and the public one stay on this machine."""
        return self.host in LOOPBACK and (urlsplit(self.public_url).hostname or "") in LOOPBACK


def load(environ: dict[str, str] | None = None) -> Settings:
    """Reads the environment; SettingError names the first wrong variable."""
    env = dict(os.environ if environ is None else environ)
    data_dir = Path(_read(env, "DATA_DIR") or "var").resolve()
    port = _port(_read(env, "PORT") or "8000")
    host = _read(env, "HOST") or "127.0.0.1"
    public_url = (_read(env, "PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).hostname:
        raise SettingError("PUBLIC_URL", public_url, "une adresse https://…")
    return Settings(
        data_dir=data_dir,
        database_url=_database(_read(env, "DATABASE_URL"), data_dir),
        keys_dir=Path(_read(env, "KEYS_DIR") or data_dir / "keys").resolve(),
        storage_url=_read(env, "STORAGE_URL") or (data_dir / "files").as_uri(),
        smtp_url=_smtp(_read(env, "SMTP_URL")),
        mail_from=_read(env, "MAIL_FROM") or "ne-pas-repondre@localhost",
        public_url=public_url,
        host=host,
        port=port,
        embedded_worker=_yes_no(env, "EMBEDDED_WORKER", default=True),
        scanner_url=_read(env, "SCANNER_URL"),
    )


def _read(env: dict[str, str], name: str) -> str | None:
    """The variable, or the content of the file that `NAME_FILE` points to."""
    path = env.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE", path, "un fichier lisible") from error
    return env.get(name) or None


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingError("PORT", text, "un nombre de 1 à 65535")
    return int(text)


def _database(url: str | None, data_dir: Path) -> str:
    if url is None:
        return f"sqlite:///{data_dir / 'sad.db'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "DATABASE_URL", url.split("://")[0] + "://…", "sqlite:///… ou postgresql://…"
        )
    return url


def _smtp(url: str | None) -> str | None:
    if url is not None and urlsplit(url).scheme not in {"smtp", "smtps"}:
        raise SettingError(
            "SMTP_URL", url.split("@")[-1], "smtp://[nom:secret@]hôte[:port] ou smtps://…"
        )
    return url


def _yes_no(env: dict[str, str], name: str, *, default: bool) -> bool:
    text = (_read(env, name) or ("1" if default else "0")).lower()
    if text not in {"0", "1", "oui", "non"}:
        raise SettingError(name, text, "1 ou 0")
    return text in {"1", "oui"}
