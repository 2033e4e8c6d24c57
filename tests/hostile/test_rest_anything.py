"""Whatever is sent to any route, the answer is the answer or a typed refusal, never a fault."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from luneo.tenant.v1 import api_key_pb2, api_key_service_pb2

import migrations
from services import composition, server
from services.composition import Process
from services.runtime import installation_keys
from services.runtime.calls import PLATFORM
from services.runtime.config import Settings
from services.runtime.confined import Confined
from services.runtime.remote import services_of
from services.tenant.domain import SHOPPER_SCOPES
from tests.flows.house import SERVER_SCOPES, Brand, named
from tests.hostile import anything
from tests.hostile.live import check_leaks, refusal

EXAMPLES = 30
MUTANTS = 150
# What costs a process or a tenth of a second each time.
DEAR = {"CreateAsset", "CreateFont", "SignIn"}
STREAMS = {"WatchOperation"}


def methods() -> list[MethodDescriptor]:
    """Every method with a route, of every service."""
    pool = descriptor_pool.Default()
    names = [name for package in (*composition.NAMES, *composition.OWN) for name in of(package)]
    return [method for name in names for method in pool.FindServiceByName(name).methods]


def of(package: str) -> list[str]:
    return services_of(composition.package_of(package))


METHODS = {f"{one.containing_service.name}.{one.name}": one for one in methods()}


class Wire:
    """The whole gateway over the real services, in this process."""

    def __init__(self, process: Process, brand: Brand, revision: str) -> None:
        self._runner = asyncio.Runner()
        self._app = server.rest_app(replace(process.runtime.settings, port=0), process)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app, raise_app_exceptions=True),
            base_url="http://luneo.test",
            timeout=30,
        )
        self.credentials = self._made_credentials(brand, process)
        snapshot = brand.keep(named(revision, "Fuzz"))
        self.shapes = anything.Shapes(
            names=[
                brand.name,
                revision,
                revision.rpartition("/revisions/")[0],
                f"{brand.name}/fonts/noto-sans",
                snapshot.name,
                snapshot.spec,
                f"{brand.name}/no/such",
            ],
            ids=[brand.brand, "plate", "name", "customer:1"],
        )

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._app.close())
        self._runner.close()

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **request))

    def _made_credentials(self, brand: Brand, process: Process) -> list[dict[str, str]]:
        keys = {}
        for kind, scopes in (("SECRET", SERVER_SCOPES), ("PUBLISHABLE", SHOPPER_SCOPES)):
            key = api_key_pb2.ApiKey(
                display_name="Fuzz", kind=f"API_KEY_KIND_{kind}", scopes=sorted(scopes)
            )
            request = api_key_service_pb2.CreateApiKeyRequest(parent=brand.name, api_key=key)
            made = brand.rpc("luneo.tenant.v1.ApiKeyService/CreateApiKey", request, PLATFORM)
            keys[kind] = made.secret
        session = process.runtime.tokens.guest_session(brand=brand.brand, key="k").token
        person = process.runtime.tokens.access_token(user="u1", email="a@b.example").token
        return [
            {"x-api-key": keys["SECRET"]},
            {"x-api-key": keys["PUBLISHABLE"], "luneo-session": session},
            {"x-api-key": process.runtime.keyring.platform_key()},
            {"authorization": f"Bearer {person}"},
            {},
        ]


@pytest.fixture(scope="module")
def wire(
    migrated_database: Callable[[], str],
    redis_url: str,
    upload_reader: Confined,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Wire]:
    """Services without workers, whose threads draw from the random numbers of the examples."""
    url = migrated_database()
    settings = Settings.from_environment(
        {},
        data=tmp_path_factory.mktemp("anything"),
        database_url=url,
        redis_url=redis_url,
        log_level="error",
    )
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with composition.process("tests", settings, reader=upload_reader) as process:
        brand = Brand(process)
        with closing(Wire(process, brand, brand.plate())) as opened:
            yield opened


@pytest.mark.parametrize("name", METHODS)
def test_whatever_is_sent_gets_a_typed_answer(wire: Wire, name: str) -> None:
    method = METHODS[name]
    rule = method.GetOptions().Extensions[anything.HTTP]
    verb = rule.WhichOneof("pattern").upper()

    @seed(2026)
    @settings(max_examples=EXAMPLES // 5 if method.name in DEAR else EXAMPLES)
    @given(
        path=wire.shapes.path(method),
        query=anything.queries() if not rule.body else st.just({}),
        body=wire.shapes.body(method) if rule.body else st.none(),
        shown=st.sampled_from(wire.credentials[: 4 if method.name in DEAR else None]),
        more=anything.headers() if method.name not in STREAMS else st.just({}),
    )
    def attempt(
        path: str, query: dict[str, str], body: Any, shown: dict[str, str], more: dict[str, str]
    ) -> None:
        content = json.dumps(body).encode() if rule.body else b""
        sent = {
            **({"content-type": "application/json"} if content else {}),
            "x-timeout": "0.3" if "ait" in method.name or method.name in STREAMS else "20",
            **more,
            **shown,
        }
        encoded = {key.encode(): value.encode("latin-1") for key, value in sent.items()}
        answer = wire.send(verb, path, params=query or None, content=content, headers=encoded)
        assert answer.status_code not in (500, 501), (path, body, answer.text)
        if answer.status_code >= 400:
            refusal(answer)
        else:
            check_leaks(*(value for key, value in answer.headers.items() if key != "etag"))

    attempt()


# One thing wrong in what is right otherwise gets further than anything made up.


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a JSON value, itself included."""
    yield at
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from leaves(item, (*at, key))


