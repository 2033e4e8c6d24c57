"""docker-compose.yml and the files it mounts name only what there is, and give no more than needed."""

from __future__ import annotations

import re
import stat
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from prometheus_client.parser import text_string_to_metric_families

from services import composition
from services.cli.app import application
from services.cli.certs import _subjects
from services.runtime import telemetry
from services.runtime.config import VARIABLES, Settings
from services.runtime.queue_policy import QUEUES
from tests.fleet.compose import GIVEN, ROOT, Container, containers, file, image_environment, text

ALL = containers()
OURS = {name: one for name, one in ALL.items() if one.is_ours}
SERVING = {name: one for name, one in OURS.items() if one.command[:1] == ["serve"]}
WORKING = {name: one for name, one in OURS.items() if one.command[:1] == ["work"]}
STANDING = {name: one for name, one in ALL.items() if not one.is_once}
# Of images that hold one program: there is nothing in them that could ask it.
WITHOUT_HEALTH_CHECK = {"collector", "traces"}
# Its image has one user; all rights of that user are dropped.
AS_ROOT = {"objects"}
LISTENS = {"postgres": 5432, "queue": 6379, "cache": 6379, "objects": 7070, "collector": 4318}


def settings_of(one: Container) -> Settings:
    return Settings.from_environment({**image_environment(), **one.environment})


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_one_that_the_program_knows_and_its_value_can_be_read(name: str) -> None:
    known = {variable.name for variable in VARIABLES}
    assert set(OURS[name].environment) <= known
    settings_of(OURS[name])


def test_the_image_sets_only_variables_that_are_known() -> None:
    known = {variable.name for variable in VARIABLES} | {"PATH", "PYTHONDONTWRITEBYTECODE"}
    assert set(image_environment()) <= known


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_the_command_line_takes(name: str) -> None:
    command = typer.main.get_command(application())
    arguments = OURS[name].command
    while hasattr(command, "get_command"):
        context = command.make_context("luneo", [], resilient_parsing=True)
        found = command.get_command(context, arguments[0])
        assert found is not None, arguments
        command, arguments = found, arguments[1:]
    command.make_context("luneo", list(arguments))


def test_each_service_runs_in_a_container_of_its_name() -> None:
    assert set(SERVING) == set(composition.NAMES)
    for name, one in SERVING.items():
        assert one.command == ["serve", "--services", name, "--no-rest"]


def test_each_queue_is_worked_once() -> None:
    worked = [one.command[one.command.index("--queues") + 1].split(",") for one in WORKING.values()]
    assert sorted(queue for queues in worked for queue in queues) == sorted(QUEUES)


def test_addresses_name_containers_that_listen_there_and_can_be_reached() -> None:
    for name, one in OURS.items():
        for service, address in settings_of(one).addresses().items():
            host, _, port = address.partition(":")
            assert host in SERVING, (name, address)
            assert int(port) == settings_of(SERVING[host]).grpc_port
            assert service in (host, *composition.OWN)
            networks = ALL["envoy"].networks if name == "envoy-configuration" else one.networks
            assert networks & ALL[host].networks


@pytest.mark.parametrize("name", OURS)
def test_servers_that_are_named_are_in_the_file_on_a_network_of_the_container(name: str) -> None:
    one = OURS[name]
    # What the job writes down, Envoy calls.
    networks = ALL["envoy"].networks if name == "envoy-configuration" else one.networks
    for variable in ("DATABASE_URL", "REDIS_URL", "LUNEO_LIMITS_REDIS_URL", "AWS_ENDPOINT_URL",
                     "OTEL_EXPORTER_OTLP_ENDPOINT"):  # fmt: skip
        if variable in one.environment:
            place = urlsplit(one.environment[variable])
            assert place.hostname in LISTENS, variable
            assert place.port == LISTENS[place.hostname]
            assert ALL[place.hostname].networks & networks, variable


