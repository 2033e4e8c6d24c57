"""Specs: one hash for one content, stored once, found again."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785
from luneo.spec.v1 import spec_pb2
from luneo.spec.v1.spec_service_pb2 import (
    CreateSpecRequest,
    DiffSpecsRequest,
    GetSpecRequest,
    GetSpecSchemaRequest,
    LookupSpecRequest,
    ValidateSpecRequest,
    ValidateSpecResponse,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.runtime import names
from services.runtime.calls import ANONYMOUS
from tests.spec.shop import (
    MARK,
    OTHER_MARK,
    Refused,
    Shop,
    artwork,
    artwork_zone,
    design,
    product,
    text_zone,
)


@pytest.fixture(scope="module")
def plate(shop: Shop, font: str, logo: str) -> str:
    zones = (
        text_zone(font, "name", required=True),
        text_zone(font, "date", y_um=15_000, height_um=5_000),
        artwork_zone(logo),
    )
    return shop.published(product(*zones)).name


def test_a_spec_is_its_canonical_document_under_its_hash(shop: Shop, plate: str, logo: str) -> None:
    spec = shop.add_spec(design(plate, name="Emma"))
    document = json.loads(spec.document)
    assert spec.document.encode() == rfc8785.dumps(document)
    assert spec.spec_hash == hashlib.sha256(spec.document.encode()).hexdigest()
    assert document["spec_version"] == spec.spec_version == "1.1"
    assert document["product_revision"] == plate.removeprefix(f"{shop.name}/products/").replace(
        "/revisions/", "/"
    )
    assert set(document["zones"]) == {"name", "logo"}
    assert document["zones"]["name"]["text"] == "Emma"
    assert spec.product_revision == plate
    assert spec.price.total.amount_cents == 1900
    assert len(spec.layout_digest) == 64
    assert spec.design.zones["name"].text.font.endswith("/fonts/noto-sans")
    assert spec.design.zones["logo"].artwork.asset == logo


def test_the_same_design_is_stored_once_whoever_makes_it(shop: Shop, plate: str) -> None:
    first = shop.add_spec(design(plate, name="Noah"), shop.guest("g1"))
    second = shop.add_spec(design(plate, name="Noah"), shop.guest("g2"))
    assert first == second
    with shop.process.runtime.database.brand(shop.brand) as tx:
        rows = tx.execute(
            text("SELECT subject, channel FROM spec_provenance WHERE spec_id = :id"),
            {"id": first.name.rpartition("/")[2]},
        ).all()
    assert {tuple(row) for row in rows} == {("guest:g1", "widget"), ("guest:g2", "widget")}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë", "Zoe\u0308"), ("Emma", " Emma "), ("A\nB", "A\r\nB"), ("Emma", "Em\u200bma")],
    ids=["NFC", "white space", "line ends", "invisible"],
)
def test_what_is_made_alike_has_one_hash(shop: Shop, plate: str, one: str, other: str) -> None:
    first, second = (shop.add_spec(design(plate, name=typed)) for typed in (one, other))
    assert first.spec_hash == second.spec_hash
    assert first.layout_digest == second.layout_digest


def test_empty_zones_and_defaults_leave_no_trace_in_the_hash(
    shop: Shop, plate: str, font: str, logo: str
) -> None:
    bare = design(plate, name="Emma")
    full = design(plate, name="Emma", date="  ", logo=artwork(logo))
    full.zones["name"].text.font = font
    assert shop.add_spec(bare).spec_hash == shop.add_spec(full).spec_hash


def test_different_content_has_different_hashes(shop: Shop, plate: str) -> None:
    other = shop.add_asset(OTHER_MARK).name
    hashes = {
        shop.add_spec(asked).spec_hash
        for asked in (
            design(plate, name="Emma"),
            design(plate, name="emma"),
            design(plate, name="Emma", date="2026"),
            design(plate, name="Emma", logo=artwork(other)),
        )
    }
    assert len(hashes) == 4


def test_public_ids_do_not_tell_the_hash_and_differ_between_brands(shop: Shop, other: Shop) -> None:
    specs = []
    for brand in (shop, other):
        font = brand.add_font("serif", "serif").name
        revision = brand.published(product(text_zone(font)))
        specs.append(brand.add_spec(design(revision.name, name="Emma")))
    ids = {spec.name.rpartition("/")[2] for spec in specs}
    assert len(ids) == 2
    assert all(len(id) == 26 for id in ids)


def test_a_design_that_cannot_be_made_is_refused_with_a_violation_per_problem(
    shop: Shop, plate: str
) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_spec(design(plate, date="x" * 60, back="hello"))
    assert refused.value.reason == "SPEC_INVALID"
    assert refused.value.status.code == 9
    violations = refused.value.error.violations
    assert {(violation.field, violation.reason) for violation in violations} == {
        ('design.zones["name"]', "ZONE_REQUIRED"),
        ('design.zones["date"]', "TEXT_TOO_LONG"),
        ('design.zones["date"]', "DOES_NOT_FIT"),
        ('design.zones["back"]', "ZONE_UNKNOWN"),
    }


def test_a_spec_is_found_by_name_and_by_hash(shop: Shop, plate: str) -> None:
    spec = shop.add_spec(design(plate, name="Ada"))
    assert shop.call("SpecService/GetSpec", GetSpecRequest(name=spec.name)) == spec
    lookup = LookupSpecRequest(parent=shop.name, spec_hash=spec.spec_hash)
    assert shop.call("SpecService/LookupSpec", lookup) == spec


def test_another_brand_finds_nothing(shop: Shop, other: Shop, plate: str) -> None:
    spec = shop.add_spec(design(plate, name="Ada"))
    lookup = LookupSpecRequest(parent=other.name, spec_hash=spec.spec_hash)
    stolen = CreateSpecRequest(parent=other.name, design=design(plate, name="Ada"))
    for rpc, request in (
        ("GetSpec", GetSpecRequest(name=spec.name)),
        ("GetSpec", GetSpecRequest(name=f"{other.name}/specs/{spec.name.rpartition('/')[2]}")),
        ("LookupSpec", lookup),
        ("CreateSpec", stolen),
        ("DiffSpecs", DiffSpecsRequest(name=spec.name, other=spec.name)),
    ):
        with pytest.raises(Refused) as refused:
            other.call(f"SpecService/{rpc}", request)
        assert refused.value.reason == "NOT_FOUND"


def test_a_shoppers_upload_is_used_by_that_shopper_only(shop: Shop, plate: str) -> None:
    mark = shop.add_asset(MARK.replace(b"H9", b"H8"), caller=shop.guest("g7"))
    asked = design(plate, name="Emma", logo=artwork(mark.name))
    with pytest.raises(Refused) as refused:
        shop.add_spec(asked, shop.guest("g8"))
    assert refused.value.violations == {'design.zones["logo"]': "ARTWORK_UNKNOWN"}
    own = shop.add_spec(asked, shop.guest("g7"))
    assert own.design.zones["logo"].artwork.asset == mark.name
    seen = shop.call("SpecService/GetSpec", GetSpecRequest(name=own.name), shop.guest("g8"))
    assert seen.design.zones["logo"].artwork.asset == ""


def test_a_service_acts_for_the_shopper_that_it_names(shop: Shop, plate: str) -> None:
    mark = shop.add_asset(MARK.replace(b"H9", b"H7"), caller=shop.guest("g5"))
    asked = design(plate, name="Emma", logo=artwork(mark.name))
    for_other = spec_pb2.Provenance(subject="guest:g6", channel="widget", agent="Firefox")
    for_nobody = spec_pb2.Provenance()
    for named in (for_other, for_nobody):
        with pytest.raises(Refused) as refused:
            shop.add_spec(asked, shop.service(), named)
        assert refused.value.reason == "SPEC_INVALID"
    for_owner = spec_pb2.Provenance(subject="guest:g5", channel="widget", agent="Firefox")
    spec = shop.add_spec(asked, shop.service(), for_owner)
    with shop.process.runtime.database.brand(shop.brand) as tx:
        row = tx.execute(
            text("SELECT subject, channel, agent FROM spec_provenance WHERE spec_id = :id"),
            {"id": spec.name.rpartition("/")[2]},
        ).one()
    assert tuple(row) == ("guest:g5", "widget", "Firefox")


def test_provenance_from_anybody_else_is_ignored(shop: Shop, plate: str) -> None:
    asked = design(plate, name=f"P{names.new_id()[:10]}")
    spec = shop.add_spec(asked, shop.guest("g1"), spec_pb2.Provenance(subject="user:boss"))
    with shop.process.runtime.database.brand(shop.brand) as tx:
        row = tx.execute(
            text("SELECT subject FROM spec_provenance WHERE spec_id = :id"),
            {"id": spec.name.rpartition("/")[2]},
        ).one()
    assert tuple(row) == ("guest:g1",)


def test_the_difference_of_two_specs_is_told_by_json_pointer(shop: Shop, plate: str) -> None:
    first = shop.add_spec(design(plate, name="Emma"))
    second = shop.add_spec(design(plate, name="Noah", date="2026"))
    answer = shop.call(
        "SpecService/DiffSpecs", DiffSpecsRequest(name=first.name, other=second.name)
    )
    found = {one.path: (one.before, one.after) for one in answer.differences}
    assert set(found) == {"/zones/date", "/zones/name/text"}
    assert found["/zones/name/text"] == ('"Emma"', '"Noah"')
    assert found["/zones/date"][0] == ""
    assert json.loads(found["/zones/date"][1])["text"] == "2026"
    same = shop.call("SpecService/DiffSpecs", DiffSpecsRequest(name=first.name, other=first.name))
    assert not same.differences


def test_a_stored_document_is_valid_by_itself(shop: Shop, plate: str) -> None:
    spec = shop.add_spec(design(plate, name="Emma"))
    answer = _validated(shop, spec.document)
    assert answer.valid
    assert answer.spec_hash == spec.spec_hash
    pretty = json.dumps(json.loads(spec.document), indent=3)
    assert _validated(shop, pretty).spec_hash == spec.spec_hash


def test_a_changed_document_is_told_what_is_wrong(shop: Shop, plate: str) -> None:
    spec = shop.add_spec(design(plate, name="Emma"))

    def codes(**changes: object) -> set[tuple[str, str]]:
        document = json.loads(spec.document)
        zones = document["zones"]
        zones["name"].update(changes.pop("name", {}))  # type: ignore[call-overload]
        zones.update(changes.pop("zones", {}))  # type: ignore[call-overload]
        answer = _validated(shop, json.dumps({**document, **changes}))
        assert not answer.valid
        return {(problem.zone, problem.code) for problem in answer.problems}

    assert codes(revision_hash="0" * 64) == {("", "REVISION_HASH_MISMATCH")}
    assert codes(product_revision="none/r1") == {("", "REVISION_UNKNOWN")}
    assert codes(spec_version="9.0") == {("", "SPEC_VERSION_UNKNOWN")}
    assert codes(extra=1) == {("", "DOCUMENT_FORM")}
    assert codes(name={"text": " Emma"}) == {("name", "TEXT_NOT_AS_MADE")}
    assert codes(name={"font": "0" * 64}) == {("name", "FONT_NOT_ALLOWED")}
    assert codes(name={"ink": -1, "font": "x"}) == {("name", "DOCUMENT_FORM")}
    assert codes(name={"text": "x" * 50}) == {("name", "TEXT_TOO_LONG")}
    unknown = {"kind": "artwork", "asset": "1" * 64}
    assert codes(zones={"logo": unknown}) == {("logo", "ARTWORK_UNKNOWN")}


@pytest.mark.parametrize(
    "document",
    [
        "{}",
        "[]",
        "null",
        "{ ",
        "[" * 100_000,
        '{"a": NaN}',
        '{"a": 1e400}',
        '{"a": 1.5}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"\\u00e9": 1, "e\\u0301": 2}',
    ],
    ids=[
        "empty", "array", "null", "cut off", "deep", "NaN", "infinite", "fraction", "huge number",
        "key twice", "lone surrogate", "keys equal in NFC",
    ],
)  # fmt: skip
def test_hostile_documents_are_problems_not_faults(shop: Shop, document: str) -> None:
    answer = _validated(shop, document)
    assert not answer.valid
    assert answer.problems


def test_a_document_beyond_its_limit_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        _validated(shop, " " * 200_001)
    assert list(refused.value.violations) == ["document"]


def test_the_schema_is_public(shop: Shop) -> None:
    body = shop.call("SpecService/GetSpecSchema", GetSpecSchemaRequest(), ANONYMOUS)
    schema = json.loads(body.data)
    assert body.content_type == "application/schema+json"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["spec_version"] == {"const": "1.1"}


@pytest.mark.parametrize("table", ["specs", "product_revisions", "content_pins", "spec_provenance"])
@pytest.mark.parametrize("change", ["UPDATE {} SET brand_id = brand_id || 'x'", "DELETE FROM {}"])
def test_frozen_rows_refuse_the_services_own_role(
    shop: Shop, plate: str, table: str, change: str
) -> None:
    shop.add_spec(design(plate, name="Emma"))
    with pytest.raises(DBAPIError), shop.process.runtime.database.brand(shop.brand) as tx:
        tx.execute(text(change.format(table)))


def test_frozen_rows_refuse_also_who_has_been_granted_the_verb(
    shop: Shop, plate: str, postgres_superuser_of: str
) -> None:
    import psycopg

    shop.add_spec(design(plate, name="Emma"))
    with psycopg.connect(postgres_superuser_of) as connection:
        for statement in ("UPDATE specs SET document = '{}'", "TRUNCATE specs CASCADE"):
            with pytest.raises(psycopg.Error, match="frozen"), connection.transaction():
                connection.execute(statement)


def _validated(shop: Shop, document: str) -> ValidateSpecResponse:
    request = ValidateSpecRequest(parent=shop.name, document=document)
    return shop.call("SpecService/ValidateSpec", request)
