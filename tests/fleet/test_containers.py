"""What docker-compose.yml starts, started without containers: the same commands and variables.

The names of containers become ports of this machine, the stores are servers of the system, and the
S3 service is moto's. What the engine itself does (networks, users, read-only folders) is not tried.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from moto.server import ThreadedMotoServer
from prometheus_client.parser import text_string_to_metric_families

from services.cli.exits import Exit
from services.runtime.config import Settings
from services.runtime.embedded.postgres import binaries_folder
from tests.fleet import own_servers
from tests.fleet.compose import GIVEN, Container, containers, image_environment
from tests.platform.installation import LUNEO, environment, free_port, luneo

pytestmark = [pytest.mark.slow, pytest.mark.outside]

START_LIMIT_S = 300.0
STOP_LIMIT_S = 90.0


@dataclass(frozen=True, slots=True)
class Machine:
    """The containers of the file, with the places that they have on this machine."""

    all: dict[str, Container]
    stores: dict[str, str]  # "postgres:5432" → "127.0.0.1:…"
    folder: Path
    ports: dict[str, int] = field(default_factory=dict)  # of each container: two ports and one

    def environment(self, name: str) -> dict[str, str]:
        """What a container is told, the image's own variables included."""
        port = self.ports.setdefault(name, free_port())
        told = {**image_environment(), **self.all[name].environment}
        told.pop("PATH")
        moved = {key: self._moved(value) for key, value in told.items()}
        if "LUNEO_TLS_DIR" in moved:
            (mount,) = (one for one in self.all[name].mounts if one["target"] == "/certs")
            moved["LUNEO_TLS_DIR"] = str(self.folder / "certs" / mount["volume"]["subpath"])
        if "LUNEO_KEYS_FILE" in moved:
            moved["LUNEO_KEYS_FILE"] = str(self.folder / "keys" / "installation.json")
        if "LUNEO_METRICS_PORT" in moved:
            moved["LUNEO_METRICS_PORT"] = str(port + 1 if name == "gateway" else port)
        if moved.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            moved["OTEL_EXPORTER_OTLP_ENDPOINT"] = ""
        return {
            **moved,
            "LUNEO_DATA": str(self.folder / name),
            "LUNEO_HOST": "127.0.0.1",
            "LUNEO_PORT": str(port),
        }

    def command(self, name: str) -> list[str]:
        return [
            part.replace("/certs", str(self.folder / "certs")) for part in self.all[name].command
        ]

    def url(self, name: str, path: str) -> str:
        """Return the address of a container's port for figures, or of the gateway's REST."""
        settings = Settings.from_environment(self.environment(name))
        port = settings.port if name == "gateway" and path != "/metrics" else settings.metrics_port
        return f"http://127.0.0.1:{port}{path}"

    def run(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a container."""
        return luneo(*(command or self.command(name)), **self.environment(name))

    def _moved(self, value: str) -> str:
        for place, here in self.stores.items():
            value = value.replace(place, here)
        for name in self.all:
            if f"={name}:8401" in value:
                port = self.ports.setdefault(name, free_port())
                value = value.replace(f"={name}:8401", f"=127.0.0.1:{port + 1}")
        return value


@pytest.fixture(scope="module")
def machine(own_redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    found = containers()
    container = found["postgres"]
    program, *flags = container.command
    assert program == "postgres"
    superuser = container.environment["POSTGRES_USER"]
    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    s3.start()
    with own_servers.postgres(binaries_folder(), superuser=superuser, flags=flags) as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {container.environment['POSTGRES_DB']}")
        postgres, redis = urlsplit(running.url), urlsplit(own_redis)
        host, port = s3.get_host_and_port()
        given = {**GIVEN, "POSTGRES_PASSWORD": str(postgres.password)}
        login = f":{redis.password}@{redis.hostname}:{redis.port}"
        stores = {
            "postgres:5432": f"{postgres.hostname}:{postgres.port}",
            "queue:6379": login,
            "cache:6379": login,
            "objects:7070": f"{host}:{port}",
        }
        yield Machine(containers(given), stores, tmp_path_factory.mktemp("machine"))
    s3.stop()


STANDING = [
    name
    for name, one in containers().items()
    if one.is_ours and not one.is_once and "profiles" not in one.described
]


@pytest.fixture(scope="module")
def started(machine: Machine) -> Iterator[Machine]:
    """All of ours, in the order of the file."""
    for name in ("certs", "migrate"):
        done = machine.run(name)
        assert done.returncode == Exit.OK, done.stderr
    store = machine.environment("tenant")
    httpx.put(f"{store['AWS_ENDPOINT_URL']}/luneo").raise_for_status()
    for name in STANDING:
        machine.environment(name)  # each has its ports before the first is told of them
    with ExitStack() as stack:
        processes = {}
        for name in STANDING:
            log = stack.enter_context((machine.folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [*LUNEO, *machine.command(name)],
                env=environment(**machine.environment(name)),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            stack.callback(process.kill)
            processes[name] = process
        end = time.monotonic() + START_LIMIT_S
        while not _answers(machine.url("gateway", "/readyz")):
            ended = [name for name, one in processes.items() if one.poll() is not None]
            assert not ended, (machine.folder / f"{ended[0]}.log").read_text()[-4_000:]
            assert time.monotonic() < end, (machine.folder / "gateway.log").read_text()[-4_000:]
            time.sleep(0.2)
        yield machine
        for process in processes.values():
            process.terminate()
        codes = {name: process.wait(STOP_LIMIT_S) for name, process in processes.items()}
        assert not any(codes.values()), codes


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("name", STANDING)
def test_the_health_check_of_each_container_passes(started: Machine, name: str) -> None:
    check = started.all[name].described["healthcheck"]["test"]
    if check[1] == "luneo":
        done = started.run(name, *check[2:])
        assert (done.returncode, done.stdout) == (Exit.OK, "serving\n"), done.stderr
        return
    assert check[:3] == ["CMD", "python", "-c"]
    here = started.url(name, "/").rstrip("/")
    port = {"gateway": "8400"}.get(name, "8402")
    code = check[3].replace(f"http://127.0.0.1:{port}", here)
    assert code != check[3]
    assert subprocess.run([LUNEO[0], "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", STANDING)
def test_each_container_tells_its_figures(started: Machine, name: str) -> None:
    text = httpx.get(started.url(name, "/metrics")).raise_for_status().text
    families = {family.name for family in text_string_to_metric_families(text)}
    assert {"luneo_calls", "luneo_jobs", "luneo_spans"} <= families
    assert ("luneo_outbox_messages" in families) is (name == "relay")


def test_a_brand_is_made_by_the_operator_s_container_and_a_shop_uses_it(started: Machine) -> None:
    done = started.run("operator", "brand", "create", "acme")
    assert (done.returncode, done.stdout) == (Exit.OK, "brands/acme\n"), done.stderr
    made = started.run("operator", "key", "create", "acme", "--secret", "--json")
    key = json.loads(made.stdout)["secret"]
    listed = httpx.get(
        started.url("gateway", "/v1/brands/acme/products"), headers={"x-api-key": key}, timeout=60
    )
    assert listed.status_code == 200, listed.text
    assert listed.headers["ratelimit"]


def test_a_probe_of_a_service_that_does_not_run_there_fails(started: Machine) -> None:
    settings = {**started.environment("spec"), "LUNEO_GRPC_PORT": str(free_port())}
    assert luneo("probe", "spec", **settings).returncode == Exit.UNAVAILABLE
    assert started.run("spec", "probe", "nonsense").returncode == Exit.USAGE


def test_only_migrations_know_a_password_of_the_database(started: Machine) -> None:
    refused = started.run("operator", "migrate")
    assert refused.returncode == Exit.UNAVAILABLE
    assert "DATABASE_URL" in refused.stderr


def test_the_schema_s_owner_is_no_superuser(started: Machine) -> None:
    password = urlsplit(started.environment("migrate")["DATABASE_URL"])
    with psycopg.connect(password.geturl()) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'luneo_owner'"
        ).fetchone()
    assert row == (False, False)


def test_the_database_s_container_quotes_nobody_in_its_log(started: Machine) -> None:
    found = started.run("operator", "doctor", "--json").stdout
    answers = [one for one in json.loads(found) if one["part"] == "postgresql"]
    assert [one["state"] for one in answers] == ["well"]


def test_envoy_s_configuration_is_written_by_its_job(started: Machine, tmp_path: Path) -> None:
    command = [
        part.replace("/envoy/", f"{tmp_path}/") for part in started.command("envoy-configuration")
    ]
    done = started.run("envoy-configuration", *command)
    assert done.returncode == Exit.OK, done.stderr
    assert json.loads((tmp_path / "envoy.json").read_text())["static_resources"]
