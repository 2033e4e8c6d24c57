"""The demo's samples: brought in whole, whatever stops it; and one design through every door."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.render.v1 import render_service_pb2, render_service_pb2_grpc
from luneo.spec.v1 import product_service_pb2, product_service_pb2_grpc
from luneo.tenant.v1 import (
    api_key_service_pb2,
    api_key_service_pb2_grpc,
)

from services.cli import demo_file
from services.cli.demo import EXAMPLES
from services.cli.exits import Exit
from services.cli.seed import Keys, Seeder
from tests.cli.conftest import Command
from tests.cli.serving import Server, serving
from tests.fleet.brand import OverGrpc
from tests.flows.house import working

ORIGINS = ["http://localhost:8400"]


class Stopped(Exception):
    """What a test breaks a run off with."""


@pytest.fixture(scope="module")
def server(
    migrated_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with (
        serving(tmp_path_factory.mktemp("samples"), migrated_database(), redis_url) as made,
        working(made.process, redis_url),
    ):
        yield made


def seed(
    server: Server,
    keys: Keys,
    keep: Callable[[Keys], None] = lambda _: None,
    step: Callable[[str], None] = lambda _: None,
    origins: list[str] = ORIGINS,
) -> list[dict[str, Any]]:
    remote = server.remote()
    try:
        return Seeder(remote, EXAMPLES, origins, keys, keep).run(step)
    finally:
        remote.close()


def key_count(server: Server, brand: str) -> int:
    request = api_key_service_pb2.ListApiKeysRequest(parent=f"brands/{brand}", page_size=100)
    remote = server.remote()
    try:
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        return len(remote.call(stub, "ListApiKeys", request).api_keys)
    finally:
        remote.close()


@pytest.fixture(scope="module")
def brands(server: Server, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The samples, after a run was stopped at every one of its steps."""
    data = tmp_path_factory.mktemp("kept")

    def keep(keys: Keys) -> None:
        demo_file.write_keys(data, keys)

    class StopAt:
        def __init__(self, last: int) -> None:
            self.left = last

        def __call__(self, name: str) -> None:
            self.left -= 1
            if self.left < 0:
                raise Stopped(name)

    remote = server.remote()
    steps = Seeder(remote, EXAMPLES, ORIGINS, {}, keep).steps
    remote.close()
    for last in range(steps):
        with pytest.raises(Stopped):
            seed(server, demo_file.read_keys(data), keep, StopAt(last))
    return seed(server, demo_file.read_keys(data), keep, StopAt(steps))


def test_a_demo_stopped_at_every_step_is_complete_in_the_end(
    server: Server, brands: list[dict[str, Any]]
) -> None:
    described = json.loads((EXAMPLES / "demo.json").read_text())["brands"]
    assert [brand["brand"] for brand in brands] == [brand["brand"] for brand in described]
    for brand, wanted in zip(brands, described, strict=True):
        assert len(brand["products"]) == len(wanted["products"])
        assert key_count(server, brand["brand"]) == 3
        for product in brand["products"]:
            assert published(server, brand, product["name"])


def published(server: Server, brand: dict[str, Any], product: str) -> str:
    """Return the name of a product's published revision, as a widget sees it."""
    request = product_service_pb2.GetPublishedRevisionRequest(name=product)
    with server.channel() as channel:
        stub = product_service_pb2_grpc.ProductServiceStub(channel)
        metadata = (("x-api-key", brand["keys"]["publishable"]),)
        return str(stub.GetPublishedRevision(request, metadata=metadata, timeout=30).name)


def test_a_second_run_changes_nothing(server: Server, brands: list[dict[str, Any]]) -> None:
    kept = {brand["brand"]: _kept(server, brand) for brand in brands}
    again = seed(server, kept)
    assert again == brands
    assert key_count(server, "mugworks") == 3


def _kept(server: Server, brand: dict[str, Any]) -> dict[str, Any]:
    """The keys of a brand as they are kept in the data folder."""
    request = api_key_service_pb2.ListApiKeysRequest(parent=brand["name"], page_size=100)
    remote = server.remote()
    stub = api_key_service_pb2_grpc.ApiKeyServiceStub
    by_prefix = {key.prefix: key.name for key in remote.call(stub, "ListApiKeys", request).api_keys}
    remote.close()
    return {
        kind: {"name": by_prefix[secret[:10]], "secret": secret}
        for kind, secret in brand["keys"].items()
    }


def test_another_port_is_allowed_for_the_same_key(
    server: Server, brands: list[dict[str, Any]]
) -> None:
    moved = "http://localhost:9999"
    kept = {brand["brand"]: _kept(server, brand) for brand in brands}
    again = seed(server, kept, origins=[moved])
    assert [brand["keys"] for brand in again] == [brand["keys"] for brand in brands]
    stub = api_key_service_pb2_grpc.ApiKeyServiceStub
    request = api_key_service_pb2.GetApiKeyRequest(name=kept["mugworks"]["publishable"]["name"])
    remote = server.remote()
    assert remote.call(stub, "GetApiKey", request).allowed_origins == [moved]
    remote.close()


def test_a_key_that_was_made_but_not_kept_is_made_again(
    server: Server, brands: list[dict[str, Any]]
) -> None:
    def crash(_: Keys) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        seed(server, {}, crash)
    made = seed(server, {})
    assert made[0]["keys"].keys() == brands[0]["keys"].keys()
    assert published(server, made[0], made[0]["products"][0]["name"])


