"""What can be said of the image and the fleet's file without an engine that builds them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli.exits import Exit
from services.runtime import doctor
from services.runtime.config import Settings
from services.runtime.embedded.postgres import MAJOR, PRIVATE_LOG
from tests.platform.installation import environment

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = Settings.from_environment({})
PORTS = {str(DEFAULTS.port), str(DEFAULTS.grpc_port)}
FONTS, DESIGN = "@expo-google-fonts", "examples/designs/tag-emma.json"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def of(wanted: str) -> list[str]:
    return [rest for word, rest in instructions() if word == wanted]


def variables() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in of("ENV") for pair in line.split())


@pytest.fixture(scope="module")
def fleet() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return described["services"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the COPY lines make, with what was installed here beside it."""
    folder = tmp_path_factory.mktemp("image")
    for line in of("COPY"):
        *sources, target = line.split()
        for source in sources:
            many = len(sources) > 1 or target.endswith("/")
            place = folder / target / Path(source).name if many else folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, place, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / source, place)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    modules = folder / "node_modules"
    modules.mkdir()
    for package in (ROOT / "node_modules").iterdir():
        if package.name == FONTS:  # whose files may not lead out of the folder
            shutil.copytree(package, modules / FONTS)
        else:
            (modules / package.name).symlink_to(package)
    return folder


def in_image(image: Path, *command: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(image), str(image / "protos" / "gen" / "python")))
    return subprocess.run(
        [sys.executable, "-P", *command],
        cwd=image, env=environment(PYTHONPATH=paths), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_page_is_built_from_what_the_image_holds(image: Path) -> None:
    built = [line for line in of("RUN") if ".ci/page.py" in line]
    assert built
    done = in_image(image, ".ci/page.py")
    assert done.returncode == 0, done.stderr


def test_the_command_works_with_what_the_image_holds(image: Path) -> None:
    where = in_image(
        image, "-c", "import services, luneo; print(services.__file__, luneo.__path__)"
    )
    assert where.stdout.count(str(image)) >= 2, where.stderr
    out = image / "emma.zip"
    for arguments in (
        ["--help"],
        ["config"],
        ["render", DESIGN, str(out)],
        ["verify", str(out)],
    ):
        done = in_image(image, "-m", "services.cli", *arguments)
        assert done.returncode == Exit.OK, done.stderr


def test_migrations_find_their_versions_in_the_image(image: Path) -> None:
    listed = "import migrations, pathlib; print(*sorted(p.name for p in pathlib.Path("
    code = listed + "migrations.__file__).parent.joinpath('versions').glob('[0-9]*.py')))"
    assert in_image(image, "-c", code).stdout.split() == sorted(
        path.name for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    )


def test_nothing_private_or_heavy_goes_to_the_builder() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", ".luneo", "node_modules"} <= set(left_out)


def test_the_image_s_settings_can_be_read() -> None:
    given = {name: value for name, value in variables().items() if name != "PATH"}
    settings = Settings.from_environment(given)
    assert str(settings.data) == "/data"
    assert settings.host == "0.0.0.0"


def test_ports_are_the_defaults_and_one_for_figures() -> None:
    exposed = {port for line in of("EXPOSE") for port in line.split()}
    assert exposed == PORTS | {str(DEFAULTS.grpc_port + 1)}


def test_the_image_runs_as_a_user_whose_own_are_only_folders_of_data() -> None:
    [user], [data] = of("USER"), of("VOLUME")
    assert user not in ("root", "0")
    assert data == variables()["LUNEO_DATA"]
    created = next(line for line in of("RUN") if "useradd" in line)
    assert re.search(rf"install --directory --owner={user} .*--mode=0700 {data}", created)
    words = [word for word, _ in instructions()]
    assert words.index("USER") > max(i for i, word in enumerate(words) if word in ("RUN", "COPY"))


def test_the_image_s_python_is_one_that_the_locks_are_for() -> None:
    [base] = of("FROM")
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim-bookworm", base)
    assert version, base
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    least = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"])
    assert least
    assert tuple(map(int, version.groups())) >= tuple(map(int, least.groups()))


@pytest.mark.parametrize(
    ("name", "server", "least"),
    [
        ("postgres", "postgres", int(MAJOR)),
        ("queue", "redis", doctor.OLDEST_REDIS),
        ("cache", "redis", doctor.OLDEST_REDIS),
    ],
)
def test_servers_are_of_a_named_release_that_luneo_takes(
    fleet: dict[str, Any], name: str, server: str, least: int
) -> None:
    image = fleet[name]["image"]
    release = re.fullmatch(rf"{server}:(\d+)(?:\.\d+)+-bookworm", image)
    assert release, image
    assert int(release[1]) >= least


def test_the_database_s_container_is_told_to_quote_nobody(fleet: dict[str, Any]) -> None:
    flags = dict(flag.removeprefix("--").split("=", 1) for flag in fleet["postgres"]["command"][1:])
    given = {name.replace("-", "_"): value for name, value in flags.items()}
    assert given.items() >= PRIVATE_LOG.items()


def test_no_job_is_dropped_by_the_queue_s_container(fleet: dict[str, Any]) -> None:
    command = fleet["queue"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"
