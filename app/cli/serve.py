"""`sad serve`: the pages and the JSON API; with `--demonstration`, a demonstration ready to try."""

import argparse
import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from app.settings import SettingError, Settings, load


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `serve`."""
    parser = subparsers.add_parser(
        "serve",
        help="sert les pages et l'interface de programmation",
        description="Sert les pages sur HOST:PORT. Ctrl-C pour arrêter.",
    )
    parser.add_argument(
        "--demonstration",
        action="store_true",
        help="prépare la démonstration si le dossier est vide, et affiche un lien par personne",
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="nombre de processus")
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Serves until stopped; a setting that cannot be used stops the program with its name."""
    try:
        settings = load()
        check_address(settings)
        if options.demonstration:
            _demonstration(settings)
        check(settings)
    except SettingError as error:
        print(f"sad : {error}", file=sys.stderr)
        return 1
    uvicorn.run(
        "app.cli.serve:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=options.workers,
        access_log=False,  # an access log would tell who answers, and when
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
        proxy_headers=os.environ.get("FORWARDED_ALLOW_IPS") is not None,
    )
    return 0


def application() -> ASGIApp:
    """The application of one process, with its embedded worker if the settings ask for it."""
    from app.errors import Silenced
    from app.main import create_app
    from app.wiring import build

    wiring = build(load())
    return Silenced(create_app(wiring))


def check_address(settings: Settings) -> None:
    """SettingError when somebody else already listens there, before links to it are printed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            read = f"{settings.host}:{settings.port}"
            raise SettingError("HOST / PORT", read, "une adresse et un port libres") from error


def check(settings: Settings) -> None:
    """Opens everything once, so that a wrong setting speaks before any process starts."""
    from app.wiring import build

    build(settings).engine.dispose()


def _demonstration(settings: Settings) -> None:
    """Plays the demonstration once, then prints the address and one link a person."""
    from app.demo.people import print_links
    from app.demo.play import play_if_empty

    steps: list[Callable[[Settings], None]] = [play_if_empty, print_links]
    for step in steps:
        step(settings)
