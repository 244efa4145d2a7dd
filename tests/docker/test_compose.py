"""The compose files and the image say what they should; nothing is built nor started here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import load
from storage import location

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = ("compose.yml", "compose.embedded.yml")
OURS = "sad:0.1.0"
SECRET = re.compile(r"(?i)password|passwd|secret|token|key|_url$")


def compose(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DOCKER / name).read_text())
    return content


def services(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose(name)["services"]
    return found


EVERY = [(file, name, service) for file in COMPOSE for name, service in services(file).items()]
every_service = pytest.mark.parametrize(
    ("file", "name", "service"), EVERY, ids=[f"{file}:{name}" for file, name, _ in EVERY]
)


def commands() -> set[tuple[str, ...]]:
    """Every `sad …` of the compose files and of the image, without its options."""
    lines = [" ".join(service.get("command") or []) for _, _, service in EVERY]
    image = re.search(r"^CMD (\[.*\])$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert image is not None
    lines.append(" ".join(yaml.safe_load(image.group(1))))
    return {
        tuple(found.split()) for line in lines for found in re.findall(r"\bsad ([a-z ]+)", line)
    }


@pytest.mark.parametrize("command", sorted(commands()), ids=" ".join)
def test_each_command_exists(command: tuple[str, ...]) -> None:
    asked = [Path(sys.executable).with_name("sad"), *command, "--help"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(f"usage : sad {' '.join(command)}")


def test_the_commands_are_those_of_an_installation() -> None:
    assert {("serve",), ("worker",), ("migrate",), ("keys", "create")} <= commands()


@every_service
def test_images_are_pinned(file: str, name: str, service: dict[str, Any]) -> None:
    image, _, tag = service["image"].rpartition(":")
    assert image
    assert re.search(r"\d+\.\d+\.\d+|\d+\.\d+-|RELEASE\.\d{4}-\d{2}-\d{2}T", tag), tag


def test_the_base_image_is_pinned() -> None:
    bases = re.findall(r"^FROM (\S+)", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert bases
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base) for base in bases)


@every_service
def test_no_secret_in_clear(file: str, name: str, service: dict[str, Any]) -> None:
    for variable, value in service.get("environment", {}).items():
        assert "@" not in str(value) or variable == "MAIL_FROM"
        if variable.endswith("_FILE"):
            assert Path(str(value)).name in service["secrets"]
        else:
            open_to_all = variable in {"PUBLIC_URL", "SCANNER_URL"}  # neither holds a secret
            assert open_to_all or not SECRET.search(variable), f"{variable}={value}"


@pytest.mark.parametrize("file", COMPOSE)
def test_secrets_are_files_that_the_repository_ignores(file: str) -> None:
    declared = compose(file)["secrets"]
    used = {secret for service in services(file).values() for secret in service.get("secrets", [])}
    assert used == set(declared)
    assert {Path(one["file"]).parent for one in declared.values()} == {Path("secrets")}
    assert "secrets/" in (DOCKER / ".gitignore").read_text().splitlines()


@every_service
def test_what_lasts_has_a_health_check(file: str, name: str, service: dict[str, Any]) -> None:
    check = service.get("healthcheck", {})
    if service.get("restart") == "no" or name == "worker":
        return  # a job ends; the worker listens on no port and ends when it fails
    if service["image"] == OURS:
        assert not check  # the image's own, on /healthz
    else:
        assert check["test"][0] == "CMD"


@every_service
def test_our_containers_have_few_rights(file: str, name: str, service: dict[str, Any]) -> None:
    if service["image"] == OURS:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["ulimits"] == {"core": 0}
        assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("file", COMPOSE)
def test_keys_are_a_volume_apart_from_data(file: str) -> None:
    assert {"data", "keys"} <= set(compose(file)["volumes"])
    image = (DOCKER / "Dockerfile").read_text()
    data, keys = (re.search(rf"{name}=(\S+)", image) for name in ("DATA_DIR", "KEYS_DIR"))
    assert data is not None
    assert keys is not None
    assert not Path(keys.group(1)).is_relative_to(data.group(1))
    for service in services(file).values():
        mounts = dict(mount.split(":")[:2] for mount in service.get("volumes", []))
        assert mounts.get("keys", keys.group(1)) == keys.group(1)
        assert mounts.get("data", data.group(1)) == data.group(1)


def test_the_image_is_not_root_and_installs_by_hash() -> None:
    image = (DOCKER / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", image, re.MULTILINE)
    assert image.index("USER 10001") < image.index("HEALTHCHECK") < image.index('CMD ["sad"')
    installs = [line for line in image.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: --no-deps" in installs[0]
    assert "--no-index" in installs[1]
    assert "/healthz" in (DOCKER / "health.py").read_text()


def test_what_the_image_copies_exists_and_is_sent_to_the_build() -> None:
    sent = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", (DOCKER / "Dockerfile").read_text(), re.M)
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert f"!{source}" in sent


def test_the_proxy_holds_no_answer_back() -> None:
    lines = (DOCKER / "Caddyfile").read_text().splitlines()
    directives = {line.split()[0] for line in lines if line.split() and "#" not in line.split()[0]}
    assert "reverse_proxy" in directives
    assert not directives & {"request_buffers", "lb_try_duration", "lb_retries", "log"}
    assert "/reponse" in "\n".join(lines)


def test_two_web_processes_one_worker_and_their_servers() -> None:
    names = set(services("compose.yml"))
    assert names >= {"web-1", "web-2", "worker", "migrate", "database", "objects", "proxy", "mail"}
    front = services("compose.yml")["proxy"]["networks"]["front"]["ipv4_address"]
    assert services("compose.yml")["web-1"]["environment"]["FORWARDED_ALLOW_IPS"] == front
    published = {name for name, one in services("compose.yml").items() if one.get("ports")}
    assert published == {"proxy", "mail"}
    assert compose("compose.yml")["networks"]["inside"] == {"internal": True}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The secrets as the script makes them."""
    folder = tmp_path / "secrets"
    subprocess.run([DOCKER / "make-secrets.sh", folder], check=True, capture_output=True)
    return folder


def test_every_secret_is_made_and_none_is_changed(made: Path) -> None:
    before = {path.name: path.read_text() for path in made.iterdir()}
    assert set(before) == set(compose("compose.yml")["secrets"])
    (made / "smtp_url").unlink()
    subprocess.run([DOCKER / "make-secrets.sh", made], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in made.iterdir()} == before


def test_the_settings_read_what_compose_gives(made: Path) -> None:
    for name in ("web-1", "worker", "migrate"):
        service = services("compose.yml")[name]
        environ = {
            variable: str(made / Path(value).name) if variable.endswith("_FILE") else value
            for variable, value in service["environment"].items()
        }
        environ["PUBLIC_URL"] = "https://localhost"
        settings = load(environ)
        assert settings.secure
        assert not settings.embedded_worker
        assert settings.database_url.startswith("postgresql+psycopg://sad_")
        assert settings.smtp_url == "smtp://mail:1025"
        place = location(settings.storage_url)
        assert (place.host, place.bucket, place.key) == ("objects:9000", "sad-pieces", "sad")
        assert not place.secure


@pytest.mark.parametrize("script", ["make-secrets.sh", "postgres/roles.sh"])
def test_scripts_are_executable_and_well_formed(script: str) -> None:
    shell = shutil.which("bash")
    assert shell is not None
    assert (DOCKER / script).stat().st_mode & 0o111
    subprocess.run([shell, "-n", str(DOCKER / script)], check=True)
