"""What only other people's protos have: proto2, extensions, closed enums, fields named like keywords."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from google.protobuf.message_factory import GetMessageClass

from gateway import codec
from gateway.json_options import JsonOptions
from gateway.refusals import Refusal
from tests.gateway.conformance.schema import descriptor_set
from tests.gateway.schema import Everything

SOURCE = """
syntax = "proto2";
package dialects.v1;
import "google/protobuf/any.proto";
enum Size { NONE = 0; SMALL = 1; LARGE = 2; }
message Old {
  optional string from = 1;
  optional int32 class = 2 [default = 7];
  optional Size size = 3 [default = LARGE];
  repeated Size sizes = 4;
  optional Old None = 5;
  map<string, Size> by_name = 6;
  optional google.protobuf.Any any = 7;
  extensions 100 to 200;
}
extend Old { optional string more = 100; repeated Old many = 101; }
message Plain { optional string from = 1; repeated int32 import = 2; map<int32, Plain> global = 3; }
"""


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> descriptor_pool.DescriptorPool:
    source: Path = tmp_path_factory.mktemp("dialects") / "dialects.proto"
    source.write_text(SOURCE, encoding="utf-8")
    made = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptor_set(source)).file:
        made.AddSerializedFile(file.SerializeToString())
    return made


@pytest.fixture
def old(pool: descriptor_pool.DescriptorPool) -> Any:
    return GetMessageClass(pool.FindMessageTypeByName("dialects.v1.Old"))


@pytest.fixture
def plain(pool: descriptor_pool.DescriptorPool) -> Any:
    return GetMessageClass(pool.FindMessageTypeByName("dialects.v1.Plain"))


def read(kind: Any, value: Any, options: JsonOptions | None = None) -> Any:
    message = kind()
    codec.fill(message, value, *([options] if options else []))
    return message


def test_fields_named_like_keywords_are_read_and_written(plain: Any) -> None:
    value = {"from": "x", "import": [1, 2], "global": {"5": {"from": ""}}}
    message = read(plain, value)
    assert codec.to_json(message) == value == json_format.MessageToDict(message)


def test_presence_of_proto2_is_kept(old: Any) -> None:
    value = {"from": "", "class": 0, "size": "SMALL", "None": {}}
    message = read(old, value)
    assert codec.to_json(message) == value == json_format.MessageToDict(message)
    assert codec.to_json(old()) == {}


def test_a_closed_enum_takes_no_number_that_it_does_not_have(old: Any) -> None:
    assert read(old, {"size": 1, "sizes": ["LARGE", 1]}).size == 1
    for wrong in ({"size": 3}, {"sizes": [3]}, {"byName": {"a": 3}}):
        with pytest.raises(Refusal):
            read(old, wrong)


def test_unknown_names_of_enums_are_left_out_by_choice(old: Any) -> None:
    lenient = JsonOptions(ignore_unknown=True)
    value = {"size": "HUGE", "sizes": ["SMALL", "HUGE"], "byName": {"a": "HUGE", "b": "LARGE"}}
    message = read(old, value | {"nonsense": {"x": [1]}}, lenient)
    assert codec.to_json(message) == {"sizes": ["SMALL"], "byName": {"b": "LARGE"}}
    assert message == json_format.ParseDict(value, old(), ignore_unknown_fields=True)


def test_extensions_are_written_by_their_full_names(
    old: Any, pool: descriptor_pool.DescriptorPool
) -> None:
    message = old()
    message.Extensions[pool.FindExtensionByName("dialects.v1.more")] = "x"
    inner = message.Extensions[pool.FindExtensionByName("dialects.v1.many")].add()
    setattr(inner, "class", 5)
    written = codec.to_json(message)
    assert written == {"[dialects.v1.more]": "x", "[dialects.v1.many]": [{"class": 5}]}
    assert written == json_format.MessageToDict(message)


def test_an_any_is_unpacked_by_the_pool_of_its_message(old: Any) -> None:
    value = {"any": {"@type": "type.googleapis.com/dialects.v1.Plain", "from": "x"}}
    assert codec.to_json(read(old, value)) == value
    with pytest.raises(Refusal):
        read(old, {"any": {"@type": "type.googleapis.com/luneo.gatewaytest.v1.Message"}})


def test_an_any_of_an_unknown_type_cannot_be_written(old: Any) -> None:
    message = old()
    message.any.type_url = "type.googleapis.com/no.Such"
    with pytest.raises(TypeError, match=r"no\.Such"):
        codec.encode(message)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_read_by_choice_alone(text: str) -> None:
    message = read(Everything, {"doubleValue": text, "floats": [text]}, JsonOptions(nonfinite=True))
    assert json.loads(codec.encode(message)) == {"doubleValue": text, "floats": [text]}
    with pytest.raises(Refusal):
        read(Everything, {"doubleValue": text})


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(253_402_300_800, 0), (-62_135_596_801, 0), (0, -1), (0, 10**9)]
)
def test_a_timestamp_out_of_range_cannot_be_written(seconds: int, nanos: int) -> None:
    with pytest.raises(ValueError, match="Timestamp"):
        codec.encode(Everything(at={"seconds": seconds, "nanos": nanos}))


@pytest.mark.parametrize(
    "duration",
    [{"seconds": 1, "nanos": -1}, {"seconds": 315_576_000_001}, {"nanos": 10**9}],
)
def test_a_duration_that_is_none_cannot_be_written(duration: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Duration"):
        codec.encode(Everything(lasting=duration))


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00",
        "2026-01-31t12:00:00z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00.1234567891Z",
        "2026-01-31T12:00:00+24:00",
        "0001-01-01T00:00:00+00:01",
        "２026-01-31T12:00:00Z",
        " 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z\n",
    ],
)
def test_a_timestamp_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read(Everything, {"at": text})


def test_a_type_is_compiled_once_for_all_threads(pool: descriptor_pool.DescriptorPool) -> None:
    kind = GetMessageClass(pool.FindMessageTypeByName("dialects.v1.Old"))
    options = [JsonOptions() for _ in range(20)]

    def read_it(choice: JsonOptions) -> str:
        message = kind()
        codec.decode(b'{"from":"x","sizes":["SMALL"],"byName":{"a":"LARGE"}}', message, choice)
        return str(message)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(read_it, [choice for choice in options for _ in range(8)]))
    assert set(found) == {found[0]}
    assert "LARGE" in found[0]
