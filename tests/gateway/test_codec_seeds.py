"""A hundred thousand random messages, and as many texts made to be wrong, in the codec and in
`google.protobuf.json_format`.

A few hundred with every change, all of them in the slow run. What fails says the number of its seed:
`check_message(seed)` or `check_text(seed)` does it again.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

import luneo
import orjson
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FileDescriptor

from gateway import codec, json_text
from gateway.json_reader import MAX_VIOLATIONS
from gateway.refusals import Refusal
from tests.gateway.schema import Everything
from tests.gateway.seeded_messages import Maker
from tests.gateway.test_codec_equality import ALL, CHOICES, check_choices, same
from tests.gateway.wrong_texts import spoil

SETS_OF_CHOICES = [frozenset(s) for n in (1, 2, 3) for s in combinations(sorted(CHOICES), n)]
BATCHES = 20
EACH = 5_000
FEW = 400


@cache
def types() -> tuple[Descriptor, ...]:
    """Return every message type of the product, and the one with every kind of field."""
    for module in pkgutil.walk_packages(luneo.__path__, "luneo."):
        if module.name.endswith("_pb2"):
            importlib.import_module(module.name)
    found: list[Descriptor] = []
    for module in pkgutil.walk_packages(luneo.__path__, "luneo."):
        if module.name.endswith("_pb2"):
            file: FileDescriptor = importlib.import_module(module.name).DESCRIPTOR
            found += file.message_types_by_name.values()
    return tuple(sorted(found, key=lambda each: each.full_name))


def type_of(seed: int) -> Descriptor:
    """Return the type for a seed: every third is the one with every kind of field."""
    every = types()
    return Everything.DESCRIPTOR if seed % 3 == 0 else every[seed // 3 % len(every)]


def read(kind: Callable[[], Any], text: bytes) -> Any:
    message = kind()
    codec.decode(text, message, ALL)
    return message


def read_with_care(kind: Callable[[], Any], text: bytes) -> Any:
    """Read by way of Python values and the constructor alone."""
    message = kind()
    codec.fill(message, json_text.parse(text), ALL)
    return message


def read_by_reference(kind: Callable[[], Any], text: bytes) -> Any:
    """Read by the reference, or with care where it fails at what the mapping has."""
    try:
        return json_format.Parse(text, kind())
    except json_format.ParseError as error:
        if REFERENCE_ALONE.search(str(error)):
            return read_with_care(kind, text)
        raise


def check_message(seed: int) -> None:
    """What is written is what the reference writes; each reads what the other writes, in any style."""
    message = Maker(seed).message(type_of(seed))
    kind = type(message)
    text = codec.encode(message, ALL)
    by_name = seed % 2 == 1
    expected = json_format.MessageToDict(message, preserving_proto_field_name=by_name)
    assert orjson.loads(text) == (json_format.MessageToDict(message) if by_name else expected)
    other = json.dumps(expected, ensure_ascii=seed % 4 < 2, indent=seed % 3 or None).encode()
    for each in (text, other):
        assert same(read(kind, each), message)
    assert same(read_with_care(kind, other), message)
    reference = json_format.ParseDict(orjson.loads(text), kind())
    # The reference packs maps inside of an Any in any order.
    assert same(reference, message) or json_format.MessageToDict(reference) == (
        json_format.MessageToDict(message)
    )
    check_choices(message, SETS_OF_CHOICES[seed % len(SETS_OF_CHOICES)])


def check_text(seed: int) -> None:
    """What is accepted means the same in the reference and by way of Python values; what is not is
    a refusal of both ways, in the same words."""
    maker = Maker(seed)
    message = maker.message(type_of(seed))
    kind = type(message)
    text = spoil(maker, json_format.MessageToDict(message), kind.DESCRIPTOR)
    read_here, refusal = outcome(read, kind, text)
    with_care, other_refusal = outcome(read_with_care, kind, text)
    assert words(refusal) == words(other_refusal)
    if refusal is None:
        assert same(read_here, with_care)
        reference = read_by_reference(kind, text)
        assert same(reference, read_here) or json_format.MessageToDict(reference) == (
            json_format.MessageToDict(read_here)
        )
    else:
        check_refusal(kind, text, refusal)


def words(refusal: Refusal | None) -> object:
    return refusal and (refusal.http_status, refusal.reason, refusal.message, refusal.violations)


def check_refusal(kind: Callable[[], Any], text: bytes, refusal: Refusal) -> None:
    """A refusal is typed and bounded; what the reference accepts all the same is in the list."""
    assert refusal.http_status == 400
    assert refusal.reason in ("MALFORMED_JSON", "INVALID_JSON")
    assert len(refusal.violations) <= MAX_VIOLATIONS
    sentences = [found.sentence for found in refusal.violations] or [refusal.message]
    if not any(STRICTER.search(sentence) for sentence in sentences):
        with pytest.raises(Exception):  # noqa: B017, PT011 (json_format raises what it meets)
            json_format.Parse(text, kind())


# What the reference accepts though the mapping has no such thing, or where the codec is stricter.
STRICTER = re.compile(
    "|".join(
        (
            "are the same field",  # a field by both of its names
            "Only one of",  # two members of a oneof, one of them null
            "appears twice",  # a key behind an escape
            "Two keys of the object",  # 1 and 01 in a map
            "Expected base64",  # characters that are not of its alphabet, bits that are lost
            "Expected a whole number",  # " 1", "1_0", "+1", digits of other scripts
            "Expected a number",  # the same
            "send it as a string of digits",  # above 2^53 with a point or an exponent
            "Expected an object",  # an empty array
            "Expected null",  # any string for NullValue
            "Expected one of",  # numbers of enums as strings with a sign, with a point, as booleans
            "Expected a time",  # hours of one digit
            "Expected seconds",  # more than nine digits behind the point
            "no such field",  # what stands beside the value of an Any
            "32-bit float",  # larger than any, in a repeated field
            "nested",
            "infinity when parsed",  # 1e400
            "expected a JSON value",  # Infinity
            "no digit after sign",  # -Infinity
        )
    )
)
# What the reference cannot read though the mapping has it: null in a repeated Value, the largest float.
REFERENCE_ALONE = re.compile("has no attribute 'null_value'|Float value too large")


def outcome(
    how: Callable[..., Any], kind: Callable[[], Any], text: bytes
) -> tuple[Any, Refusal | None]:
    try:
        return how(kind, text), None
    except Refusal as refusal:
        return None, refusal


def run(check: Callable[[int], None], seeds: range) -> None:
    """Check seeds. What fails says which."""
    for seed in seeds:
        try:
            check(seed)
        except Exception as error:
            raise AssertionError(f"{check.__name__}({seed})") from error


@pytest.mark.parametrize("check", [check_message, check_text])
def test_some_seeds_are_as_in_the_reference(check: Callable[[int], None]) -> None:
    run(check, range(FEW))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("check", [check_message, check_text])
def test_a_hundred_thousand_seeds_are_as_in_the_reference(
    check: Callable[[int], None], batch: int
) -> None:
    run(check, range(FEW + batch * EACH, FEW + (batch + 1) * EACH))
