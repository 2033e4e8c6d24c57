"""gRPC as the main job's second door: generated stubs, keys as metadata, statuses with details."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import psycopg
import pytest
from google.protobuf.json_format import MessageToDict
from luneo.manufacturing.v1 import (
    export_pack_pb2,
    export_pack_service_pb2,
    export_pack_service_pb2_grpc,
)
from luneo.operations.v1 import operation_pb2
from luneo.render.v1 import render_service_pb2, render_service_pb2_grpc
from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from luneo.spec.v1 import design_service_pb2, design_service_pb2_grpc
from luneo.tenant.v1 import api_key_pb2, api_key_service_pb2, api_key_service_pb2_grpc
from PIL import Image

import migrations
from render_core.export.verify import verify_pack
from services import composition
from services.cli.accounts import SERVER_SCOPES
from services.composition import Process
from services.runtime import installation_keys
from services.runtime.config import Settings
from services.runtime.confined import Confined
from services.runtime.grpc_server import GrpcServer
from services.tenant.domain import SHOPPER_SCOPES
from tests.fleet.brand import OverGrpc, details, named
from tests.flows.house import Brand, working
from tests.servers import as_superuser

PACKS = export_pack_service_pb2_grpc.ExportPackServiceStub


@pytest.fixture(scope="module")
def process(
    migrated_database: Callable[[], str],
    redis_url: str,
    upload_reader: Confined,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Process]:
    data: Path = tmp_path_factory.mktemp("grpc")
    url = migrated_database()
    settings = Settings.from_environment(
        {}, data=data, database_url=url, redis_url=redis_url, log_level="error"
    )
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with (
        composition.process("tests", settings, reader=upload_reader) as made,
        working(made, redis_url),
    ):
        yield made


@pytest.fixture(scope="module")
def channel(process: Process) -> Iterator[grpc.Channel]:
    server = GrpcServer(process.pipeline, "127.0.0.1:0", threads=8)
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as made:
        yield made
    server.stop(grace_s=5)


@pytest.fixture(scope="module")
def acme(process: Process, channel: grpc.Channel) -> OverGrpc:
    brand = Brand(process).brand
    operator = process.runtime.keyring.platform_key()
    secrets = {
        kind: _key(channel, operator, brand, kind, scopes)
        for kind, scopes in (("publishable", SHOPPER_SCOPES), ("secret", SERVER_SCOPES))
    }
    return OverGrpc(brand, lambda _: channel, **secrets)


def _key(
    channel: grpc.Channel, operator: str, brand: str, kind: str, scopes: tuple[str, ...]
) -> str:
    key = api_key_pb2.ApiKey(display_name=kind, kind=f"API_KEY_KIND_{kind.upper()}", scopes=scopes)
    made = api_key_service_pb2_grpc.ApiKeyServiceStub(channel).CreateApiKey(
        api_key_service_pb2.CreateApiKeyRequest(parent=f"brands/{brand}", api_key=key),
        metadata=(("authorization", f"Bearer {operator}"),),
    )
    return str(made.secret)


def compose(acme: OverGrpc, plate: str, text: str) -> design_service_pb2.ComposeDesignResponse:
    request = design_service_pb2.ComposeDesignRequest(parent=acme.name, design=named(plate, text))
    stub = design_service_pb2_grpc.DesignServiceStub
    made: design_service_pb2.ComposeDesignResponse = acme.call(
        "spec", stub, "ComposeDesign", request, acme.publishable
    )
    return made


def test_a_name_typed_becomes_a_pack_downloaded(
    acme: OverGrpc, plate: str, process: Process
) -> None:
    composed = compose(acme, plate, "Zoë & Łukasz")
    snapshot = acme.keep(named(plate, "Zoë & Łukasz"), acme.session())
    done = acme.watch(acme.pack(snapshot.name).name)[-1]
    made = export_pack_pb2.ExportPack()
    assert done.response.Unpack(made)
    assert composed.layout.digest == snapshot.layout_digest == made.result.layout_digest
    assert verify_pack(process.runtime.objects.get(acme.brand, made.result.sha256)).ok
    assert acme.get_pack(made.name).result.uri.startswith("http")


def test_a_preview_is_a_picture(acme: OverGrpc, plate: str) -> None:
    stub = render_service_pb2_grpc.RenderServiceStub
    asked = render_service_pb2.CreatePreviewRequest(
        parent=acme.name, design=named(plate, "Seen"), width_px=256
    )
    preview = acme.call(
        "render", stub, "CreatePreview", asked, acme.publishable, luneo_session=acme.session()
    )
    body = acme.call(
        "render", stub, "GetPreview", render_service_pb2.GetPreviewRequest(name=preview.name)
    )
    assert body.content_type == "image/webp"
    assert Image.open(io.BytesIO(body.data)).width == 256


def test_a_watched_operation_tells_each_change_and_ends_when_it_is_done(
    acme: OverGrpc, plate: str
) -> None:
    snapshot = acme.keep(named(plate, "Watched"), acme.session())
    states = acme.watch(acme.pack(snapshot.name).name)
    assert [state.done for state in states] == [False] * (len(states) - 1) + [True]
    progress = []
    for state in states:
        metadata = operation_pb2.OperationMetadata()
        assert state.metadata.Unpack(metadata)
        progress.append(metadata.progress_percent)
    assert progress == sorted(progress)
    assert progress[-1] == 100
    again = acme.watch(states[-1].name)
    assert len(again) == 1
    assert again[0].done


def test_a_key_that_is_not_one_is_told_so_and_nothing_else(acme: OverGrpc, plate: str) -> None:
    request = snapshot_service_pb2.GetSnapshotRequest(name=f"{acme.name}/snapshots/s1")
    stub = snapshot_service_pb2_grpc.SnapshotServiceStub
    with pytest.raises(grpc.RpcError) as refused:
        acme.call("snapshot", stub, "GetSnapshot", request, "lsk_" + "a" * 52)
    status, found = details(refused.value)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert found["ErrorInfo"].reason == "KEY_INVALID"
    assert found["ErrorInfo"].domain == "luneo"
    assert "lsk_" not in status.message


def _pack_request(acme: OverGrpc) -> export_pack_service_pb2.CreateExportPackRequest:
    pack = export_pack_pb2.ExportPack(snapshot=f"{acme.name}/snapshots/s1")
    return export_pack_service_pb2.CreateExportPackRequest(parent=acme.name, export_pack=pack)


def test_a_missing_scope_is_named(acme: OverGrpc, channel: grpc.Channel, process: Process) -> None:
    operator = process.runtime.keyring.platform_key()
    narrow = _key(channel, operator, acme.brand, "secret", ("products.read",))
    with pytest.raises(grpc.RpcError) as refused:
        acme.call("manufacturing", PACKS, "CreateExportPack", _pack_request(acme), narrow)
    _, found = details(refused.value)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert found["ErrorInfo"].reason == "SCOPE_MISSING"
    assert found["ErrorInfo"].metadata["needed"] == "export_packs.create"


def test_a_shopper_s_key_is_of_the_wrong_kind_for_a_pack(acme: OverGrpc) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        acme.call("manufacturing", PACKS, "CreateExportPack", _pack_request(acme), acme.publishable)
    _, found = details(refused.value)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert found["ErrorInfo"].reason == "CALLER_KIND_REFUSED"


def test_what_is_wrong_with_a_request_is_told_field_by_field(acme: OverGrpc, plate: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        compose(acme, "no name", "x" * 5000)
    _, found = details(refused.value)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    fields = {violation.field for violation in found["BadRequest"].field_violations}
    assert "design.product_revision" in fields
    assert all(violation.description for violation in found["BadRequest"].field_violations)


def test_a_design_with_problems_is_refused_with_each_of_them(acme: OverGrpc, plate: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        acme.keep(named(plate, "far too long " * 30), acme.session())
    _, found = details(refused.value)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert found["ErrorInfo"].reason == "SPEC_INVALID"
    assert found["BadRequest"].field_violations


def test_a_correlation_id_comes_back_with_a_refusal(acme: OverGrpc, plate: str) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        acme.keep(named("brands/x/products/y/revisions/r1", "a"), "", x_correlation_id="mine-12345")
    assert details(refused.value)[1]["RequestInfo"].request_id == "mine-12345"


def test_another_brand_s_snapshot_is_answered_like_an_unknown_one(
    acme: OverGrpc, plate: str, process: Process
) -> None:
    stub = snapshot_service_pb2_grpc.SnapshotServiceStub
    answers = []
    for name in (f"brands/{Brand(process).brand}/snapshots/s1", f"{acme.name}/snapshots/s1"):
        with pytest.raises(grpc.RpcError) as refused:
            acme.call(
                "snapshot", stub, "GetSnapshot", snapshot_service_pb2.GetSnapshotRequest(name=name),
                x_correlation_id="same-12345",
            )  # fmt: skip
        answers.append((refused.value.code(), MessageToDict(details(refused.value)[0])))
    assert answers[0] == answers[1]
    assert answers[0][0] is grpc.StatusCode.NOT_FOUND


def test_a_deadline_is_kept_also_while_the_database_waits(
    acme: OverGrpc, plate: str, process: Process
) -> None:
    snapshot = acme.keep(named(plate, "Late"), acme.session()).name
    get = snapshot_service_pb2.GetSnapshotRequest(name=snapshot)
    stub = snapshot_service_pb2_grpc.SnapshotServiceStub
    with psycopg.connect(as_superuser(process.runtime.settings.database_url)) as connection:
        connection.execute("LOCK TABLE snapshots IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(grpc.RpcError) as refused:
            acme.call("snapshot", stub, "GetSnapshot", get, timeout_s=0.5)
    assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert acme.call("snapshot", stub, "GetSnapshot", get).name == snapshot


def test_compressed_messages_are_read(acme: OverGrpc, plate: str, channel: grpc.Channel) -> None:
    request = design_service_pb2.ComposeDesignRequest(parent=acme.name, design=named(plate, "Zip"))
    composed = design_service_pb2_grpc.DesignServiceStub(channel).ComposeDesign(
        request,
        metadata=(("x-api-key", acme.publishable),),
        compression=grpc.Compression.Gzip,
        timeout=30,
    )
    assert composed.layout.digest == compose(acme, plate, "Zip").layout.digest
