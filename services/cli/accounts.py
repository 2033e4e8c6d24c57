"""Commands about brands, their keys and their people, in a running installation."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Final

import typer
from luneo.tenant.v1 import (
    api_key_pb2,
    api_key_service_pb2,
    api_key_service_pb2_grpc,
    brand_pb2,
    brand_service_pb2,
    brand_service_pb2_grpc,
)

from services.cli.console import answers, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson, Data
from services.cli.remote import operator
from services.runtime.config import Settings
from services.tenant.domain import SHOPPER_SCOPES

_SHORTEST_PASSWORD: Final = 12
_LONGEST_PASSWORD: Final = 200  # what SignIn takes

OPERATOR_SCOPES = (
    "assets.read",
    "batches.create",
    "batches.read",
    "brands.read",
    "designs.compose",
    "export_packs.create",
    "export_packs.read",
    "machine_profiles.read",
    "machine_profiles.write",
    "operations.cancel",
    "operations.read",
    "orders.create",
    "orders.read",
    "orders.write",
    "previews.create",
    "products.read",
    "renders.create",
    "renders.read",
    "signing_keys.read",
    "snapshots.lock",
    "snapshots.read",
    "snapshots.validate",
    "specs.read",
    "work_orders.read",
    "work_orders.write",
)
SERVER_SCOPES = tuple(
    sorted(
        {
            *SHOPPER_SCOPES,
            *OPERATOR_SCOPES,
            "fonts.read",
            "fonts.write",
            "products.write",
            "subjects.erase",
        }
        - {"sessions.create"}
    )
)


def register(app: typer.Typer) -> None:
    brand = typer.Typer(no_args_is_help=True, help="Brands, the tenants of an installation.")
    brand.command("create")(create_brand)
    app.add_typer(brand, name="brand")
    key = typer.Typer(no_args_is_help=True, help="Keys by which widgets and servers call.")
    key.command("create")(create_key)
    app.add_typer(key, name="key")
    user = typer.Typer(no_args_is_help=True, help="People of the embedded issuer.")
    user.command("password")(set_password)
    app.add_typer(user, name="user")


def create_brand(
    brand: Annotated[str, typer.Argument(help="Id: small letters, digits and hyphens.")],
    name: Annotated[str, typer.Option(help="Name shown to people.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217 currency of its prices.")] = "EUR",
    owner: Annotated[str, typer.Option(help="E-mail of its first owner.")] = "",
    time_zone: Annotated[
        str, typer.Option(help="IANA time zone of its workshop, as Europe/Berlin. Default: UTC.")
    ] = "",
    data: Data = None,
) -> None:
    """Create a brand."""
    request = brand_service_pb2.CreateBrandRequest(
        brand=brand_pb2.Brand(
            display_name=name or brand, currency_code=currency, time_zone=time_zone
        ),
        brand_id=brand,
        owner_email=owner,
    )
    with operator(Settings.from_environment(data=data)) as remote:
        made = remote.call(brand_service_pb2_grpc.BrandServiceStub, "CreateBrand", request)
    answers.print(made.name, markup=False)


def create_key(
    brand: Annotated[str, typer.Argument(help="Id of the brand.")],
    name: Annotated[str, typer.Option(help="Name shown to people.")] = "command line",
    secret: Annotated[
        bool, typer.Option("--secret/--publishable", help="For a server, or for public pages.")
    ] = False,
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do; repeat it. Default: all of its kind.")
    ] = None,
    origin: Annotated[
        list[str] | None, typer.Option(help="Web origin where a publishable key works; repeat it.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Create a key and show it. It is shown once."""
    kind = "API_KEY_KIND_SECRET" if secret else "API_KEY_KIND_PUBLISHABLE"
    key = api_key_pb2.ApiKey(
        display_name=name,
        kind=kind,
        scopes=scope or (SERVER_SCOPES if secret else sorted(SHOPPER_SCOPES)),
        allowed_origins=origin or (),
    )
    request = api_key_service_pb2.CreateApiKeyRequest(parent=f"brands/{brand}", api_key=key)
    with operator(Settings.from_environment(data=data)) as remote:
        made = remote.call(api_key_service_pb2_grpc.ApiKeyServiceStub, "CreateApiKey", request)
    if as_json:
        write_plain(json.dumps({"name": made.name, "secret": made.secret}) + "\n")
        return
    answers.print(made.secret, markup=False)


def set_password(
    email: Annotated[str, typer.Argument(help="E-mail of a person who belongs to a brand.")],
    data: Data = None,
) -> None:
    """Set a person's password for the embedded issuer. Asked for, or one line of the input."""
    from services.cli.processes import connected
    from services.runtime import installation_keys
    from services.runtime.database import Database
    from services.tenant import people

    settings = connected(Settings.from_environment(data=data), queue=False)
    if settings.oidc_jwks_url:
        raise CommandError(
            "People sign in with the identity provider of LUNEO_OIDC_ISSUER, not with a password.",
            Exit.BAD_SETTING,
        )
    database = Database.from_settings(settings, installation_keys.load(settings.keys_file))
    try:
        with database.directory() as directory:
            user = people.by_email(directory, email)
        if user is None:
            raise CommandError(
                f"Nobody is known as {email}. Add the person to a brand first.", Exit.NO_INPUT
            )
        password = _new_password()
        with database.directory() as directory:
            people.set_password(directory, user.user, password)
    finally:
        database.close()
    answers.print(f"{user.email} can sign in now.", markup=False)


def _new_password() -> str:
    """Return a password that was typed twice, or read from a pipe."""
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise CommandError(
            f"A password has {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters.",
            Exit.BAD_INPUT,
        )
    return str(password)
