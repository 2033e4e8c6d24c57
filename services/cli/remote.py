"""Calls of the command line to a running installation, over gRPC, with a key of the operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from services.cli import demo_file
from services.cli.exits import CommandError, Exit
from services.runtime import installation_keys, ports
from services.runtime.config import Settings
from services.runtime.keyring import Keyring
from services.runtime.mesh.channels import for_threads
from services.runtime.mesh.security import Security
from services.runtime.state import State

TIMEOUT_S = 60.0
LOOK_S = 2.0
_SERVICE = "tenant"

_EXIT_OF = {
    grpc.StatusCode.INVALID_ARGUMENT: Exit.BAD_INPUT,
    grpc.StatusCode.FAILED_PRECONDITION: Exit.BAD_INPUT,
    grpc.StatusCode.ALREADY_EXISTS: Exit.BAD_INPUT,
    grpc.StatusCode.NOT_FOUND: Exit.NO_INPUT,
    grpc.StatusCode.PERMISSION_DENIED: Exit.NOT_ALLOWED,
    grpc.StatusCode.UNAUTHENTICATED: Exit.NOT_ALLOWED,
    grpc.StatusCode.UNAVAILABLE: Exit.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: Exit.UNAVAILABLE,
}


class Remote:
    """One installation's services: `remote.call(stub_class, "Method", request)`."""

    def __init__(self, address: str, key: str, security: Security | None = None) -> None:
        self._channels = for_threads(_SERVICE, address, security or Security())
        self._key = key

    def with_key(self, key: str) -> Remote:
        """Return the same installation, called with another key."""
        other = object.__new__(Remote)
        other._channels, other._key = self._channels, key
        return other

    def call(self, stub: Any, method: str, request: Any) -> Any:
        """Return the response; raises CommandError with the service's own sentence."""
        try:
            return self.attempt(stub, method, request)
        except grpc.RpcError as error:
            raise explained(error) from error

    def attempt(self, stub: Any, method: str, request: Any) -> Any:
        """Return the response; raises grpc.RpcError."""
        metadata = (("x-api-key", self._key),)
        with self._channels.lease(retried=False) as channel:
            return getattr(stub(channel), method)(
                request, metadata=metadata, timeout=TIMEOUT_S, wait_for_ready=True
            )

    def close(self) -> None:
        self._channels.close()


def explained(error: Any) -> CommandError:
    """Return how a command ends after this RpcError: its sentence, a line for each wrong field."""
    status = rpc_status.from_call(error)
    code: Any = error.code()
    if status is None:
        return CommandError(
            f"The services do not answer ({error.details()}). See `luneo doctor`.", Exit.UNAVAILABLE
        )
    lines = [status.message]
    wrong = error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(wrong):
            lines += [f"  {one.field}: {one.description}" for one in wrong.field_violations]
    return CommandError("\n".join(lines), _EXIT_OF.get(code, Exit.DEFECT))


@contextmanager
def operator(settings: Settings) -> Iterator[Remote]:
    """Yield the installation of these settings, called as its operator."""
    address = _address(settings)
    remote = Remote(address, operator_key(settings), Security.of(settings))
    try:
        yield remote
    except CommandError as error:
        if error.exit_code is Exit.NOT_ALLOWED:
            raise CommandError(
                f"{address} runs with other keys than {settings.keys_file}. Name its data folder "
                "with --data, or its LUNEO_KEYS_FILE.",
                Exit.NOT_ALLOWED,
            ) from error
        raise
    finally:
        remote.close()


@contextmanager
def with_brand_key(settings: Settings, brand: str, key: str) -> Iterator[Remote]:
    """Yield the installation of these settings, called with a brand's key: that, else the demo's."""
    address = _address(settings)
    key = key or _demo_key(settings, brand)
    if not key:
        raise CommandError(
            f"Name a secret key of {brand} with --key or LUNEO_KEY. "
            f"`luneo key create {brand} --secret` makes one.",
            Exit.NOT_ALLOWED,
        )
    remote = Remote(address, key, Security.of(settings))
    try:
        yield remote
    finally:
        remote.close()


def _demo_key(settings: Settings, brand: str) -> str:
    known = demo_file.read(settings.data).get("brands", [])
    return next((one["keys"]["operator"] for one in known if one["brand"] == brand), "")


def _address(settings: Settings) -> str:
    """Return where the services answer.

    That is what `luneo up` runs in the data folder, or else the server where the settings have it: of a
    fleet, or of the container that this command runs in.
    """
    state = State.read(settings.data)
    address = state.grpc if state else _server(settings)
    if not address:
        raise CommandError(
            f"Nothing runs in {settings.data}. Start it with `luneo up`, or name another --data.",
            Exit.NOT_RUNNING,
        )
    return address


def _server(settings: Settings) -> str:
    """Return where a server answers that uses the keys of these settings, "" if none does."""
    if not settings.keys_file.exists():
        return ""
    here = f"{ports.reachable(settings.host)}:{settings.grpc_port}"
    address = settings.addresses().get(_SERVICE, here)
    channels = for_threads(_SERVICE, address, Security.of(settings))
    try:
        with channels.lease(retried=False) as channel:
            grpc.channel_ready_future(channel).result(timeout=LOOK_S)
    except grpc.FutureTimeoutError:
        return ""
    finally:
        channels.close()
    return address


def operator_key(settings: Settings) -> str:
    """Return the key by which the operator of this installation calls."""
    return Keyring(installation_keys.load(settings.keys_file)).platform_key()
