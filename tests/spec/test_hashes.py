"""The hashes of specs and revisions: equal content, equal bytes, in any order and any process."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from luneo.spec.v1 import product_pb2

import services.spec
from render_core.design import ArtworkValue, TextValue
from services.designs.canonical import NotCanonical, canonical, digest
from services.designs.documents import SpecDocument, from_json, parse
from services.designs.plain import plain
from services.designs.upgrades import VersionUnknown, upgraded
from services.spec.domain.differences import differences
from services.spec.domain.validation import judge
from tests.spec.shop import product, text_zone

ZONES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
SHA256 = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
VALUES = st.one_of(
    st.builds(TextValue, text=TEXTS, font=SHA256, ink=st.integers(0, 39)),
    st.builds(ArtworkValue, sha256=SHA256),
)
KEYS = TEXTS.filter(lambda key: unicodedata.is_normalized("NFC", key))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(ZONES, VALUES, max_size=6), st.randoms())
def test_the_order_in_which_zones_are_filled_does_not_change_the_hash(
    values: dict[str, Any], random: Any
) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)
    first = SpecDocument("plate", "r1", "0" * 64, values)
    second = SpecDocument("plate", "r1", "0" * 64, dict(shuffled))
    assert first.hash() == second.hash()
    assert first.canonical() == second.canonical()


@given(st.dictionaries(ZONES, VALUES, max_size=6))
def test_a_document_read_back_is_the_same(values: dict[str, Any]) -> None:
    document = SpecDocument("plate", "r1", "0" * 64, values)
    assert parse(document.canonical()) == document
    assert judge(document.canonical().decode()).hash == document.hash()
    assert judge(document.canonical().decode()).document == document


@given(JSON)
def test_canonical_json_reads_back_and_is_its_own_canonical_form(value: Any) -> None:
    form = canonical(value)
    assert canonical(json.loads(form)) == form
    assert form == rfc8785.dumps(value)


def test_keys_are_brought_to_nfc() -> None:
    assert canonical({"e\u0301": 1}) == canonical({"\u00e9": 1})


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, b"x", {1: 2}, "\ud800", {"\u00e9": 1, "e\u0301": 2}, object()],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@given(JSON, JSON)
def test_documents_differ_exactly_if_a_difference_is_told(before: Any, after: Any) -> None:
    same = canonical(before) == canonical(after)
    assert (list(differences(before, after)) == []) == same


def test_pointers_escape_what_json_pointer_reserves() -> None:
    (found,) = differences({"a/b~c": 1}, {"a/b~c": 2})
    assert found.path == "/a~1b~0c"


def test_the_example_in_the_readme_is_computed_as_it_says() -> None:
    readme = (Path(services.spec.__file__).parent / "README.md").read_text("utf-8")
    blocks = re.findall(r"```json\n(.*?)\n```", readme, re.DOTALL)
    written, canonical_form = blocks[0], blocks[1]
    (promised,) = re.findall(r"spec_hash = ([0-9a-f]{64})", readme)
    assert canonical(json.loads(written)).decode() == canonical_form
    assert hashlib.sha256(canonical_form.encode()).hexdigest() == promised
    assert from_json(json.loads(written)).hash() == promised


def test_hashes_are_the_same_in_processes_of_other_seeds_and_places() -> None:
    script = (
        "from render_core.design import TextValue\n"
        "from services.designs.documents import SpecDocument\n"
        "values = {z: TextValue('Zoë مرحبا', 'a' * 64, 1) for z in {'one', 'two', 'three'}}\n"
        "print(SpecDocument('plate', 'r1', '0' * 64, values).hash())"
    )
    found = set()
    for seed, zone, language in (("1", "UTC", "C"), ("77", "Asia/Tokyo", "de_DE.UTF-8")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": language}
        env["PYTHONPATH"] = os.pathsep.join(sys.path)
        found.add(subprocess.check_output([sys.executable, "-c", script], env=env))
    assert len(found) == 1


def test_fields_left_unset_do_not_enter_a_hash() -> None:
    """A field that a later release adds to the proto keeps the hashes of what exists."""
    message = product(text_zone("brands/b/fonts/f"))
    assert "shape" not in plain(message)["template"]["zones"][0]  # type: ignore[call-overload,index]
    assert plain(product_pb2.Product()) == {}
    assert digest(plain(message)) == digest(
        plain(product_pb2.Product.FromString(message.SerializeToString()))
    )


def test_older_documents_are_brought_forward_step_by_step() -> None:
    steps = {
        "0.1": lambda document: {**document, "spec_version": "0.2", "first": True},
        "0.2": lambda document: {**document, "spec_version": "1.1", "second": True},
    }
    document = upgraded({"spec_version": "0.1"}, upgrades=steps)
    assert document == {"spec_version": "1.1", "first": True, "second": True}
    for version in ("0.0", None, 1, [], "2.0"):
        with pytest.raises(VersionUnknown):
            upgraded({"spec_version": version}, upgrades=steps)
