"""Raw answers for a proxy that reads no extensions of google.api.HttpBody."""

from __future__ import annotations

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.empty_pb2 import Empty

from services.runtime import http_bodies


def test_what_a_raw_answer_says_beside_its_bytes_becomes_headers() -> None:
    body = http_bodies.of(b"abc", "application/zip", etag="e1", content_disposition="attachment")
    plain, headers = http_bodies.parted(body)
    assert plain == HttpBody(content_type="application/zip", data=b"abc")
    assert headers == [("etag", '"e1"'), ("content-disposition", "attachment")]
    assert body.extensions  # the answer itself, which may be kept, is as it was


def test_other_answers_stay_as_they_are() -> None:
    for answer in (Empty(), HttpBody(data=b"x")):
        assert http_bodies.parted(answer) == (answer, [])
