"""A refusal is the same over REST and gRPC: code, reason, sentence, fields in each one's names."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status
from luneo.design.v1 import design_pb2
from luneo.snapshot.v1 import snapshot_service_pb2
from luneo.spec.v1 import (
    asset_pb2,
    asset_service_pb2,
    font_pb2,
    font_service_pb2,
    product_service_pb2,
)

from services.runtime import errors
from tests.hostile.live import Live, check_leaks, refusal
from tests.render_core.intake import making

MINE = "brands/hearth-oak"
CREATE = {
    "snapshot": ("/luneo.snapshot.v1.SnapshotService/CreateSnapshot", f"/v1/{MINE}/snapshots"),
    "font": ("/luneo.spec.v1.FontService/CreateFont", f"/v1/{MINE}/fonts"),
    "asset": ("/luneo.spec.v1.AssetService/CreateAsset", f"/v1/{MINE}/assets"),
}

pytestmark = pytest.mark.usefixtures("unchanged")


@pytest.fixture(scope="module")
def channel(live: Live) -> Iterator[Any]:
    options = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(live.grpc, options=options) as opened:
        yield opened


def refused_by(
    channel: Any, path: str, request: Message | bytes, **metadata: str
) -> status_pb2.Status:
    """Make a call; return the status that it is refused with."""
    raw = request if isinstance(request, bytes) else request.SerializeToString()
    shown = tuple((name.replace("_", "-"), value) for name, value in metadata.items())
    with pytest.raises(grpc.RpcError) as raised:
        channel.unary_unary(path)(raw, timeout=30, metadata=shown)
    ended: Any = raised.value
    status: status_pb2.Status | None = rpc_status.from_call(ended)
    assert status is not None, raised.value
    check_leaks(str(status))
    return status


@pytest.fixture
def shopper(live: Live) -> dict[str, str]:
    return {"x_api_key": live.key("publishable"), "luneo_session": live.session()}


def design(revision: str, text: str) -> design_pb2.Design:
    made = design_pb2.Design(product_revision=revision)
    made.zones["name"].text.text = text
    return made


def test_bad_designs_and_files_are_refused_in_the_same_words(
    live: Live, channel: Any, shopper: dict[str, str]
) -> None:
    revision, bomb = live.revision(), making.woff2_bomb((1 << 32) - 1, b"x")
    script = making.svg("<script>x()</script>")
    server = {"x_api_key": live.key("secret")}
    cases: list[Any] = [
        *(
            (
                "snapshot",
                snapshot_service_pb2.CreateSnapshotRequest(
                    parent=MINE, design=design(product, text)
                ),
                {
                    "design": {
                        "productRevision": product,
                        "zones": {"name": {"text": {"text": text}}},
                    }
                },
                shopper,
            )
            for product, text in (
                (revision, "A" * 100_000),
                (revision, "a\0b"),
                (revision, "a\x07b"),
                (f"{MINE}/products/none/revisions/r1", "Emma"),
                ("..", "Emma"),
            )
        ),
        (
            "font",
            font_service_pb2.CreateFontRequest(
                parent=MINE, font=font_pb2.Font(display_name="x"), data=bomb
            ),
            {"font": {"displayName": "x"}, "data": base64.b64encode(bomb).decode()},
            server,
        ),
        (
            "asset",
            asset_service_pb2.CreateAssetRequest(
                parent=MINE, asset=asset_pb2.Asset(display_name="x"), data=script
            ),
            {"asset": {"displayName": "x"}, "data": base64.b64encode(script).decode()},
            shopper,
        ),
    ]
    for kind, request, body, credential in cases:
        path, address = CREATE[kind]
        error = errors.from_status(refused_by(channel, path, request, **credential))
        client = live.client(**{n.replace("_", "-"): v for n, v in credential.items()})
        rest = refusal(client.post(address, json=body))
        assert error.code.name == rest.code
        assert error.public_reason == rest.reason
        assert [one.reason for one in error.violations] == list(rest.fields.values())
        assert rest.message.split(": ")[-1] == error.public_message.split(": ")[-1]


def test_wrong_credentials_are_refused(live: Live, channel: Any) -> None:
    path = "/luneo.spec.v1.ProductService/GetProduct"
    request = product_service_pb2.GetProductRequest(name=f"{MINE}/products/steel-tag")
    for metadata, code, reason in (
        ({}, 16, "UNAUTHENTICATED"),
        ({"x_api_key": "lsk_" + "a" * 52}, 16, "KEY_INVALID"),
        ({"authorization": "Bearer a.b.c"}, 16, "TOKEN_INVALID"),
        ({"luneo_service": "a.b.c"}, 16, "TOKEN_INVALID"),
        ({"x_api_key": live.key("secret", 1)}, 5, "NOT_FOUND"),
        (
            {"x_api_key": live.key("publishable"), "origin": "https://evil.example"},
            7,
            "ORIGIN_NOT_ALLOWED",
        ),
    ):
        status = refused_by(channel, path, request, **metadata)
        assert (status.code, errors.from_status(status).public_reason) == (code, reason)


def test_bytes_that_are_no_message_are_refused(live: Live, channel: Any) -> None:
    path = "/luneo.spec.v1.ProductService/GetProduct"
    for raw in (b"\xff\xff\xff", b"\x0a\x02\xff\xfe", b"\x0a\x7f"):
        status = refused_by(channel, path, raw, x_api_key=live.key("secret"))
        assert (status.code, errors.from_status(status).public_reason) == (3, "REQUEST_MALFORMED")


@pytest.mark.parametrize(
    ("path", "raw", "code"),
    [
        ("/luneo.spec.v1.ProductService/Nothing", b"", grpc.StatusCode.UNIMPLEMENTED),
        (
            "/luneo.spec.v1.ProductService/GetProduct",
            b"\x0a" + b"x" * 40_000_000,
            grpc.StatusCode.RESOURCE_EXHAUSTED,
        ),
    ],
)
def test_what_grpc_itself_refuses(
    live: Live, channel: Any, path: str, raw: bytes, code: grpc.StatusCode
) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        channel.unary_unary(path)(raw, timeout=30, metadata=(("x-api-key", live.key("secret")),))
    ended: Any = raised.value
    assert ended.code() is code
    check_leaks(ended.details())
