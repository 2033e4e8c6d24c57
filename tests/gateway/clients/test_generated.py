"""What is generated is what the descriptors say, and says what an example means."""

from __future__ import annotations

import base64
import json
import shlex
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import luneo_client
import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from luneo_client import types
from luneo_client.client import Luneo

from gateway import api_examples, api_samples
from gateway.api_calls import http_call
from gateway.clients import files
from gateway.clients.catalogue import catalogue, items_of, snake
from gateway.wellknown import message_type

BINDINGS = {one.rpc.name: one for one in catalogue().bindings}
EXAMPLES = {name: api_examples.recorded()[one.rpc.full_name] for name, one in BINDINGS.items()}
ANSWERS = [name for name, one in EXAMPLES.items() if one.answer]


def test_what_is_committed_is_what_is_generated() -> None:
    assert files.stale() == []


def test_every_rpc_that_clients_may_call_is_a_method() -> None:
    for name in BINDINGS:
        assert callable(getattr(Luneo, snake(name)))
    assert not hasattr(Luneo, "filter_specs_in_use")


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_and_written_without_loss(name: str) -> None:
    output, answer = BINDINGS[name].output_type, EXAMPLES[name].answer
    items = items_of(BINDINGS[name].rpc)
    if items is not None:
        output, answer = message_type(items), answer[items.json_name][0]
    kind = getattr(types, output.name)
    proto = GetMessageClass(output)
    written = kind.from_json(answer).to_json()
    assert json_format.ParseDict(written, proto()) == json_format.ParseDict(answer, proto())


class Recorder(httpx.BaseTransport):
    """Keeps the request and answers nothing of use."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return httpx.Response(418)


def pairs(query: Any) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in query)


@pytest.mark.parametrize("name", BINDINGS)
def test_the_python_sample_makes_the_call_of_the_example(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    binding, example = BINDINGS[name], EXAMPLES[name]
    wanted = http_call(binding, example.request)
    recorder = Recorder()
    monkeypatch.setattr(luneo_client, "Luneo", partial(Luneo, transport=recorder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(base64.b64decode(example.request.get("data", "")))
    for variable in ("LUNEO_KEY", "LUNEO_SESSION", "LUNEO_TOKEN"):
        monkeypatch.setenv(variable, "shown")
    with pytest.raises(luneo_client.LuneoError):
        exec(compile(api_samples.of(binding, example)[1]["source"], name, "exec"), {})
    (request,) = recorder.seen
    assert request.method == wanted.method
    assert request.url.raw_path.decode().partition("?")[0] == wanted.path
    assert pairs(request.url.params.multi_items()) == pairs(wanted.query)
    sent = json.loads(request.content) if request.content else None
    assert sent == wanted.body
    shown = {"x-api-key", "luneo-session", "authorization"} & set(request.headers)
    assert bool(shown) == bool(example.credential)


@pytest.mark.parametrize("name", BINDINGS)
def test_the_sample_for_a_shell_holds_the_call_of_the_example(name: str) -> None:
    binding, example = BINDINGS[name], EXAMPLES[name]
    wanted = http_call(binding, example.request)
    words = shlex.split(api_samples.of(binding, example)[0]["source"].replace("\\\n", ""))
    assert words[0] == "curl"
    assert words[-1] == f"http://localhost:8400{wanted.target}"
    if wanted.body is None:
        assert "-d" not in words
        assert wanted.method == (words[words.index("-X") + 1] if "-X" in words else "GET")
    else:
        assert json.loads(words[words.index("-d") + 1]) == wanted.body
