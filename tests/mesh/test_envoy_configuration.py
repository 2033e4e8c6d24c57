"""`luneo mesh envoy`: what it writes, from which settings, and that Envoy takes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2

from services import composition
from services.cli import mesh
from services.runtime.config import Settings
from services.runtime.mesh.envoy.bootstrap import configuration
from services.runtime.remote import services_of
from tests.mesh import envoy
from tests.platform.installation import luneo

ADDRESSES = ",".join(
    f"{name}=127.0.0.1:{9000 + number}"
    for number, name in enumerate((*composition.NAMES, *composition.OWN))
)


def write(folder: Path, *options: str, **settings: str) -> Path:
    """Run the command; return the configuration."""
    out = folder / "envoy.json"
    done = luneo(
        "mesh", "envoy", "--out", str(out), *options,
        **{"LUNEO_SERVICE_ADDRESSES": ADDRESSES, "LUNEO_DATA": str(folder / "none"), **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (folder / "none").exists()  # no keys were made or read
    assert done.stderr == ""  # every binding of ours is one that Envoy serves
    return out


def made(folder: Path, **settings: str) -> dict[str, Any]:
    """Return what the command would write, made in this process."""
    given = {"LUNEO_SERVICE_ADDRESSES": ADDRESSES, "LUNEO_DATA": str(folder), **settings}
    fleet = mesh.topology(Settings.from_environment(given), folder / "envoy.json", 9901)
    found: dict[str, Any] = json.loads(configuration(fleet).files[""])
    return found


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    assert luneo("certs", str(folder)).returncode == 0
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The configuration of a fleet on this machine."""
    return made(tmp_path_factory.mktemp("plain"))


def filters(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one["typed_config"] for one in manager(config)["http_filters"]}


def manager(config: dict[str, Any]) -> dict[str, Any]:
    (chain,) = config["static_resources"]["listeners"][0]["filter_chains"]
    found: dict[str, Any] = chain["filters"][0]["typed_config"]
    return found