def test_the_queue_and_the_counts_are_in_two_redises() -> None:
    settings = settings_of(ALL["gateway"])
    assert settings.redis_url != settings.limits_redis_url
    queue, cache = ALL["queue"].command, ALL["cache"].command
    assert queue[queue.index("--maxmemory-policy") + 1] == "noeviction"
    assert cache[cache.index("--maxmemory-policy") + 1] == "allkeys-lru"
    assert any(mount["source"] == "queue" for mount in ALL["queue"].mounts)


def test_the_gateway_knows_neither_database_nor_keys_nor_objects() -> None:
    gateway = ALL["gateway"]
    assert not {"DATABASE_URL", "LUNEO_KEYS_FILE", "AWS_SECRET_ACCESS_KEY"} & set(
        gateway.environment
    )
    assert not gateway.networks & (ALL["postgres"].networks | ALL["objects"].networks)
    assert [mount["source"] for mount in gateway.mounts] == ["certs"]
    elsewhere = settings_of(gateway).addresses()
    assert elsewhere.keys() == {*composition.NAMES, *composition.OWN}


def test_only_the_edge_is_published_and_what_is_watched_to_this_machine_alone() -> None:
    published = {
        name: one.described["ports"] for name, one in ALL.items() if "ports" in one.described
    }
    assert published == {
        "gateway": ["8400:8400"],
        "envoy": ["8410:8400"],
        "prometheus": ["127.0.0.1:9090:9090"],
        "traces": ["127.0.0.1:16686:16686"],
    }
    networks = file()["networks"]
    assert {name for name, one in networks.items() if one.get("internal")} == {
        "database", "queue", "cache", "store", "watch"
    }  # fmt: skip
    used = set().union(*(one.networks for one in ALL.values()))
    assert used == set(networks)


@pytest.mark.parametrize("name", ALL)
def test_no_container_has_rights_that_it_does_not_need(name: str) -> None:
    one = ALL[name].described
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not {"cap_add", "privileged", "devices", "pid", "ipc", "userns_mode"} & set(one)
    assert 0 < one["pids_limit"] <= 512
    if not ALL[name].is_ours and name not in AS_ROOT:
        assert one["user"] not in ("root", "0", "0:0")


def test_our_image_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["luneo"]
    for folder in ("/data", "/keys", "/certs", "/envoy"):
        assert re.search(rf"install --directory --owner=luneo .*{folder}\b", dockerfile)


def test_between_containers_grpc_is_mutual_tls_with_the_certificate_of_each() -> None:
    issued = {subject.identity.name for subject in _subjects()}
    calling = {name: one for name, one in OURS.items() if settings_of(one).addresses()}
    assert set(calling) >= {*SERVING, "gateway", "operator", "envoy-configuration"}
    for name, one in {**calling, **WORKING}.items():
        settings = settings_of(one)
        if name != "envoy-configuration":
            assert settings.plaintext == "loopback", name
        assert settings.tls_dir == "/certs"
        (mount,) = (mount for mount in one.mounts if mount["target"] == "/certs")
        expected = name if name in SERVING else {"envoy-configuration": "gateway"}.get(name, name)
        expected = "worker" if name in WORKING else expected
        assert mount["volume"]["subpath"] == expected
        assert mount["volume"]["subpath"] in issued
        assert mount["read_only"] is True


def test_keys_are_written_by_migrations_alone_and_the_authority_by_its_job() -> None:
    def writers(volume: str) -> set[str]:
        return {
            name for name, one in ALL.items() for mount in one.mounts
            if mount["source"] == volume and not mount.get("read_only")
        }  # fmt: skip

    assert writers("keys") == {"migrate"}
    assert writers("certs") == {"certs"}
    assert writers("envoy") == {"envoy-configuration"}


def test_no_secret_is_in_the_file_and_each_has_to_be_set() -> None:
    for line in text().splitlines():
        if re.match(r"\s+\w*(PASSWORD|SECRET|ACCESS_KEY)\w*:", line) and "_FILE:" not in line:
            assert re.search(r": \$\{\w+:\?", line), line
    assert re.findall(r"://[^/\s:@]+:(\$\{[^}]*\}|[^@\s]+)@", text()) == [
        "${POSTGRES_PASSWORD:?Set POSTGRES_PASSWORD to letters and digits}"
    ]
    for name in GIVEN:
        with pytest.raises(KeyError, match=name):
            file({key: value for key, value in GIVEN.items() if key != name})


