"""JSON and protobuf, with `google.protobuf.json_format` as the judge."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import orjson
import pytest
from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as AnyMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import codec, json_text
from gateway.refusals import Refusal
from tests.gateway.schema import Everything, Message


def decode(text: str | bytes) -> Any:
    message = Everything()
    codec.decode(text.encode() if isinstance(text, str) else text, message)
    return message


def refused(text: str | bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(text)
    assert caught.value.http_status == 400
    return caught.value


def fields_at_fault(text: str | bytes) -> list[str]:
    return [violation.field for violation in refused(text).violations]


# Properties

INTEGERS = {
    "int32_value": (-(2**31), 2**31 - 1),
    "int64_value": (-(2**63), 2**63 - 1),
    "uint32_value": (0, 2**32 - 1),
    "uint64_value": (0, 2**64 - 1),
    "sint32_value": (-(2**31), 2**31 - 1),
    "sfixed64_value": (-(2**63), 2**63 - 1),
    "fixed64_value": (0, 2**64 - 1),
}
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
doubles = st.floats(allow_nan=False, allow_infinity=False)
# The reference does not read its own shortest form of the largest float.
floats = st.floats(-(2.0**127), 2.0**127, width=32)
int64s = st.integers(-(2**63), 2**63 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | doubles | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
durations = st.integers(-315_576_000_000, 315_576_000_000)


@st.composite
def everything(draw: Any, depth: int = 2) -> Any:
    message = Everything()
    inner = everything(depth=depth - 1) if depth else st.just(Everything())
    setters: dict[str, Any] = {
        **{name: st.integers(low, high) for name, (low, high) in INTEGERS.items()},
        "float_value": floats,
        "double_value": doubles,
        "bool_value": st.booleans(),
        "string_value": texts,
        "bytes_value": st.binary(max_size=20),
        "colour": st.sampled_from([0, 1, 2, 77, -5]),
        "maybe": texts,
        "maybe_number": st.integers(-5, 5),
        "odd_name": texts,
    }
    for name in draw(st.sets(st.sampled_from(sorted(setters)), max_size=6)):
        setattr(message, name, draw(setters[name]))
    lists: dict[str, Any] = {
        "numbers": int64s,
        "words": texts,
        "colours": st.sampled_from([0, 1, 2, 9]),
        "floats": floats,
    }
    for name in draw(st.sets(st.sampled_from(sorted(lists)), max_size=2)):
        getattr(message, name).extend(draw(st.lists(lists[name], max_size=3)))
    for part in draw(st.sets(st.sampled_from(PARTS), max_size=4)):
        _set_part(draw, message, part, inner)
    return message


PARTS = (
    *("inner", "many", "labels", "by_number", "by_flag", "left", "right", "nothing", "at"),
    *("lasting", "mask", "structure", "value", "list", "any", "wrappers", "times", "values"),
    "empty",
)


def _set_part(draw: Any, message: Any, part: str, inner: Any) -> None:
    if part in ("inner", "right"):
        getattr(message, part).CopyFrom(draw(inner))
    elif part == "many":
        message.many.extend(draw(st.lists(inner, max_size=2)))
    elif part == "labels":
        message.labels.update(draw(st.dictionaries(texts, texts, max_size=3)))
    elif part == "by_number":
        message.by_number[draw(int64s)].CopyFrom(draw(inner))
    elif part == "by_flag":
        message.by_flag.update(draw(st.dictionaries(st.booleans(), doubles)))
    elif part == "left":
        message.left = draw(texts)
    elif part == "nothing":
        message.nothing = 0
    elif part == "at":
        message.at.seconds = draw(st.integers(-62_135_596_800, 253_402_300_799))
        message.at.nanos = draw(st.integers(0, 999_999_999))
    elif part == "lasting":
        message.lasting.seconds = draw(durations)
    elif part == "mask":
        message.mask.paths.extend(draw(st.lists(st.sampled_from(["a_b", "c.d_e", "f"]))))
    elif part == "structure":
        message.structure.update(draw(st.dictionaries(texts, json_values, max_size=3)))
    elif part in ("value", "list"):
        source = draw(json_values) if part == "value" else draw(st.lists(json_values, max_size=3))
        json_format.ParseDict(source, getattr(message, part))
    elif part == "any":
        message.any.Pack(Message(text=draw(texts)))
    elif part == "wrappers":
        message.double_wrapper.value = draw(doubles)
        message.int64_wrapper.value = draw(int64s)
        message.bool_wrapper.value = draw(st.booleans())
        message.string_wrapper.value = draw(texts)
        message.bytes_wrapper.value = draw(st.binary(max_size=5))
    elif part == "times":
        message.times.add(seconds=draw(st.integers(0, 10**9)))
    elif part == "values":
        json_format.ParseDict(draw(json_values), message.values.add())
    else:
        message.empty.SetInParent()


@given(everything())
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_what_the_reference_writes(message: Any) -> None:
    assert orjson.loads(codec.encode(message)) == orjson.loads(
        json_format.MessageToJson(message, indent=None)
    )


@given(everything())
@settings(max_examples=80, deadline=None)
def test_what_is_written_reads_back_here_and_in_the_reference(message: Any) -> None:
    text = codec.encode(message)
    assert decode(text) == json_format.Parse(text, Everything())
    assert orjson.loads(codec.encode(decode(text))) == orjson.loads(text)


@given(st.floats(width=32))
def test_a_float_is_written_as_the_shortest_decimal_of_its_value(number: float) -> None:
    message = Everything(float_value=number)
    expected = json_format.MessageToDict(message)
    assert json.loads(codec.encode(message)) == json.loads(json.dumps(expected))


LEAVES = st.one_of(
    json_values,
    st.integers(-(2**70), 2**70),
    int64s.map(str),
    doubles.map(str),
    st.sampled_from(
        ["COLOUR_RED", "true", "NaN", "Infinity", "1.5s", "2026-01-31T12:00:00Z", "aA"]
    ),
    st.binary(max_size=4).map(lambda data: base64.b64encode(data).decode()),
)
FIELDS = st.sampled_from([n for f in Everything.DESCRIPTOR.fields for n in (f.name, f.json_name)])


@given(st.dictionaries(FIELDS | texts, LEAVES | st.lists(LEAVES, max_size=3), max_size=4))
@settings(max_examples=400, deadline=None)
def test_what_is_accepted_means_the_same_in_the_reference(document: dict[str, Any]) -> None:
    # The reference fails with an AttributeError on null for a repeated Value.
    document = {key: item for key, item in document.items() if key != "values" or item is not None}
    text = json.dumps(document).encode()
    try:
        message = decode(text)
    except Refusal:
        return
    assert message == json_format.Parse(text, Everything())


# What is accepted


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ('{"int32Value": "12"}', "int32_value", 12),
        ('{"int32_value": 1e3}', "int32_value", 1000),
        ('{"int64Value": "-9223372036854775808"}', "int64_value", -(2**63)),
        ('{"uint64Value": 18446744073709551615}', "uint64_value", 2**64 - 1),
        ('{"doubleValue": "1.5e3"}', "double_value", 1500.0),
        ('{"colour": "COLOUR_BLUE"}', "colour", 2),
        ('{"colour": 2}', "colour", 2),
        ('{"bytesValue": "-_8"}', "bytes_value", b"\xfb\xff"),
        ('{"bytesValue": "+/8="}', "bytes_value", b"\xfb\xff"),
        ('{"stringValue": null}', "string_value", ""),
        ('{"@odd": "x"}', "odd_name", "x"),
        ('{"stringValue": "\\u00e9\\ud83d\\ude00"}', "string_value", "é😀"),
    ],
)
def test_each_form_of_the_mapping_is_read(text: str, field: str, value: Any) -> None:
    assert getattr(decode(text), field) == value


def test_null_leaves_unset_except_where_null_is_a_value() -> None:
    message = decode('{"inner": null, "at": null, "words": null, "maybe": null, "value": null}')
    assert [field.name for field, _ in message.ListFields()] == ["value"]


def test_an_empty_object_makes_a_message_present() -> None:
    assert decode('{"inner": {}}').HasField("inner")


# What is refused


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a': 1}",
        '{"a": 1,}',
        '{"stringValue": "\\ud800"}',
        b'{"stringValue": "\xff"}',
        b'\xef\xbb\xbf{"stringValue": "x"}',
        '{"doubleValue": NaN}',
        '{"doubleValue": Infinity}',
        '{"doubleValue": 1e400}',
        '{"int64Value": ' + "9" * 400 + "}",
        '{"a": 1} {"b": 2}',
    ],
)
def test_text_that_is_not_json_is_refused(text: str | bytes) -> None:
    assert refused(text).reason == "MALFORMED_JSON"


@pytest.mark.parametrize(
    "text",
    [
        '{"stringValue": "a", "stringValue": "b"}',
        '{"stringValue":"a","stringValue":"a"}',
        '{"inner": {"words": [], "words": []}}',
        '{"labels":{"a":"1","\\u0061":"2"}}',
        '{"structure": {"x": [{"y": 1, "y": 2}]}}',
    ],
)
def test_a_key_given_twice_is_refused(text: str) -> None:
    assert refused(text).violations[0].reason == "DUPLICATE_KEY"


def test_the_two_names_of_one_field_are_one_key() -> None:
    assert fields_at_fault('{"stringValue": "a", "string_value": "a"}') == ["stringValue"]


def test_keys_of_a_map_that_mean_the_same_are_refused() -> None:
    assert fields_at_fault('{"byNumber": {"1": {}, "01": {}}}') == ['byNumber["01"]']
    assert fields_at_fault('{"byNumber": {"0": {}, "-0": {}}}') == ["byNumber"]


def test_nesting_is_limited() -> None:
    deep = '{"inner":' * 63 + "{}" + "}" * 63
    assert decode(deep).HasField("inner")
    for text in ('{"inner":' * 64 + "{}" + "}" * 64, '{"list":' + "[" * 800 + "]" * 800 + "}"):
        assert "nested" in refused(text).message
    assert refused("[" * 100_000).reason == "MALFORMED_JSON"
    wide = '{"words": [' + ",".join(['"x"'] * 5000) + '], "many": [' + ",".join(["{}"] * 200) + "]}"
    assert len(decode(wide).many) == 200


@pytest.mark.parametrize(
    "number", ["1.5", "2147483648", '"1.0"', '" 1"', '"1_0"', "true", '""', "[]"]
)
def test_a_number_that_does_not_fit_is_refused(number: str) -> None:
    assert fields_at_fault('{"int32Value": ' + number + "}") == ["int32Value"]


@pytest.mark.parametrize(
    "number", ['"NaN"', '"Infinity"', '"-Infinity"', '"1e999"', "true", '"0x1"']
)
@pytest.mark.parametrize("field", ["doubleValue", "floatValue", "doubleWrapper"])
def test_what_is_not_a_finite_number_is_refused(field: str, number: str) -> None:
    assert fields_at_fault('{"' + field + '": ' + number + "}") == [field]


def test_a_double_that_no_float_can_hold_is_refused() -> None:
    assert fields_at_fault('{"floatValue": 1e39}') == ["floatValue"]


def test_an_integer_that_a_double_made_vague_is_refused() -> None:
    assert fields_at_fault('{"int64Value": 1e18}') == ["int64Value"]


def test_every_violation_names_its_json_path() -> None:
    text = json.dumps(
        {
            "int32Value": "x",
            "inner": {"many": [{}, {"words": ["a", 5]}, 7]},
            "labels": {"k": 1},
            "byNumber": {"x": {}},
            "at": "yesterday",
            "lasting": "5",
            "bytesValue": "*",
            "colour": "GREEN",
            "nonsense": 1,
            "left": "a",
            "right": {},
        }
    )
    assert fields_at_fault(text) == [
        "int32Value",
        "inner.many[1].words[1]",
        "inner.many[2]",
        'labels["k"]',
        'byNumber["x"]',
        "at",
        "lasting",
        "bytesValue",
        "colour",
        "nonsense",
        "right",
    ]


def test_the_list_of_violations_is_bounded() -> None:
    assert len(fields_at_fault(json.dumps({"words": list(range(10_000))}))) == 50
    assert len(fields_at_fault(json.dumps({f"x{i}": 1 for i in range(10_000)}))) == 50


def test_an_any_of_an_unknown_type_is_refused() -> None:
    assert fields_at_fault('{"any": {"@type": "type.googleapis.com/no.Such"}}') == ["any"]


def test_a_number_that_json_lacks_is_written_as_the_mapping_says() -> None:
    message = Everything(double_value=math.inf, float_value=-math.inf)
    assert codec.to_json(message) == {"doubleValue": "Infinity", "floatValue": "-Infinity"}


def test_maps_are_written_in_the_order_of_their_keys() -> None:
    message = Everything(labels={"b": "1", "a": "2", "c": "3"})
    assert codec.encode(message) == b'{"labels":{"a":"2","b":"1","c":"3"}}'


def test_an_any_is_written_with_its_type() -> None:
    packed = AnyMessage()
    packed.Pack(Message(text="x"))
    assert codec.to_json(Everything(any=packed))["any"] == {
        "@type": "type.googleapis.com/luneo.gatewaytest.v1.Message",
        "text": "x",
    }


@given(st.dictionaries(texts, json_values, max_size=4), st.booleans())
def test_the_strict_parser_reads_as_the_standard_one(
    document: dict[str, Any], pretty: bool
) -> None:
    text = json.dumps(document, indent=2 if pretty else None).encode()
    assert json_text.parse(text) == json.loads(text)
