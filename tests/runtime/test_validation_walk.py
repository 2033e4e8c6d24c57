"""The quick look at a request says the same as the walk that names what is wrong."""

from __future__ import annotations

import math

import pytest
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from luneo.tenant.v1 import api_key_pb2

from services.runtime import usable, validation

TEXTS = st.text(alphabet=st.sampled_from("a\0é"), max_size=2)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(
        st.builds(Value, string_value=TEXTS),
        st.builds(Value, number_value=st.floats()),
        st.builds(Value, bool_value=st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(Value, list_value=st.builds(ListValue, values=st.lists(inner, max_size=3))),
        st.builds(
            Value,
            struct_value=st.builds(Struct, fields=st.dictionaries(TEXTS, inner, max_size=3)),
        ),
    ),
    max_leaves=8,
)


def walked(message: Message) -> list[str]:
    return [found.field for found in validation._unusable(message, "")]


@given(VALUES)
def test_both_say_the_same_of_texts_numbers_lists_and_maps(message: Value) -> None:
    assert usable.is_usable(message) == (walked(message) == [])


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        (Value(string_value="a\0"), ["string_value"]),
        (Value(number_value=math.inf), ["number_value"]),
        (Struct(fields={"a\0": Value()}), ['fields["a\\u0000"]']),
        (Struct(fields={"a": Value(number_value=math.nan)}), ['fields["a"].number_value']),
        (api_key_pb2.ApiKey(scopes=["a", "b\0"]), ["scopes[1]"]),
        (api_key_pb2.ApiKey(expire_time=Timestamp(seconds=10**12)), ["expire_time"]),
        (api_key_pb2.ApiKey(scopes=["a"], expire_time=Timestamp(seconds=1)), []),
    ],
    ids=["text", "number", "key of a map", "value of a map", "list", "moment", "nothing"],
)
def test_what_is_wrong_is_seen_wherever_it_stands(message: Message, wrong: list[str]) -> None:
    assert walked(message) == wrong
    assert usable.is_usable(message) == (not wrong)