def test_only_migrations_know_a_password_of_the_database() -> None:
    for name, one in OURS.items():
        if url := one.environment.get("DATABASE_URL"):
            assert (urlsplit(url).password is not None) is (name == "migrate"), name


def test_volumes_networks_and_secrets_that_are_used_are_declared_and_the_other_way_round() -> None:
    described = file()
    mounted = {
        mount["source"] for one in ALL.values() for mount in one.mounts if mount["type"] == "volume"
    }
    assert mounted == set(described["volumes"])
    assert {secret for one in ALL.values() for secret in one.described.get("secrets", [])} == set(
        described["secrets"]
    )


def test_files_that_are_mounted_are_there_for_everybody_to_read() -> None:
    for one in ALL.values():
        for mount in one.mounts:
            if mount["type"] == "bind":
                path = ROOT / mount["source"]
                assert path.is_file()
                assert path.stat().st_mode & stat.S_IROTH
                assert mount["read_only"] is True


@pytest.mark.parametrize("name", STANDING)
def test_what_stands_has_a_health_check(name: str) -> None:
    if name in WITHOUT_HEALTH_CHECK:
        return
    check = STANDING[name].described["healthcheck"]
    assert check["test"][0] == "CMD"
    assert check["interval"]
    assert check["retries"] > 1
    if name in SERVING:
        assert check["test"] == ["CMD", "luneo", "probe", name]


def test_nobody_waits_for_what_is_not_there_or_has_no_health_check() -> None:
    for one in ALL.values():
        for name, how in one.described.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in ALL[name].described, (one.name, name)
            else:
                assert how["condition"] == "service_completed_successfully"
                assert ALL[name].is_once, (one.name, name)


def test_images_are_named_with_their_versions() -> None:
    for one in ALL.values():
        if not one.is_ours:
            assert re.search(r":v?\d+\.\d+", one.described["image"]), one.name


def prometheus(name: str = "prometheus.yml") -> Any:
    return yaml.safe_load((ROOT / "deploy" / name).read_text(encoding="utf-8"))


def test_prometheus_asks_every_process_of_ours_at_its_port() -> None:
    ours, collector = prometheus()["scrape_configs"]
    (found,) = ours["dns_sd_configs"]
    standing = {name for name, one in OURS.items() if not one.is_once}
    assert set(found["names"]) == standing - {"operator"}
    for name in found["names"]:
        assert settings_of(OURS[name]).metrics_port == found["port"]
        assert ALL["prometheus"].networks & OURS[name].networks
    (target,) = collector["static_configs"][0]["targets"]
    telemetry_of = collector_settings()["service"]["telemetry"]["metrics"]["readers"][0]
    assert target == f"collector:{telemetry_of['pull']['exporter']['prometheus']['port']}"
    mounted = {mount["target"] for mount in ALL["prometheus"].mounts}
    assert set(prometheus()["rule_files"]) <= mounted


def test_alerts_speak_of_figures_that_there_are() -> None:
    families = text_string_to_metric_families(telemetry.exposition()[0].decode())
    known = {family.name for family in families} | {"luneo_outbox_oldest_seconds"}
    for group in prometheus("alerts.yml")["groups"]:
        for rule in group["rules"]:
            for name in re.findall(r"luneo_\w+", rule["expr"]):
                assert re.sub(r"_(total|bucket|count|sum)$", "", name) in known, name


def collector_settings() -> Any:
    return yaml.safe_load((ROOT / "deploy" / "collector.yaml").read_text(encoding="utf-8"))


def test_the_collector_takes_what_is_sent_and_passes_it_to_a_container() -> None:
    settings = collector_settings()
    listens = settings["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    assert listens == f"0.0.0.0:{LISTENS['collector']}"
    pipeline = settings["service"]["pipelines"]["traces"]
    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) == set(settings[kind])
    host = settings["exporters"]["otlp"]["endpoint"].partition(":")[0]
    assert ALL[host].networks & ALL["collector"].networks
