"""One binding at work: from a request that was matched to its answer."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from buf.validate import validate_pb2
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from luneo.options.v1 import access_pb2, waits_pb2

from gateway import answers, resume
from gateway.answers import SAFE
from gateway.edge import caching, idempotency
from gateway.exchange import Request, Response
from gateway.heavy import LIGHT_BYTES, HeavyWork
from gateway.invoker import DirectInvoker, Header, HeaderedInvoker, Invoker, headers_of, metadata_of
from gateway.refusals import Refusal, deadline_exceeded
from gateway.routes import Binding, Match
from gateway.settings import GatewaySettings
from gateway.transcode import Body, Payload, Transcoder
from gateway.turns import Turns
from services.runtime.pipeline import CallFailed

Outcome = Message | BaseException
_NEVER_DIRECT: Final = frozenset(("HEAD", "OPTIONS"))


class Endpoint:
    """Answers the requests of one binding.

    works, waits: the turns of calls that compute, and of those that mostly wait.
    rpc: "package.Service/Method".
    public: whether the rpc takes no credential. reads: whether it changes nothing. streaming: whether it answers with a stream.
    raw: whether it answers with bytes rather than JSON. resumable: whether its stream can be taken
    up where it broke off. body_limit: in bytes.
    """

    def __init__(
        self,
        binding: Binding,
        invoker: Invoker,
        heavy: HeavyWork,
        settings: GatewaySettings,
        *,
        works: Turns,
        waits: Turns,
    ) -> None:
        self.binding = binding
        self._transcoder = Transcoder(binding, settings.json)
        self._invoker = invoker
        self._headered = invoker if isinstance(invoker, HeaderedInvoker) else None
        self._passed = tuple(name.lower() for name in settings.passed_headers)
        self._heavy = heavy
        self._path = binding.full_method
        self.rpc = self._path[1:]
        self._begin = invoker.begins(self._path) if isinstance(invoker, DirectInvoker) else None
        self._turns = waits if _waits(binding) else works
        self.public = _is_public(binding)
        self.reads = _only_reads(binding)
        self.streaming = binding.rpc.server_streaming
        self.raw = self._transcoder.raw_response
        self.resumable = resume.is_resumable(binding)
        self.body_limit = _body_limit(binding, self._transcoder, settings)
        self._direct_bytes = min(self.body_limit, LIGHT_BYTES)

    def is_direct(self, request: Request, size: int) -> bool:
        """Whether a request with a body of `size` bytes needs nothing that has to be waited for
        but its turn and its call."""
        return (
            not self.streaming
            and size <= self._direct_bytes
            and request.method not in _NEVER_DIRECT
            and "content-encoding" not in request.headers
        )

    async def answer(
        self, match: Match, request: Request, data: bytes, timeout_s: float
    ) -> Response:
        """Return the answer of a unary call. Raises Refusal."""
        end_s = time.monotonic() + timeout_s
        message, conditional = await self._heavy.run(len(data), self.read, match, request, data)
        return await self.answer_read(message, request, end_s, conditional=conditional)

    async def answer_read(
        self, message: Message, request: Request, end_s: float, *, conditional: bool
    ) -> Response:
        """Return the answer of a unary call whose message is read. Raises Refusal.

        end_s: of the monotonic clock. conditional: If-Match was sent.
        """
        try:
            async with self._turns.turn(request.party, end_s - time.monotonic()):
                result, came = await self._call(message, request, end_s - time.monotonic())
        except CallFailed as failed:
            return self.failure(failed, conditional=conditional)
        response = await self.written(request, result)
        response.headers += came
        return response

    def begin(
        self, message: Message, request: Request, end_s: float, done: Callable[[Outcome], None]
    ) -> bool:
        """Begin a unary call when it has a place; return False if it has to be awaited.

        end_s: of the monotonic clock. done: called on this loop with what the call came to, or the
        Refusal, at once or later. Raises Refusal.
        """
        begin = self._begin
        if begin is None:
            return False
        party, turns = request.party, self._turns
        metadata = metadata_of(request, self._passed)

        def ended(outcome: Outcome) -> None:
            turns.end(party)
            done(outcome)

        def work() -> None:
            timeout_s = end_s - time.monotonic()
            try:
                if timeout_s <= 0:
                    raise deadline_exceeded()
                begin(self._path, message, metadata, timeout_s, ended, address=request.address)
            except (Refusal, RuntimeError) as error:  # the pool ends when the process does
                ended(error)

        turns.when(party, end_s - time.monotonic(), work, lambda: done(deadline_exceeded()))
        return True

    async def written(self, request: Request, result: Message) -> Response:
        """Return the answer that a response message of any size makes."""
        return await self._heavy.run(result.ByteSize(), self.write, request, result)

    def write(self, request: Request, result: Message) -> Response:
        """Return the answer that a response message makes."""
        return answers.of_message(self._transcoder, request, result)

    def failure(self, failed: CallFailed, *, conditional: bool = False) -> Response:
        """Return the answer to a call that failed."""
        response = answers.of_failure(failed, self.binding.input_type, conditional=conditional)
        response.headers += headers_of(failed)
        return response

    async def _call(
        self, message: Message, request: Request, timeout_s: float
    ) -> tuple[Message, list[Header]]:
        if timeout_s <= 0:
            raise deadline_exceeded()
        metadata = metadata_of(request, self._passed)
        if self._headered is not None:
            return await self._headered.unary_with_headers(
                self._path, message, metadata, timeout_s, address=request.address
            )
        result = await self._invoker.unary(
            self._path, message, metadata, timeout_s, address=request.address
        )
        return result, []

    async def open(
        self, match: Match, request: Request, data: bytes, timeout_s: float
    ) -> AsyncIterator[Message]:
        """Return the messages of a streaming call, which begins with the first. Raises Refusal."""
        message, _ = await self._heavy.run(len(data), self.read, match, request, data)
        if self.resumable:
            resume.set_token(message, request.headers.get(resume.HEADER, ""))
        metadata = metadata_of(request, self._passed)
        return self._invoker.stream(
            self._path, message, metadata, timeout_s, address=request.address
        )

    def payload(self, message: Message) -> Payload:
        """Return the body for one message of a stream."""
        return self._transcoder.response(message)

    def read(self, match: Match, request: Request, data: bytes) -> tuple[Message, bool]:
        """Return the request message and whether If-Match made it conditional. Raises Refusal."""
        body = Body(request.headers.get("content-type", ""), data)
        message = self._transcoder.request(match.captures, request.query, body)
        if request.method in SAFE:
            return message, False
        idempotency.set_request_id(message, request.headers.get(idempotency.HEADER))
        if_match = request.headers.get("if-match", "")
        return message, caching.set_if_match(message, if_match, self.binding.body)


def _waits(binding: Binding) -> bool:
    options: Any = binding.rpc.GetOptions()
    return bool(options.Extensions[waits_pb2.waits])


def _is_public(binding: Binding) -> bool:
    options: Any = binding.rpc.GetOptions()
    return bool(options.Extensions[access_pb2.access].public)


def _only_reads(binding: Binding) -> bool:
    level = binding.rpc.GetOptions().idempotency_level
    return binding.http_method in SAFE or level == MethodOptions.NO_SIDE_EFFECTS


def _body_limit(binding: Binding, transcoder: Transcoder, settings: GatewaySettings) -> int:
    """Return the largest body: more than usual where a field of bytes may hold more."""
    if transcoder.raw_request:
        return settings.raw_body_limit
    longest = max((_longest_bytes(field) for field in binding.input_type.fields), default=0)
    # Base64 makes four characters of three bytes.
    return settings.body_limit + longest // 3 * 4


def _longest_bytes(field: Any) -> int:
    if field.type != field.TYPE_BYTES:
        return 0
    rules = field.GetOptions().Extensions[validate_pb2.field]
    return int(rules.bytes.max_len)
