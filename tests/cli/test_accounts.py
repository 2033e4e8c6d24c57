"""Brands, keys and people by the command line, against a server that runs."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import grpc
import pytest
from luneo.spec.v1 import product_service_pb2, product_service_pb2_grpc
from luneo.tenant.v1 import session_service_pb2, session_service_pb2_grpc

from services.cli.exits import Exit
from services.runtime import installation_keys, names
from tests.cli.conftest import Command
from tests.cli.serving import Server

PASSWORD = "correct horse battery"


@pytest.fixture
def brand(luneo: Command, server: Server) -> str:
    """The id of a new brand with an owner."""
    made = f"b{names.new_id()}"
    done = luneo("brand", "create", made, "--owner", f"ann@{made}.example", **server.environment)
    assert (done.returncode, done.stdout) == (Exit.OK, f"brands/{made}\n")
    return made


def start_session(server: Server, brand: str, key: str, origin: str = "") -> None:
    """Make the first call that a widget makes."""
    metadata = [("x-api-key", key), *([("origin", origin)] if origin else [])]
    with server.channel() as channel:
        session_service_pb2_grpc.SessionServiceStub(channel).CreateGuestSession(
            session_service_pb2.CreateGuestSessionRequest(parent=f"brands/{brand}"),
            metadata=tuple(metadata),
            timeout=30,
        )


def list_products(server: Server, brand: str, key: str) -> None:
    """Make a call that a brand's server makes."""
    with server.channel() as channel:
        product_service_pb2_grpc.ProductServiceStub(channel).ListProducts(
            product_service_pb2.ListProductsRequest(parent=f"brands/{brand}"),
            metadata=(("x-api-key", key),),
            timeout=30,
        )


def sign_in(server: Server, email: str, password: str) -> str:
    request = session_service_pb2.SignInRequest(email=email, password=password)
    with server.channel() as channel:
        signed_in = session_service_pb2_grpc.SessionServiceStub(channel).SignIn(request, timeout=30)
    return str(signed_in.user.email)


def test_a_brand_is_made_once(luneo: Command, server: Server, brand: str) -> None:
    again = luneo("brand", "create", brand, **server.environment)
    assert again.returncode == Exit.BAD_INPUT
    assert "There is a brand with this id already" in again.stderr


@pytest.mark.parametrize("arguments", [["No Good!"], ["good", "--currency", "euros"]])
def test_what_is_wrong_with_a_brand_is_told_by_field(
    luneo: Command, server: Server, arguments: list[str]
) -> None:
    done = luneo("brand", "create", *arguments, **server.environment)
    assert done.returncode == Exit.BAD_INPUT
    assert "brand_id: " in done.stderr or "brand.currency_code: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_is_shown_and_works(luneo: Command, server: Server, brand: str) -> None:
    plain = luneo("key", "create", brand, **server.environment)
    assert plain.stdout.startswith("lpk_")
    start_session(server, brand, plain.stdout.strip())
    secret = json.loads(
        luneo("key", "create", brand, "--secret", "--json", **server.environment).stdout
    )
    assert secret["name"].startswith(f"brands/{brand}/apiKeys/")
    list_products(server, brand, secret["secret"])


def test_a_publishable_key_works_only_from_its_pages(
    luneo: Command, server: Server, brand: str
) -> None:
    shop = "https://shop.example"
    key = luneo("key", "create", brand, "--origin", shop, **server.environment).stdout.strip()
    start_session(server, brand, key, shop)
    with pytest.raises(grpc.RpcError) as refused:
        start_session(server, brand, key, "https://elsewhere.example")
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_key_has_the_scopes_it_was_given(luneo: Command, server: Server, brand: str) -> None:
    done = luneo("key", "create", brand, "--scope", "products.read", **server.environment)
    with pytest.raises(grpc.RpcError) as refused:
        start_session(server, brand, done.stdout.strip())
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_key_of_a_brand_that_is_not_there_is_refused(luneo: Command, server: Server) -> None:
    done = luneo("key", "create", "nobody", **server.environment)
    assert done.returncode == Exit.NO_INPUT
    assert done.stderr.startswith("luneo: There is nothing by that name.")


def _type(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_person_signs_in_with_the_password_that_was_set(
    luneo: Command, server: Server, brand: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"ann@{brand}.example"
    with pytest.raises(grpc.RpcError):
        sign_in(server, email, PASSWORD)
    _type(monkeypatch, f"{PASSWORD}\n")
    done = luneo("user", "password", email.upper(), **server.environment)
    assert done.returncode == Exit.OK, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert sign_in(server, email, PASSWORD) == email


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_has_a_length(
    luneo: Command, server: Server, brand: str, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    _type(monkeypatch, f"{password}\n")
    done = luneo("user", "password", f"ann@{brand}.example", **server.environment)
    assert done.returncode == Exit.BAD_INPUT
    assert "12 to 200 characters" in done.stderr


def test_a_person_who_is_not_known_is_named(luneo: Command, server: Server) -> None:
    done = luneo("user", "password", "who@nowhere.example", **server.environment)
    assert done.returncode == Exit.NO_INPUT
    assert "who@nowhere.example" in done.stderr


def test_with_an_outside_issuer_no_password_is_set(luneo: Command, server: Server) -> None:
    done = luneo(
        "user", "password", "ann@acme.example", **server.environment,
        LUNEO_OIDC_JWKS_URL="https://id.example/jwks", LUNEO_OIDC_ISSUER="https://id.example",
    )  # fmt: skip
    assert done.returncode == Exit.BAD_SETTING
    assert "LUNEO_OIDC_ISSUER" in done.stderr


def test_another_installation_s_server_is_recognised(
    luneo: Command, server: Server, tmp_path: Path
) -> None:
    installation_keys.load(tmp_path / "keys" / "installation.json")
    environment = {**server.environment, "LUNEO_DATA": str(tmp_path)}
    done = luneo("brand", "create", "acme", **environment)
    assert done.returncode == Exit.NOT_ALLOWED
    assert "runs with other keys than" in done.stderr