@pytest.mark.parametrize("why", ["of another database", "revoked"])
def test_kept_keys_that_do_not_work_are_replaced(
    server: Server, brands: list[dict[str, Any]], why: str
) -> None:
    kept = {brand["brand"]: _kept(server, brand) for brand in seed(server, {})}
    lost = kept["mugworks"]["publishable"]
    if why == "revoked":
        remote = server.remote()
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        request = api_key_service_pb2.RevokeApiKeyRequest(name=lost["name"])
        remote.call(stub, "RevokeApiKey", request)
        remote.close()
    else:
        lost |= {"name": "brands/mugworks/apiKeys/unknown", "secret": "lpk_" + "a" * 52}
    before = dict(lost)
    made = seed(server, kept)
    assert made[1]["keys"]["publishable"] != before["secret"]
    assert published(server, made[1], made[1]["products"][0]["name"])


@pytest.fixture(scope="module")
def hearth_oak(server: Server, brands: list[dict[str, Any]]) -> Iterator[OverGrpc]:
    with server.channel() as channel:
        keys = brands[0]["keys"]
        yield OverGrpc("hearth-oak", lambda _: channel, keys["publishable"], keys["secret"])


def served(server: Server, brands: list[dict[str, Any]], file: Path) -> design_pb2.Design:
    """The design of a file as a shopper's widget would send it."""
    described = json.loads(file.read_text())
    product = Path(described["product"]).stem
    design = design_pb2.Design(
        product_revision=published(server, brands[0], f"brands/hearth-oak/products/{product}")
    )
    json_format.ParseDict({"zones": described["zones"]}, design)
    for value in design.zones.values():
        if value.HasField("text") and value.text.font:
            value.text.font = f"brands/hearth-oak/fonts/{value.text.font}"
    return design


def _is_of_a_surface(name: str) -> bool:
    """A preview is of a view, and a ticket of one pack."""
    drawn = Path(name).suffix in (".svg", ".dxf", ".pdf", ".png")
    return drawn and not name.startswith(("preview", "ticket"))


SAME = ("tag-emma", "tag-accents", "plaque-two-lines", "plaque-hebrew-mix")


@pytest.mark.parametrize("name", SAME)
def test_a_file_rendered_offline_is_the_one_in_the_service_s_pack(
    luneo: Command,
    server: Server,
    brands: list[dict[str, Any]],
    hearth_oak: OverGrpc,
    tmp_path: Path,
    name: str,
) -> None:
    """Preview equals production across doors: byte for byte."""
    file = EXAMPLES / "designs" / f"{name}.json"
    snapshot = hearth_oak.keep(served(server, brands, file), hearth_oak.session())
    made = export_pack_pb2.ExportPack()
    assert hearth_oak.watch(hearth_oak.pack(snapshot.name).name)[-1].response.Unpack(made)
    pack = server.process.runtime.objects.get("hearth-oak", made.result.sha256)
    digest = json.loads(luneo("compose", "--json", str(file)).stdout)["layout_digest"]
    assert digest == snapshot.layout_digest == made.result.layout_digest
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        names = [one for one in archive.namelist() if _is_of_a_surface(one)]
        assert {Path(one).suffix for one in names} >= {".svg", ".dxf", ".pdf", ".png"}
        for one in names:
            out = tmp_path / one
            flat = ["--surface", out.stem] if out.suffix == ".png" else []
            assert luneo("render", str(file), str(out), *flat).returncode == Exit.OK
            assert out.read_bytes() == archive.read(one), one


@pytest.mark.parametrize("name", SAME)
def test_a_preview_rendered_offline_is_the_one_that_the_shopper_saw(
    luneo: Command,
    server: Server,
    brands: list[dict[str, Any]],
    hearth_oak: OverGrpc,
    tmp_path: Path,
    name: str,
) -> None:
    file = EXAMPLES / "designs" / f"{name}.json"
    stub = render_service_pb2_grpc.RenderServiceStub
    asked = render_service_pb2.CreatePreviewRequest(
        parent=hearth_oak.name, design=served(server, brands, file), width_px=512
    )
    preview = hearth_oak.call(
        "render", stub, "CreatePreview", asked, hearth_oak.publishable,
        luneo_session=hearth_oak.session(),
    )  # fmt: skip
    get = render_service_pb2.GetPreviewRequest(name=preview.name)
    seen = hearth_oak.call("render", stub, "GetPreview", get).data
    out = tmp_path / "preview.webp"
    assert luneo("render", str(file), str(out), "--width", "512").returncode == Exit.OK
    assert out.read_bytes() == seen


def test_a_demo_is_recorded_for_its_user_only(tmp_path: Path) -> None:
    demo_file.write(tmp_path, {"brands": []})
    demo_file.write_keys(tmp_path, {"acme": {}})
    assert demo_file.read(tmp_path) == {"brands": []}
    assert demo_file.read_keys(tmp_path) == {"acme": {}}
    for file in tmp_path.iterdir():
        assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "demo-keys.json").write_text('{"half": ')
    assert demo_file.read_keys(tmp_path) == {}


def test_a_service_that_refuses_ends_the_demo_with_its_sentence(server: Server) -> None:
    from services.cli.exits import CommandError
    from services.cli.remote import Remote

    stranger = Remote(server.address, "lop_" + "a" * 52)
    with pytest.raises(CommandError) as refused:
        Seeder(stranger, EXAMPLES, ORIGINS, {}, lambda _: None).run(lambda _: None)
    stranger.close()
    assert refused.value.exit_code is Exit.NOT_ALLOWED
    assert isinstance(refused.value.__cause__, grpc.RpcError)
