"""One brand cannot see, guess or change another: every rpc of every service, found by descriptor."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import psycopg
import pytest
from google.api import annotations_pb2
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from luneo.tenant.v1 import api_key_pb2, api_key_service_pb2

from migrations import allowlist
from services.composition import Process
from services.runtime import names
from services.runtime.calls import Caller, CallerKind, Deadline, Role
from services.runtime.pipeline import CallFailed, Incoming
from services.runtime.policy import Method
from tests.flows.house import Brand, named

NOT_FOUND: Final = 5
CORRELATION: Final = {"x-correlation-id": "the-same-for-all"}
_VARIABLE: Final = re.compile(r"\{([a-z_.]+)=([^}]+)\}")


@pytest.fixture(scope="module")
def victim(house: Process) -> Brand:
    """A brand with a product, a snapshot, keys, a render and a pack."""
    brand = Brand(house)
    kept = brand.keep(named(brand.plate()))
    brand.rpc(
        "luneo.tenant.v1.ApiKeyService/CreateApiKey",
        api_key_service_pb2.CreateApiKeyRequest(
            parent=brand.name,
            api_key=api_key_pb2.ApiKey(
                display_name="key", kind=api_key_pb2.API_KEY_KIND_SECRET, scopes=["specs.read"]
            ),
        ),
    )
    operation = brand.rpc(
        "luneo.manufacturing.v1.ExportPackService/CreateExportPack",
        export_pack_service_pb2.CreateExportPackRequest(
            parent=brand.name, export_pack=export_pack_pb2.ExportPack(snapshot=kept.name)
        ),
    )
    brand.wait(operation)
    return brand


@pytest.fixture(scope="module")
def attacker(house: Process) -> Brand:
    return Brand(house)


@pytest.fixture(scope="module")
def things(victim: Brand) -> dict[str, str]:
    """The victim's names by their shape ("brands/*/snapshots/*"), found by listing everything."""
    found = {"brands/*": victim.name}
    for method in victim.process.pipeline.methods.values():
        if "/List" not in method.path or method.brand_path != ("parent",):
            continue
        parent = shape_of(method)
        if parent not in found:
            continue
        caller = of_kind(sorted(method.kinds - {CallerKind.USER})[0], victim, method)
        listed = made(method, found[parent])
        page = victim.process.pipeline.unary(
            Incoming(method.path, listed, {}, Deadline.after(10), caller=caller)
        )
        for name in re.findall(rf'"({victim.name}/[a-zA-Z0-9/-]+)"', str(page)):
            found.setdefault(re.sub(r"(?<=/)[^/]+(?=/|$)", alternating_star(), name), name)
    return found


def alternating_star() -> Any:
    """Return a substitution that puts "*" in place of every second part of a name."""
    state = {"id": False}

    def part(match: re.Match[str]) -> str:
        state["id"] = not state["id"]
        return "*" if state["id"] else match[0]

    return part


def shape_of(method: Method) -> str:
    """Return the shape of the name that carries a method's brand, from its route."""
    service, _, rpc = method.path[1:].partition("/")
    descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[rpc]
    rule = descriptor.GetOptions().Extensions[annotations_pb2.http]
    route = getattr(rule, rule.WhichOneof("pattern"))
    variables = dict(_VARIABLE.findall(route))
    return variables[".".join(method.brand_path)]


def made(method: Method, name: str) -> Message:
    """Return a request whose brand's field holds `name`, and nothing else."""
    request = method.request_class()
    place: Any = request
    for field in method.brand_path[:-1]:
        place = getattr(place, field)
    setattr(place, method.brand_path[-1], name)
    return request


def of_kind(kind: CallerKind, brand: Brand, method: Method) -> Caller:
    """Return a caller of a brand who may do everything there."""
    caller = Caller(kind, f"{kind}:x", brand.brand, frozenset({method.scope}), Role.OWNER)
    return replace(caller, subject="user:nobody") if kind is CallerKind.USER else caller


def outcome(process: Process, method: Method, request: Message, caller: Caller) -> Any:
    """Return the status of a call as bytes, or its response."""
    incoming = Incoming(method.path, request, CORRELATION, Deadline.after(10), caller=caller)
    try:
        if not method.streams:
            return process.pipeline.unary(incoming)
        return asyncio.run(_first(process, incoming))
    except CallFailed as failed:
        return failed.status.code, failed.status.SerializeToString(deterministic=True)


async def _first(process: Process, incoming: Incoming) -> Any:
    with ThreadPoolExecutor(1) as threads:
        stream = process.pipeline.stream(incoming, threads)
        try:
            return await anext(stream)
        finally:
            await stream.aclose()


def rows_of(process: Process, brand: str) -> dict[str, str]:
    """Return a digest of a brand's rows, by table."""
    with psycopg.connect(process.runtime.settings.database_url) as connection:
        connection.execute("SELECT set_config('app.brand_id', %s, false)", (brand,))
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        return {
            table: str(
                connection.execute(
                    f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"  # type: ignore[arg-type]
                ).fetchone()
            )
            for (table,) in tables
            if table not in allowlist.GLOBAL_TABLES
        }


def brand_methods(process: Process) -> list[Method]:
    return [one for one in process.pipeline.methods.values() if one.brand_path and not one.public]


def test_every_rpc_answers_another_brand_s_thing_like_an_unknown_one(
    house: Process, victim: Brand, attacker: Brand, things: dict[str, str]
) -> None:
    before = rows_of(house, victim.brand)
    wrong, named_really = [], 0
    for method in brand_methods(house):
        shape = shape_of(method)
        named_really += shape in things
        asked = [
            things.get(shape, shape.replace("brands/*", victim.name).replace("*", "x")),
            shape.replace("brands/*", victim.name).replace("*", names.new_id()),
            shape.replace("brands/*", "brands/no-such-brand").replace("*", names.new_id()),
        ]
        for kind in method.kinds - {CallerKind.PLATFORM}:
            caller = of_kind(kind, attacker, method)
            answers = {outcome(house, method, made(method, name), caller) for name in asked}
            if len(answers) != 1 or next(iter(answers))[0] != NOT_FOUND:
                wrong.append((method.path, kind))
    assert wrong == []
    assert named_really > 30
    assert rows_of(house, victim.brand) == before


def test_another_brand_s_id_under_the_own_brand_is_unknown(
    house: Process, victim: Brand, attacker: Brand, things: dict[str, str]
) -> None:
    before = rows_of(house, victim.brand)
    reached = []
    for method in brand_methods(house):
        shape = shape_of(method)
        if shape == "brands/*" or shape not in things or "/List" in method.path:
            continue
        name = things[shape].replace(victim.name, attacker.name, 1)
        for kind in method.kinds - {CallerKind.PLATFORM, CallerKind.USER}:
            caller = of_kind(kind, attacker, method)
            answer = outcome(house, method, made(method, name), caller)
            if isinstance(answer, Message):
                reached.append((method.path, kind))
    assert reached == []
    assert rows_of(house, victim.brand) == before
