"""The gateway as a program of its own: what it says at its start, and in front of what is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.gateway.conformance.conftest import ROOT, environment, process
from tests.gateway.conformance.schema import descriptor_set

WRONG = """
syntax = "proto3";
package wrong.v1;
import "google/api/annotations.proto";
message Ask {
  string id = 1;
  repeated string tags = 2;
  Ask inner = 3;
}
service Wrong {
  rpc Fine(Ask) returns (Ask) {
    option (google.api.http) = {get: "/v1/fine/{id}"};
  }
"""


def rpc(name: str, rule: str, request: str = "Ask") -> str:
    option = f"option (google.api.http) = {{{rule}}};"
    return f"rpc {name}({request}) returns (Ask) {{ {option} }}\n"


def start(tmp_path: Path, *rpcs: str) -> subprocess.CompletedProcess[str]:
    """Run the gateway over a service with more rpcs, which is expected to end by itself."""
    source = tmp_path / "wrong.proto"
    source.write_text(WRONG + "".join(rpcs) + "}\n", encoding="utf-8")
    file = tmp_path / "wrong.pb"
    file.write_bytes(descriptor_set(source))
    return run("--descriptors", str(file), "--target", "127.0.0.1:1")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env=environment(),
    )


def test_rules_that_cannot_be_served_are_named_all_at_once(tmp_path: Path) -> None:
    ended = start(
        tmp_path,
        rpc("Twice", 'get: "/v1/fine/{inner.id}"'),
        rpc("Broken", 'get: "/v1/{id"'),
        rpc("Upwards", 'post: "/v1/up" body: "*"', "stream Ask"),
        rpc("Bodied", 'get: "/v1/b" body: "*"'),
        rpc("Nothing", ""),
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    lines = ended.stderr.splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == [
        f"wrong.v1.Wrong.{name}" for name in ("Broken", "Upwards", "Bodied", "Nothing", "Twice")
    ]
    assert "wrong.v1.Wrong.Fine are both bound to GET" in lines[-1]


def test_rules_that_name_no_field_are_named_all_at_once(tmp_path: Path) -> None:
    ended = start(
        tmp_path,
        rpc("Unknown", 'get: "/v1/a/{nonsense}"'),
        rpc("Repeated", 'get: "/v1/b/{tags}"'),
        rpc("Deep", 'post: "/v1/c" body: "inner.id"'),
        rpc("Answer", 'get: "/v1/d" response_body: "nonsense"'),
    )
    assert ended.returncode == 2
    assert [line.split()[1].rstrip(":") for line in ended.stderr.splitlines()] == [
        f"wrong.v1.Wrong.{name}" for name in ("Unknown", "Repeated", "Deep", "Answer")
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xff", "not a FileDescriptorSet"),
        (b"", "no rpc has a google.api.http option"),
    ],
)
def test_a_file_that_holds_no_services_is_refused(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    file = tmp_path / "odd.pb"
    file.write_bytes(data)
    ended = run("--descriptors", str(file), "--target", "127.0.0.1:1")
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_headers_of_the_protocol_cannot_be_passed(descriptors: Path) -> None:
    ended = run(
        "--descriptors", str(descriptors), "--target", "a:1", "--answer-metadata", "content-type"
    )
    assert ended.returncode == 2
    assert "content-type" in ended.stderr


@pytest.mark.parametrize("target", ["host", ":1", "dns:///a:1", "a:b"])
def test_the_target_is_a_host_and_a_port(descriptors: Path, target: str) -> None:
    ended = run("--descriptors", str(descriptors), "--target", target)
    assert (ended.returncode, "expected host:port" in ended.stderr) == (2, True)


def test_a_server_that_is_not_there_is_unavailable_and_unnamed(descriptors: Path) -> None:
    options = ["--descriptors", str(descriptors), "--target", "127.0.0.1:1", "--port", "0"]
    with process("gateway", *options) as line, httpx.Client(base_url=line.split()[-1]) as client:
        answer = client.get("/v1/things/7")
        assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")
        assert "127.0.0.1" not in answer.text
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("is_left_to_others", [False, True])
def test_limits_and_lines_may_be_left_to_what_stands_in_front(
    descriptors: Path, backend: str, capfd: pytest.CaptureFixture[str], *, is_left_to_others: bool
) -> None:
    options = ["--descriptors", str(descriptors), "--target", backend, "--port", "0"]
    left = ["--no-limits", "--no-log"] if is_left_to_others else []
    with process("gateway", *options, *left) as line:
        base = line.split()[-1]
        served = httpx.get(base + "/v1/things/7")
        assert served.status_code == 200
        assert httpx.get(base + "/v1/nothing").status_code == 404
    assert ("ratelimit" in served.headers) is not is_left_to_others
    lines = [line for line in capfd.readouterr().err.splitlines() if "correlation_id" in line]
    assert len(lines) == (1 if is_left_to_others else 2)  # what the gateway refuses has a line


def test_the_way_json_is_written_and_read_can_be_chosen(descriptors: Path, backend: str) -> None:
    options = ["--descriptors", str(descriptors), "--target", backend, "--port", "0"]
    chosen = ["--print-defaults", "--enum-numbers", "--proto-names", "--ignore-unknown"]
    with process("gateway", *options, *chosen) as line:
        body = {"maybeWhole": 1, "nonsense": {"a": 1}, "colour": "PINK", "colours": ["COLOUR_RED"]}
        answer = httpx.post(line.split()[-1] + "/v1/things", json=body).json()
    assert answer["maybe_whole"] == 1
    assert (answer["colour"], answer["colours"], answer["labels"]) == (0, [1], {})
    assert (answer["number"], answer["digest"], answer["served_by"]) == ("0", "", "Create")
    assert "nested" not in answer
    assert "maybe" not in answer


def test_the_gateway_describes_the_server(gateway: str) -> None:
    document = httpx.get(gateway + "/openapi.json").json()
    assert document["info"]["title"] == "API"
    assert "get" in document["paths"]["/v1/things/{id}"]
    watch = document["paths"]["/v1/things/{id}:watch"]["get"]
    assert watch["description"].startswith("As many messages as `whole` says")
    assert httpx.get(gateway + "/readyz").json()["ready"] is True
