"""Texts made to hurt the codec: real requests cut off and changed at every byte, and a megabyte of the
worst in a process with little memory and little time."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from google.protobuf.message import Message
from luneo.design.v1 import template_pb2

from gateway import codec
from gateway.refusals import Refusal
from tests.gateway.schema import Everything

PRODUCTS = sorted((Path(__file__).parents[2] / "examples/products").glob("*.json"))
MEGABYTE = 1_000_000
MEMORY = 1_000_000_000
CPU_S = 60
# Where each request is changed.
PLACES = 250
PIECES = (
    *(bytes([code]) for code in b'"\\{}[],:0-9eE.tnu \x00\x7f\x80\xff'),
    b"\xed\xa0\x80",
    b"\xf4\x90",
)


def requests() -> Iterator[bytes]:
    """Yield the templates of the examples as JSON, without and with white space."""
    for product in PRODUCTS:
        template = json.loads(product.read_text(encoding="utf-8"))["template"]
        yield json.dumps(template, separators=(",", ":")).encode()
        yield json.dumps(template, indent=1, ensure_ascii=False).encode()


def refusal_of(text: bytes, message: Message) -> Refusal | None:
    """Return the refusal of a text; anything else that is raised is a fault."""
    try:
        codec.decode(text, message)
    except Refusal as refused:
        refusal = refused
    else:
        return None
    assert refusal.http_status == 400
    assert refusal.reason in ("MALFORMED_JSON", "INVALID_JSON")
    assert refusal.message
    return refusal


def test_a_request_cut_off_anywhere_is_malformed() -> None:
    compact, pretty = list(requests())[:2]
    for whole in (compact, pretty):
        assert refusal_of(whole, template_pb2.Template()) is None
        for length in range(len(whole)):
            refusal = refusal_of(whole[:length], template_pb2.Template())
            assert refusal is not None, length
            assert refusal.reason == "MALFORMED_JSON"


@pytest.mark.parametrize("product", range(len(PRODUCTS)))
def test_a_request_changed_at_any_byte_is_read_or_refused(product: int) -> None:
    random = Random(product)
    for whole in list(requests())[2 * product : 2 * product + 2]:
        step = max(1, len(whole) // PLACES)
        for at in range(0, len(whole) - step, step):
            place = at + random.randrange(step)
            piece = random.choice(PIECES)
            for text in (
                whole[:place] + piece + whole[place + 1 :],
                whole[:place] + piece + whole[place:],
                whole[:place] + whole[place + 1 :],
            ):
                refusal_of(text, template_pb2.Template())


def worst() -> Iterator[tuple[str, bytes]]:
    """Yield what each is and about a megabyte of it."""
    yield "arrays in arrays", b"[" * MEGABYTE
    yield "arrays in arrays that end", b"[" * (MEGABYTE // 2) + b"]" * (MEGABYTE // 2)
    yield "depth 10,000", b'{"inner":' * 10_000 + b"{}" + b"}" * 10_000
    yield "depth of free JSON", b'{"value":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    for field in (
        "int32Value",
        "int64Value",
        "doubleValue",
        "value",
        "numbers",
        "inner",
        "nothing",
    ):
        for number in ("9" * 10_000, "-" + "1" * 10_000, "0." + "3" * 10_000, "1e" + "9" * 10_000):
            yield f"10,000 digits in {field}", f'{{"{field}":{number}}}'.encode()
            yield f"10,000 digits as text in {field}", f'{{"{field}":"{number}"}}'.encode()
    yield "wrong values of a map", _object("labels", (f'"k{i}":1' for i in range(60_000)))
    yield "wrong keys of a map", _object("byNumber", (f'"k{i}":{{}}' for i in range(60_000)))
    yield "one key again and again", _object("labels", ('"k":"v"' for _ in range(120_000)))
    yield "unknown fields", b"{" + b",".join(b'"x%d":1' % i for i in range(90_000)) + b"}"
    yield "wrong elements", b'{"words":[' + b"1," * 400_000 + b"1]}"
    yield "wrong times", b'{"times":[' + b'"x",' * 200_000 + b'"x"]}'
    yield (
        "an Any of wrong values",
        (
            b'{"any":{"@type":"type.googleapis.com/luneo.gatewaytest.v1.Everything","words":['
            + b"1," * 400_000
            + b"1]}}"
        ),
    )
    yield (
        "Any in Any",
        b'{"any":{"@type":"x/google.protobuf.Any","value":' * 500 + b"{}" + b"}}" * 500,
    )
    yield "escapes that hide colons", b'{"stringValue":"' + b"\\u003a" * 160_000 + b'"}'
    yield "colons", b'{"stringValue":"' + b":" * 900_000 + b'"}'
    yield "half a surrogate", b'{"stringValue":"' + b"\\ud800" * 160_000 + b'"}'
    yield "bytes that are no UTF-8", b'{"stringValue":"' + b"\xff" * 900_000 + b'"}'
    yield "padding", b'{"bytesValue":"' + b"=" * 900_000 + b'"}'
    yield "a long mask", b'{"mask":"' + b"aB," * 300_000 + b'"}'
    yield "white space", b'{"words"' + b" \t\r\n" * 240_000 + b":[]}"
    yield "nulls", b'{"values":[' + b"null," * 190_000 + b"null]}"
    yield "objects", b'{"many":[' + b"{}," * 300_000 + b"{}]}"


def _object(field: str, pairs: Iterator[str]) -> bytes:
    return f'{{"{field}":{{{",".join(pairs)}}}}}'.encode()


def test_the_worst_texts_take_little_memory_and_time() -> None:
    """A process that may use so much memory and so many seconds reads all of them."""
    ran = subprocess.run(
        [sys.executable, "-m", __name__],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(ran.stdout.splitlines()) == len(list(worst()))


def main() -> None:
    """Read the worst texts within limits; a line for each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    for name, text in worst():
        refusal = refusal_of(text, Everything())
        sys.stdout.write(f"{name}: {refusal.reason if refusal else 'read'}\n")


if __name__ == "__main__":
    main()
