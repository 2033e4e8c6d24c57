"""A demo as a client of either transport sees it: addresses, credentials, and what is in it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
from collections.abc import Callable
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

import grpc
import httpx
from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from gateway import status as gateway_status
from gateway.api_calls import http_call
from gateway.routes import Binding
from services.cli.accounts import SERVER_SCOPES
from services.runtime import installation_keys
from services.runtime.keyring import Keyring
from tests.page.shared_demo import record_of
from tests.platform.installation import LUNEO, environment, luneo

BRAND = "brands/hearth-oak"
OWNER = "iris@hearth-oak.example"
PASSWORD = "correct horse battery"
TIMEOUT_S = 60.0
BUSY_TIMES = 20


class Failed(Exception):
    """A call that was refused, by what both transports say of it."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(str(status))
        self.status = status


def patient(call: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
    """Let a call come back, as a client does, while the server says that it is busy."""

    @wraps(call)
    def attempt(*arguments: Any) -> list[Message]:
        for _ in range(BUSY_TIMES):
            try:
                return call(*arguments)
            except Failed as failed:
                pause_s = gateway_status.retry_after_s(failed.status)
                if failed.status.code != code_pb2.UNAVAILABLE or pause_s is None:
                    raise
                time.sleep(pause_s)
        return call(*arguments)

    return attempt


class Demo:
    """A demo that runs.

    prepared: requests by rpc, for those who spoil copies of them.
    """

    def __init__(self, data: Path) -> None:
        told = json.loads(luneo("status", "--json", "--data", str(data)).stdout)
        self.rest: str = told["rest"]
        self.prepared: dict[str, Message] = {}
        self.data = data
        self._keys: dict[str, str] = record_of(data)["brands"][0]["keys"]
        self._numbers = itertools.count(1)
        self._http = httpx.Client(base_url=self.rest, timeout=TIMEOUT_S)
        self._channel = grpc.insecure_channel(told["grpc"])

    def close(self) -> None:
        self._http.close()
        self._channel.close()

    def fresh(self, stem: str) -> str:
        """An id that nothing has yet, whichever process of the test run asks."""
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        return f"{stem}-{worker}{next(self._numbers)}"

    # Credentials

    def shown(self, credential: str) -> dict[str, str]:
        """The headers of a security scheme; both transports take the same."""
        return {
            "": {},
            "publishableKey": {"x-api-key": self.publishable},
            "guestSession": {"x-api-key": self.publishable, "luneo-session": self.session},
            "secretKey": {"x-api-key": self.secret},
            "person": {"authorization": f"Bearer {self.person}"},
            "platform": {"authorization": f"Bearer {self.platform}"},
        }[credential]

    @property
    def publishable(self) -> str:
        return self._keys["publishable"]

    @cached_property
    def secret(self) -> str:
        """A key that may do everything that a key may."""
        scopes = sorted({*SERVER_SCOPES, "subjects.erase"})
        key = {"displayName": "All rights", "kind": "API_KEY_KIND_SECRET", "scopes": scopes}
        shown = {"authorization": f"Bearer {self.platform}"}
        answer = self._http.post(f"/v1/{BRAND}/apiKeys", json=key, headers=shown)
        return str(answer.raise_for_status().json()["secret"])

    @cached_property
    def session(self) -> str:
        """A guest's token."""
        shown = {"x-api-key": self.publishable}
        answer = self._http.post(f"/v1/{BRAND}/guestSessions", headers=shown)
        return str(answer.raise_for_status().json()["token"])

    @cached_property
    def person(self) -> str:
        """A token of the brand's owner, signed in with a password."""
        self.set_password()
        body = {"email": OWNER, "password": PASSWORD}
        answer = self._http.post("/v1/sessions:signIn", json=body)
        return str(answer.raise_for_status().json()["accessToken"])

    def set_password(self) -> None:
        subprocess.run(
            [*LUNEO, "user", "password", OWNER, "--data", str(self.data)],
            input=f"{PASSWORD}\n", text=True, check=True, capture_output=True, env=environment(),
        )  # fmt: skip

    @cached_property
    def platform(self) -> str:
        keys = installation_keys.load(self.data / "keys" / "installation.json")
        return str(Keyring(keys).platform_key())

    # Calls

    @patient
    def by_rest(self, binding: Binding, request: Message, credential: str) -> list[Message]:
        """Make a call over HTTP; return its answer, of a stream all. Raises Failed."""
        call = http_call(binding, json_format.MessageToDict(request))
        answer = self._http.request(
            call.method, call.target, json=call.body, headers=self.shown(credential)
        )
        if answer.status_code != 200:
            raise Failed(_status(answer.json()["error"]))
        kind = GetMessageClass(binding.output_type)
        if binding.rpc.server_streaming:
            lines = [json.loads(line) for line in answer.text.splitlines() if line.strip()]
            return [json_format.ParseDict(line["result"], kind()) for line in lines]
        if binding.output_type.full_name == "google.api.HttpBody":
            return [kind(content_type=answer.headers["content-type"], data=answer.content)]
        return [json_format.Parse(answer.text, kind())]

    @patient
    def by_grpc(self, binding: Binding, request: Message, credential: str) -> list[Message]:
        """Make the same call over gRPC. Raises Failed."""
        rpc, kind = binding.rpc, GetMessageClass(binding.output_type)
        path = f"/{rpc.containing_service.full_name}/{rpc.name}"
        opened = self._channel.unary_stream if rpc.server_streaming else self._channel.unary_unary
        call = opened(path, lambda one: one.SerializeToString(), kind.FromString)
        metadata = tuple(self.shown(credential).items())
        try:
            answer: Any = call(request, timeout=TIMEOUT_S, metadata=metadata)
            return list(answer) if rpc.server_streaming else [answer]
        except grpc.RpcError as error:
            raise Failed(_of_grpc(error)) from None


def _of_grpc(error: Any) -> status_pb2.Status:
    status: status_pb2.Status | None = rpc_status.from_call(error)
    assert status is not None, error
    return status


def _status(error: dict[str, Any]) -> status_pb2.Status:
    code = code_pb2.Code.Value(error["status"])
    body = {"code": code, "message": error["message"], "details": error["details"]}
    return json_format.ParseDict(body, status_pb2.Status())


def cut(value: Any) -> Any:
    """Return an answer in JSON with bytes and long lists shortened, for the API document."""
    if isinstance(value, dict):
        return {name: cut(one) for name, one in value.items()}
    if isinstance(value, list):
        return [cut(one) for one in value[:_LONGEST_LIST]]
    return value


_LONGEST_LIST = 6