def routes(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (host,) = manager(config)["route_config"]["virtual_hosts"]
    *rpcs, _ = host["routes"]  # the last one is for what is not transcoded yet
    return {one["name"]: one["route"] for one in rpcs}


def clusters(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in config["static_resources"]["clusters"]}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def test_envoy_takes_the_configuration_with_and_without_tls(tmp_path: Path, certs: Path) -> None:
    for name, settings in (("plain", {}), ("tls", {"LUNEO_TLS_DIR": str(certs / "gateway")})):
        (tmp_path / name).mkdir()
        judged = envoy.validate(write(tmp_path / name, **settings))
        assert judged.returncode == 0, judged.stderr
        assert "deprecated" not in judged.stderr.lower()


def test_envoy_refuses_a_configuration_that_names_no_cluster(tmp_path: Path) -> None:
    out = write(tmp_path)
    out.write_text(out.read_text().replace('"cluster": "render"', '"cluster": "nowhere"'))
    assert envoy.validate(out).returncode != 0


def test_the_same_settings_give_the_same_bytes(tmp_path: Path, certs: Path) -> None:
    settings = {"LUNEO_TLS_DIR": str(certs / "gateway")}
    write(tmp_path, **settings)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write(tmp_path, **settings, PYTHONHASHSEED="77")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {"envoy.json", "envoy.certificate.json", "envoy.authorities.json"}


def test_every_service_is_transcoded_and_every_rpc_has_a_route(plain: dict[str, Any]) -> None:
    names = [
        service
        for name in (*composition.NAMES, *composition.OWN)
        for service in services_of(composition.package_of(name))
    ]
    transcoder = filters(plain)["envoy.filters.http.grpc_json_transcoder"]
    assert transcoder["services"] == names
    files = descriptor_pb2.FileDescriptorSet.FromString(
        base64.b64decode(transcoder["proto_descriptor_bin"])
    )
    rpcs = {
        f"{file.package}.{service.name}/{method.name}": method.options.idempotency_level
        for file in files.file
        if file.package.startswith("luneo.")
        for service in file.service
        for method in service.method
    }
    assert set(routes(plain)) == set(rpcs)
    harmless = {
        name
        for name, route in routes(plain).items()
        if "unavailable" in route["retry_policy"]["retry_on"]
    }
    assert {rpcs[name] for name in harmless} == {descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS}
    assert "luneo.spec.v1.ProductService/GetProduct" in harmless
    assert "luneo.snapshot.v1.SnapshotService/CreateSnapshot" not in harmless


def test_a_file_comes_behind_those_that_it_imports(plain: dict[str, Any]) -> None:
    transcoder = filters(plain)["envoy.filters.http.grpc_json_transcoder"]
    seen: set[str] = set()
    data = base64.b64decode(transcoder["proto_descriptor_bin"])
    for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
        assert seen >= set(file.dependency)
        assert file.name not in seen
        seen.add(file.name)


def test_the_admin_port_is_for_this_machine_alone(plain: dict[str, Any], tmp_path: Path) -> None:
    assert plain["admin"]["address"]["socket_address"]["address"] == "127.0.0.1"
    opened = json.loads(write(tmp_path, "--host", "0.0.0.0", "--admin-port", "7001").read_text())
    assert opened["admin"]["address"]["socket_address"] == {
        "address": "127.0.0.1", "port_value": 7001
    }  # fmt: skip


def test_several_addresses_of_a_service_are_balanced(tmp_path: Path) -> None:
    more = f"{ADDRESSES},spec=127.0.0.2:9001"
    spec = clusters(made(tmp_path, LUNEO_SERVICE_ADDRESSES=more))["spec"]
    (group,) = spec["load_assignment"]["endpoints"]
    assert len(group["lb_endpoints"]) == 2
    assert spec["type"] == "STATIC"


def test_a_name_is_resolved_to_all_of_its_addresses(tmp_path: Path) -> None:
    named = ADDRESSES.replace("render=127.0.0.1", "render=render.internal")
    config = made(tmp_path, LUNEO_SERVICE_ADDRESSES=named, LUNEO_PLAINTEXT="allowed")
    assert clusters(config)["render"]["type"] == "STRICT_DNS"


def test_a_server_shows_the_certificate_of_its_service(tmp_path: Path, certs: Path) -> None:
    config = made(tmp_path, LUNEO_TLS_DIR=str(certs / "gateway"))
    for name, cluster in clusters(config).items():
        if name == "issuer":
            continue
        context = cluster["transport_socket"]["typed_config"]
        assert context["sni"] == f"{name}.luneo.internal"
        common = context["common_tls_context"]
        asked = common["combined_validation_context"]["default_validation_context"]
        (san,) = asked["match_typed_subject_alt_names"]
        assert san["matcher"] == {"exact": f"{name}.luneo.internal"}


def test_no_secret_stands_in_the_files(tmp_path: Path, certs: Path) -> None:
    write(tmp_path, LUNEO_TLS_DIR=str(certs / "gateway"))
    key = (certs / "gateway" / "tls.key").read_text().splitlines()[1]
    for path in tmp_path.iterdir():
        assert key not in path.read_text()
        assert "PRIVATE KEY" not in path.read_text()


def test_no_line_of_the_log_holds_an_address_with_a_ticket_or_what_was_typed(
    plain: dict[str, Any],
) -> None:
    (log,) = manager(plain)["access_log"]
    logged = " ".join(texts(log["typed_config"]["log_format"]))
    assert "X-CORRELATION-ID" in logged
    assert "PATH" not in logged.replace("ORIGINAL-METHOD", "")


def test_tokens_are_those_of_the_outside_issuer_where_there_is_one(tmp_path: Path) -> None:
    config = made(
        tmp_path,
        LUNEO_OIDC_ISSUER="https://id.example/realm",
        LUNEO_OIDC_JWKS_URL="https://id.example/keys",
    )
    provider = filters(config)["envoy.filters.http.jwt_authn"]["providers"]["luneo"]
    assert provider["issuer"] == "https://id.example/realm"
    assert provider["remote_jwks"]["http_uri"]["uri"] == "https://id.example/keys"
    assert clusters(config)["issuer"]["transport_socket"]["typed_config"]["sni"] == "id.example"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"LUNEO_SERVICE_ADDRESSES": "spec=127.0.0.1:1"}, "where manufacturing, objects"),
        ({"LUNEO_SERVICE_ADDRESSES": ADDRESSES.replace("127.0.0.1", "10.0.0.1")}, "LUNEO_TLS_DIR"),
        ({"LUNEO_TLS_DIR": "/nowhere"}, "LUNEO_TLS_DIR"),
    ],
    ids=["services without an address", "plaintext in the network", "no certificate"],
)
def test_settings_that_cannot_work_are_told(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    out = tmp_path / "envoy.json"
    done = luneo(
        "mesh", "envoy", "--out", str(out), **{"LUNEO_SERVICE_ADDRESSES": ADDRESSES, **settings}
    )
    assert done.returncode == 78
    assert sentence in done.stderr
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    out = tmp_path / "missing" / "envoy.json"
    done = luneo("mesh", "envoy", "--out", str(out), LUNEO_SERVICE_ADDRESSES=ADDRESSES)
    assert done.returncode == 73
    assert str(out) in done.stderr
