"""A brand's mesh becomes a product, a shopper's design on it pictures and files: REST, gRPC, a killed worker."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from luneo.operations.v1 import operation_service_pb2, operation_service_pb2_grpc
from luneo.render.v1 import render_pb2, render_service_pb2, render_service_pb2_grpc

from services.cli.seed import with_resource_names
from tests.flows.mug import DESIGN, EXAMPLES
from tests.platform.installation import Installation, installation, luneo

pytestmark = pytest.mark.slow

BRAND = "mugworks"
PATIENCE_S = 240.0


@dataclass(frozen=True)
class Caller:
    """REST with one key."""

    base: str
    key: str

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return httpx.request(
            method, f"{self.base}/v1/{path}", json=body, headers={"x-api-key": self.key}, timeout=90
        )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.send(method, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until_done(self, operation: str) -> dict[str, Any]:
        """The response of an operation, however many workers it takes."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = self.call("GET", f"{operation}:wait")
            if found.get("done"):
                assert "error" not in found, found
                return dict(found["response"])
        raise AssertionError(f"{operation} was not done within {PATIENCE_S:.0f} s")


@dataclass(frozen=True)
class House:
    """An installation, the keys of its brands, and a snapshot of a design on an uploaded mesh."""

    running: Installation
    keys: dict[str, Any]
    snapshot: dict[str, Any]
    design: dict[str, Any]

    def caller(self, kind: str = "operator", brand: str = BRAND) -> Caller:
        return Caller(f"http://127.0.0.1:{self.running.port}", self.keys[brand][kind])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with installation(tmp_path_factory.mktemp("in-3d")) as running:
        running.start(subcommand="demo")
        keys = {brand["brand"]: brand["keys"] for brand in running.seeded()["brands"]}
        staff = Caller(f"http://127.0.0.1:{running.port}", keys[BRAND]["secret"])
        design = designed(staff, published(staff))
        body = {"design": design, "owner": "customer:42"}
        snapshot = staff.call("POST", f"brands/{BRAND}/snapshots", body)
        yield House(running, keys, snapshot, design)


def uploaded(staff: Caller, path: Path, name: str) -> str:
    body = {
        "asset": {"displayName": name},
        "assetId": name,
        "data": base64.b64encode(path.read_bytes()).decode(),
    }
    return str(staff.call("POST", f"brands/{BRAND}/assets", body)["name"])


def published(staff: Caller) -> str:
    """Make a second mug whose mesh is uploaded here; return its revision."""
    described = json.loads((EXAMPLES / "products" / "mug.json").read_text("utf-8"))
    template = with_resource_names(described["template"], BRAND)
    mesh = uploaded(staff, EXAMPLES / "meshes" / "mug.glb", "another-mesh")
    template["models"][0]["mesh"] = mesh
    product = {"displayName": "Another", "price": described["price"], "template": template}
    name = staff.call("POST", f"brands/{BRAND}/products", product)["name"]
    revision = staff.call("POST", f"{name}:publish", {})
    return str(revision["name"])


def designed(staff: Caller, revision: str) -> dict[str, Any]:
    lake = uploaded(staff, EXAMPLES / "photos" / "shopper-lake.webp", "lake")
    caption = json.loads(DESIGN.read_text("utf-8"))["zones"]["caption"]["text"]
    font = f"brands/{BRAND}/fonts/{caption['font']}"
    zones = {
        "photo": {"artwork": {"asset": lake}},
        "caption": {"text": {"text": caption["text"], "font": font}},
    }
    return {"productRevision": revision, "zones": zones}


def by_command(tmp_path: Path, name: str, *options: str) -> bytes:
    """What `luneo render` makes of the same design."""
    out = tmp_path / name
    answer = luneo("render", str(DESIGN), str(out), *options)
    assert answer.returncode == 0, answer.stderr
    return out.read_bytes()


def asked(house: House, **render: Any) -> dict[str, Any]:
    body = {"snapshot": house.snapshot["name"], **render}
    started: dict[str, Any] = house.caller().call("POST", f"brands/{BRAND}/renders", body)
    return started


def file_of(house: House, operation: str) -> bytes:
    """The bytes of a render, by its signed address."""
    made = house.caller().until_done(operation)
    result = house.caller().call("GET", made["name"])["result"]
    return httpx.get(result["uri"], timeout=60).raise_for_status().content


