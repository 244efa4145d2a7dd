"""What the architecture tests read: the committed files and the Python of the project."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sad", "app", "storage", "catalog_categories")
UNSEEN = {".git", ".venv", "var", "__pycache__", "node_modules"}


def committed() -> list[Path]:
    """The files of the project: those git knows, or all of them where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        everything = (path for path in ROOT.rglob("*") if not UNSEEN & set(path.parts))
        return sorted(path for path in everything if path.is_file())
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    """The Python of the four packages, without the generated migrations."""
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "versions" not in path.parts
    )


def short(path: Path) -> str:
    """A path as people say it."""
    return str(path.relative_to(ROOT))
