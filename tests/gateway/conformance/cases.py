"""The conformance cases: data in cases/*.yaml, and what it takes to send one and to judge the answer.

A case is

    name: a sentence that states the promise
    request: METHOD target          the target goes out byte for byte
    headers: {name: value}          optional
    body: text | json: value | hex: bytes    optional; json brings its content type
    status: 200
    answer_headers: {name: value}   optional; null: absent; "~": a regular expression
    answer: value                   the whole body as JSON
    includes: value                 objects: these keys are there with these values
    text: text | answer_hex: bytes  the body as it is
    lines: [value]                  newline-delimited JSON; blank lines do not count
    events: [{id, event, data}]     server-sent events; comments do not count
    fields: [path]                  the field violations of the error
    detail: {type, …}               a detail of the error, by the end of its type URL
    cut: true                       the connection ends before the body does

Nothing in here knows which gateway answers: `send` takes an address.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

FOLDER = Path(__file__).with_name("cases")
_TIMEOUT_S = 30
_KEYS = frozenset(
    (
        *("name", "request", "headers", "body", "json", "hex", "status", "answer_headers"),
        *("answer", "includes", "text", "answer_hex", "lines", "events", "fields", "detail", "cut"),
    )
)


@dataclass(frozen=True)
class Case:
    """One request and what must come back. group: the file that it is in."""

    group: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.group}: {self.data['name']}"


@dataclass
class Answer:
    """What came back. cut: the connection ended before the body did."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


def load() -> list[Case]:
    """Return all cases; raises ValueError for a key that means nothing."""
    cases = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for data in yaml.safe_load(file.read_text(encoding="utf-8")):
            if unknown := data.keys() - _KEYS:
                raise ValueError(f"{file.name}, {data.get('name')}: {unknown}")
            cases.append(Case(file.stem, data))
    return cases


def send(base: str, data: dict[str, Any]) -> Answer:
    """Send the request of a case to the gateway at `base` ("http://host:port")."""
    at = urlsplit(base)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=_TIMEOUT_S)
    method, target = data["request"].split(" ", 1)
    headers = dict(data.get("headers", {}))
    body = _body(data, headers)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value.encode("utf-8"))
        if body is not None:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        return _receive(connection.getresponse())
    finally:
        connection.close()


def _body(data: dict[str, Any], headers: dict[str, str]) -> bytes | None:
    if "json" in data:
        headers.setdefault("content-type", "application/json")
        return json.dumps(data["json"], ensure_ascii=False).encode()
    if "hex" in data:
        return bytes.fromhex(data["hex"])
    return data["body"].encode() if "body" in data else None


def _receive(response: http.client.HTTPResponse) -> Answer:
    answer = Answer(response.status)
    for name, value in response.getheaders():
        key = name.lower()
        answer.headers[key] = f"{answer.headers[key]}, {value}" if key in answer.headers else value
    try:
        answer.body = response.read()
    except (http.client.IncompleteRead, ConnectionError) as error:
        answer.body, answer.cut = getattr(error, "partial", b""), True
    return answer


def faults(data: dict[str, Any], answer: Answer) -> list[str]:
    """Return what is wrong with the answer to a case, a sentence each."""
    return list(_faults(data, answer))


def _faults(data: dict[str, Any], answer: Answer) -> Iterator[str]:
    if answer.status != data["status"]:
        yield f"status {answer.status}, not {data['status']}: {answer.body[:300]!r}"
        return
    if answer.cut != data.get("cut", False):
        yield f"the connection was {'' if answer.cut else 'not '}cut"
    for name, wanted in data.get("answer_headers", {}).items():
        if not _header_fits(answer.headers.get(name), wanted):
            yield f"header {name}: {answer.headers.get(name)!r}, not {wanted!r}"
    readers = {
        "answer": lambda: json.loads(answer.body),
        "text": answer.body.decode,
        "answer_hex": answer.body.hex,
        "lines": lambda: [json.loads(line) for line in answer.body.splitlines() if line],
        "events": lambda: list(_events(answer.body.decode())),
        "fields": lambda: [
            v.get("field", "") for v in _details(answer, "BadRequest")["fieldViolations"]
        ],
    }
    for key, read in readers.items():
        if key in data and (found := read()) != data[key]:
            yield f"{key}: {found!r}, not {data[key]!r}"
    if "includes" in data and not _includes(found := json.loads(answer.body), data["includes"]):
        yield f"{found!r} does not include {data['includes']!r}"
    if "detail" in data:
        wanted = dict(data["detail"])
        found = _details(answer, wanted.pop("type"))
        if not _includes(found, wanted):
            yield f"detail {found!r} does not include {wanted!r}"


def _header_fits(found: str | None, wanted: str | None) -> bool:
    if wanted is None or found is None:
        return found is wanted
    return re.fullmatch(wanted[1:], found) is not None if wanted[:1] == "~" else found == wanted


def _includes(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and _includes(found[key], value) for key, value in wanted.items()
        )
    return bool(found == wanted)


def _details(answer: Answer, kind: str) -> dict[str, Any]:
    error = json.loads(answer.body)["error"]
    return next((d for d in error["details"] if d["@type"].endswith("." + kind)), {})


def _events(text: str) -> Iterator[dict[str, Any]]:
    for block in text.split("\n\n"):
        pairs = [line.split(": ", 1) for line in block.splitlines() if line[:1] != ":"]
        event: dict[str, Any] = dict(pairs)
        if event:
            event["data"] = json.loads(event["data"])
            yield event
