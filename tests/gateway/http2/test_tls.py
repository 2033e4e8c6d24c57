"""Calls over TLS: HTTP/2 has to be what both chose, and the server who it says it is."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import grpc
import pytest

from gateway.http2.channel import Channel
from tests.gateway.http2 import script
from tests.gateway.http2.script import Client, Kept, answering, spoken
from tests.platform.installation import luneo

STATUS = grpc.StatusCode


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certs")
    made = luneo("certs", str(folder))
    assert made.returncode == 0, made.stderr
    return folder


def _called(certs: Path, offered: list[str], trusting: ssl.SSLContext) -> Kept:
    """Return what came of a call to a server that offers the protocols (ALPN)."""
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(certs / "server" / "tls.crt", certs / "server" / "tls.key")
    if offered:
        shown.set_alpn_protocols(offered)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await spoken(answering)(reader, writer)
        except ConnectionError:
            pass  # the client had enough
        finally:
            writer.transport.abort()

    async def main() -> Kept:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=shown)
        client = Client(1)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client.channel = Channel(address, tls=trusting, most_bytes=script.MOST_BYTES)
        try:
            return await client.call()
        finally:
            await client.channel.close()
            server.close()
            await asyncio.sleep(0)

    return asyncio.run(main())


def _trusting(certs: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certs / "server" / "ca.crt")


def test_who_chooses_http2_is_called(certs: Path) -> None:
    kept = _called(certs, ["http/1.1", "h2"], _trusting(certs))
    assert kept.messages == [b"a"]


@pytest.mark.parametrize("offered", [[], ["http/1.1"]])
def test_who_chooses_another_protocol_or_none_is_no_server(certs: Path, offered: list[str]) -> None:
    how = _called(certs, offered, _trusting(certs)).how
    assert how
    assert how.code is STATUS.UNAVAILABLE
    assert "h2" in how.message


def test_who_cannot_be_trusted_is_no_server(certs: Path) -> None:
    how = _called(certs, ["h2"], ssl.create_default_context()).how
    assert how
    assert how.code is STATUS.UNAVAILABLE
    assert "CERTIFICATE_VERIFY_FAILED" in how.message
