"""What docker-compose.yml starts, started without containers: the same commands and variables."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from services.cli.exits import Exit
from services.runtime.embedded.postgres import binaries_folder
from tests.fleet import own_servers
from tests.platform.installation import LUNEO, environment, free_port, luneo

pytestmark = [pytest.mark.slow, pytest.mark.outside]

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Containers:
    """The services of the file, with the addresses that they have on this machine."""

    described: dict[str, Any]
    postgres: str
    redis: str
    data: Path
    port: int

    def environment(self, name: str) -> dict[str, str]:
        """What a container is told, the image's own variables included."""
        given = self.described["services"][name]["environment"]
        filled = {key: self._filled(str(value)) for key, value in given.items()}
        return {
            **filled,
            "REDIS_URL": self.redis,
            "LUNEO_DATA": str(self.data),
            "LUNEO_HOST": "0.0.0.0",
            "LUNEO_PLAINTEXT": "allowed",
            "LUNEO_PORT": str(self.port),
        }

    def command(self, name: str) -> list[str]:
        return [str(part) for part in self.described["services"][name]["command"]]

    def _filled(self, value: str) -> str:
        place = urlsplit(self.postgres)
        if "${POSTGRES_PASSWORD" in value:
            before, _, rest = value.partition("${")
            value = f"{before}{place.password}{rest.partition('}')[2]}"
        elif value.startswith("${"):
            value = value[2:-1].partition(":-")[2]
        return value.replace("postgres:5432", f"{place.hostname}:{place.port}")


@pytest.fixture(scope="module")
def containers(own_redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    described = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    container = described["services"]["postgres"]
    server, (program, *flags) = container["environment"], container["command"]
    assert program == "postgres"
    superuser = server["POSTGRES_USER"]
    with own_servers.postgres(binaries_folder(), superuser=superuser, flags=flags) as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {server['POSTGRES_DB']}")
        data = tmp_path_factory.mktemp("volume")
        yield Containers(described, running.url, own_redis, data, free_port())


@pytest.fixture(scope="module")
def started(containers: Containers) -> Iterator[Containers]:
    """All of ours, in the order of the file."""
    migrated = luneo(*containers.command("migrate"), **containers.environment("migrate"))
    assert migrated.returncode == Exit.OK, migrated.stderr
    with ExitStack() as stack:
        processes = []
        for name in ("server", "relay", "worker"):
            log = stack.enter_context((containers.data / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [*LUNEO, *containers.command(name)],
                env=environment(**containers.environment(name)),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            stack.callback(process.kill)
            processes.append(process)
        end = time.monotonic() + START_LIMIT_S
        while not _ready(containers):
            assert time.monotonic() < end, (containers.data / "server.log").read_text()
            time.sleep(0.05)
        yield containers
        for process in processes:
            process.terminate()
        assert [process.wait(60) for process in processes] == [0, 0, 0]


def _ready(containers: Containers) -> bool:
    with contextlib.suppress(urllib.error.URLError, ConnectionError):
        url = f"http://127.0.0.1:{containers.port}/readyz"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    return False


def test_the_health_check_of_the_server_passes(started: Containers) -> None:
    check = started.described["services"]["server"]["healthcheck"]["test"]
    assert check[:2] == ["CMD", "python"]
    code = [part.replace(":8400", f":{started.port}") for part in check[2:]]
    assert subprocess.run([LUNEO[0], *code], check=False).returncode == 0


def test_the_first_brand_is_made_inside_of_the_server_s_container(started: Containers) -> None:
    done = luneo("brand", "create", "acme", **started.environment("server"))
    assert (done.returncode, done.stdout) == (Exit.OK, "brands/acme\n"), done.stderr
    key = luneo("key", "create", "acme", **started.environment("server"))
    assert key.stdout.startswith("lpk_")


def test_a_doctor_in_the_server_s_container_finds_nothing_ill(started: Containers) -> None:
    done = luneo("doctor", **started.environment("server"))
    assert done.returncode == Exit.OK, done.stdout
    assert "without a supervisor" in done.stdout


def test_the_database_s_container_quotes_nobody_in_its_log(started: Containers) -> None:
    found = luneo("doctor", "--json", **started.environment("server")).stdout
    answers = [one for one in json.loads(found) if one["part"] == "postgresql"]
    assert [one["state"] for one in answers] == ["well"]


def test_only_migrations_know_a_password_of_the_database(started: Containers) -> None:
    for name in ("server", "relay", "worker"):
        assert urlsplit(started.environment(name)["DATABASE_URL"]).username is None
    refused = luneo("migrate", **started.environment("server"))
    assert refused.returncode == Exit.UNAVAILABLE
    assert "DATABASE_URL" in refused.stderr


def test_the_schema_s_owner_is_no_superuser(started: Containers) -> None:
    place = urlsplit(started.postgres)._replace(path="/luneo").geturl()
    with psycopg.connect(place) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'luneo_owner'"
        ).fetchone()
    assert row == (False, False)