def changed(value: Any, at: tuple[Any, ...], to: Any) -> Any:
    """Return a JSON value with another thing at one place."""
    if not at:
        return to
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = changed(value[at[0]], at[1:], to)
    return copy


def one_thing_changed(value: Any) -> st.SearchStrategy[Any]:
    places = st.sampled_from(list(leaves(value)))
    others = st.one_of(
        st.sampled_from(anything.NUMBERS),
        st.integers(-10, 3_000_000),
        st.sampled_from(anything.PATHS),
        anything.texts,
        anything.junk,
        st.just([]),
        st.just({}),
    )
    return st.builds(changed, st.just(value), places, others)


def answered(answer: httpx.Response) -> dict[str, Any]:
    """Return what a call answered, {} for a refusal, which is typed."""
    assert answer.status_code not in (500, 501, 503, 504), answer.text
    if answer.status_code >= 400:
        refusal(answer)
        return {}
    found: dict[str, Any] = answer.json()
    return found


def test_a_product_with_one_thing_changed_is_taken_or_refused(wire: Wire) -> None:
    name = wire.shapes.names[2]
    brand, server_key = name.partition("/products/")[0], wire.credentials[0]
    found = wire.send("GET", f"/v1/{name}", headers=server_key).json()
    sound = {key: found[key] for key in ("displayName", "price", "template")}
    sound["template"]["zones"][0]["shape"] = {"kind": "SHAPE_KIND_PATH", "path": "M0 0H40V20H0Z"}

    @seed(2026)
    @settings(max_examples=MUTANTS)
    @given(one_thing_changed(sound))
    def attempt(product: Any) -> None:
        made = answered(
            wire.send("POST", f"/v1/{brand}/products", json=product, headers=server_key)
        )
        if not made:
            return
        published = answered(
            wire.send("POST", f"/v1/{made['name']}:publish", json={}, headers=server_key)
        )
        if not published:
            return
        zones = {"name": {"text": {"text": "Emma"}}}
        design = {"design": {"productRevision": published["name"], "zones": zones}}
        answered(wire.send("POST", f"/v1/{brand}/designs:compose", json=design, headers=server_key))

    attempt()


def test_a_design_with_one_thing_changed_is_composed_or_refused(wire: Wire) -> None:
    brand, revision, server_key = wire.shapes.names[0], wire.shapes.names[1], wire.credentials[0]
    zones = {"name": {"text": {"text": "Emma", "font": f"{brand}/fonts/noto-sans", "ink": 0}}}
    sound = {"design": {"productRevision": revision, "zones": zones}}

    @seed(2026)
    @settings(max_examples=MUTANTS)
    @given(one_thing_changed(sound), st.sampled_from(["designs:compose", "specs", "previews"]))
    def attempt(design: Any, rpc: str) -> None:
        answered(wire.send("POST", f"/v1/{brand}/{rpc}", json=design, headers=server_key))

    attempt()


def test_a_spec_with_one_thing_changed_is_judged(wire: Wire) -> None:
    brand, spec, server_key = wire.shapes.names[0], wire.shapes.names[5], wire.credentials[0]
    found = wire.send("GET", f"/v1/{spec}", headers=server_key).json()

    @seed(2026)
    @settings(max_examples=MUTANTS)
    @given(one_thing_changed(json.loads(found["document"])))
    def attempt(document: Any) -> None:
        body = {"document": json.dumps(document)}
        answered(wire.send("POST", f"/v1/{brand}/specs:validate", json=body, headers=server_key))

    attempt()