def test_a_picture_by_rest_is_that_of_the_command_line(house: House, tmp_path: Path) -> None:
    started = asked(house, kind="RENDER_KIND_PREVIEW_3D", azimuthDegrees=35, widthPx=320)
    made = file_of(house, started["name"])
    assert made == by_command(tmp_path, "mug.webp", "--azimuth", "35", "--width", "320")


def test_a_file_by_grpc_is_that_of_the_command_line(house: House, tmp_path: Path) -> None:
    metadata = (("x-api-key", house.keys[BRAND]["operator"]),)
    with grpc.insecure_channel(f"127.0.0.1:{house.running.port + 1}") as channel:
        request = render_service_pb2.CreateRenderRequest(
            parent=f"brands/{BRAND}",
            render=render_pb2.Render(
                kind=render_pb2.RENDER_KIND_GLB, snapshot=house.snapshot["name"]
            ),
        )
        renders = render_service_pb2_grpc.RenderServiceStub(channel)
        operation = renders.CreateRender(request, metadata=metadata, timeout=60)
        wait = operation_service_pb2.WaitOperationRequest(name=operation.name, timeout_ms=30_000)
        operations = operation_service_pb2_grpc.OperationServiceStub(channel)
        done = operations.WaitOperation(wait, metadata=metadata, timeout=60)
    made = render_pb2.Render()
    assert done.response.Unpack(made)
    assert made.result.media_type == "model/gltf-binary"
    assert file_of(house, operation.name) == by_command(tmp_path, "mug.glb")


def test_a_turn_survives_the_worker_that_made_half_of_it(house: House, tmp_path: Path) -> None:
    started = asked(house, kind="RENDER_KIND_TURNTABLE", widthPx=160, frames=12)
    end = time.monotonic() + PATIENCE_S
    while "pictures" not in house.caller().call("GET", started["name"])["metadata"].get("step", ""):
        assert time.monotonic() < end
    for pid in house.running.status()["processes"]["worker"]:
        os.kill(pid, signal.SIGKILL)
    made = file_of(house, started["name"])
    operation = house.caller().call("GET", started["name"])
    assert operation["metadata"]["attempt"] > 1
    assert made == by_command(tmp_path, "turn.webp", "--frames", "12", "--width", "160")


def test_a_link_for_a_phone_is_readable_from_any_shop(house: House, tmp_path: Path) -> None:
    body = {"design": house.design, "kind": "RENDER_KIND_USDZ"}
    preview = house.caller().call("POST", f"brands/{BRAND}/previews", body)
    assert preview["uri"].endswith(".usdz")
    house.caller().until_done(preview["operation"])
    url = f"http://127.0.0.1:{house.running.port}{preview['uri']}"
    answer = httpx.get(url, headers={"origin": "https://shop.example"}, timeout=60)
    headers = answer.raise_for_status().headers
    assert headers["content-type"] == "model/vnd.usdz+zip"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "immutable" in headers["cache-control"]
    again = httpx.get(url, headers={"if-none-match": headers["etag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    assert answer.content == by_command(tmp_path, "mug.usdz")


def test_all_of_it_is_attached_to_the_snapshot(house: House) -> None:
    for kind in ("PREVIEW_3D", "GLB", "USDZ"):
        house.caller().until_done(asked(house, kind=f"RENDER_KIND_{kind}")["name"])
    kept = house.caller().call("GET", house.snapshot["name"])
    kinds = {asset["kind"].removeprefix("SNAPSHOT_ASSET_KIND_") for asset in kept["assets"]}
    assert kinds >= {"PREVIEW_3D", "GLB", "USDZ"}
    assert all(len(asset["sha256"]) == 64 and asset["sizeBytes"] for asset in kept["assets"])


def test_another_brand_sees_nothing_of_it(house: House) -> None:
    other = house.caller("operator", "hearth-oak")
    started = asked(house, kind="RENDER_KIND_GLB")
    made = house.caller().until_done(started["name"])["name"]
    identity = made.rpartition("/")[2]
    unseen = (
        ("GET", started["name"], None),
        ("GET", made, None),
        ("GET", made.replace(BRAND, "hearth-oak"), None),
        ("GET", f"brands/hearth-oak/previews/{identity}.glb", None),
        ("GET", f"brands/{BRAND}/assets/another-mesh", None),
        ("GET", "brands/hearth-oak/assets/another-mesh", None),
        (
            "POST",
            "brands/hearth-oak/renders",
            {"kind": "RENDER_KIND_GLB", "snapshot": house.snapshot["name"]},
        ),
    )
    answers = [(path, other.send(method, path, body).status_code) for method, path, body in unseen]
    assert [(path, code) for path, code in answers if code != 404] == []
