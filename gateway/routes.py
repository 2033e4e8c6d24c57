"""The routing table: which rpc a method and a path mean.

Read off the `google.api.http` options of the services mounted. A literal segment wins over `*`,
`*` over `**`, from left to right; two bindings that would match the same paths for the same method
are refused when the table is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor, ServiceDescriptor

from gateway import httprule
from gateway.httprule import RuleError, Segment, Template, Wild
from gateway.refusals import invalid, method_not_allowed, no_such_path

ANY_METHOD = "*"
_MAX_SEGMENTS = 64
# Paths that come again are not taken apart again.
_REMEMBERED = 4096
_SHORT = 200


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One way to call an rpc over HTTP.

    http_method: upper case, or ANY_METHOD. body: a field of the request, "*" for all of it, "" for
    none. response_body: a field of the response, or "" for all of it.
    """

    rpc: MethodDescriptor
    http_method: str
    template: Template
    body: str
    response_body: str

    @property
    def full_method(self) -> str:
        """The name by which gRPC calls it: `/package.Service/Method`."""
        return f"/{self.rpc.containing_service.full_name}/{self.rpc.name}"

    @property
    def input_type(self) -> Descriptor:
        """The request message."""
        return self.rpc.input_type

    @property
    def output_type(self) -> Descriptor:
        """The response message, or each message of the stream."""
        return self.rpc.output_type

    @property
    def path_fields(self) -> list[tuple[str, ...]]:
        """The fields of the request that the path sets, each by the names on the way to it."""
        return [variable.field_path for variable in self.template.variables]


@dataclass(frozen=True, slots=True)
class Match:
    """A binding and the values of its path variables, by field path. One for many requests."""

    binding: Binding
    captures: Mapping[tuple[str, ...], str]


class _Node:
    __slots__ = ("children", "ends")

    def __init__(self) -> None:
        self.children: dict[Segment, _Node] = {}
        self.ends: dict[str, dict[str, Binding]] = {}


class RouteTable:
    """Finds the binding for a method and a path."""

    def __init__(self, services: Iterable[ServiceDescriptor]) -> None:
        """Raises RuleError with a line for each option that cannot be served or that conflicts
        with another."""
        self._root = _Node()
        self._verbs: set[str] = set()
        self._known: dict[tuple[str, str], Match] = {}
        problems: list[str] = []
        self.bindings = tuple(_bindings(services, problems))
        for binding in self.bindings:
            self._add(binding, problems)
        if problems:
            raise RuleError("\n".join(problems))

    def match(self, method: str, raw_path: str) -> Match:
        """Return the binding for a request.

        raw_path: percent-encoded, without the query. HEAD is served by the binding of GET.
        Raises Refusal: 404 for an unknown path, 405 with `allow` for another method, 400 for a path
        that cannot be decoded.
        """
        known = self._known.get((method, raw_path))
        if known is not None:
            return known
        found = self._match(method, raw_path)
        if len(raw_path) <= _SHORT:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[method, raw_path] = found
        return found

    def _match(self, method: str, raw_path: str) -> Match:
        segments, verb = self._split(raw_path)
        wanted = "GET" if method == "HEAD" else method
        allowed: set[str] = set()
        for node in _walk(self._root, [httprule.decode_segment(raw) for raw in segments], 0):
            ends = node.ends.get(verb)
            if ends is None:
                continue
            binding = ends.get(method) or ends.get(wanted) or ends.get(ANY_METHOD)
            if binding is not None:
                return Match(binding, binding.template.capture(segments))
            allowed.update(ends)
        if not allowed:
            raise no_such_path()
        raise method_not_allowed(method, allow_header(allowed))

    def methods(self, raw_path: str) -> frozenset[str]:
        """Return the methods that a path takes. Raises Refusal (404) if it takes none."""
        segments, verb = self._split(raw_path)
        found: set[str] = set()
        for node in _walk(self._root, [httprule.decode_segment(raw) for raw in segments], 0):
            found.update(node.ends.get(verb, ()))
        if not found:
            raise no_such_path()
        return frozenset(found)

    def _split(self, raw_path: str) -> tuple[list[str], str]:
        """Return the segments, still encoded, and the verb if it is one that a template has."""
        if not raw_path.startswith("/"):
            raise no_such_path()
        segments = raw_path[1:].split("/") if raw_path != "/" else []
        if len(segments) > _MAX_SEGMENTS or "" in segments:
            raise no_such_path()
        verb = ""
        if segments:
            stem, colon, suffix = segments[-1].rpartition(":")
            if colon and stem and httprule.decode_segment(suffix) in self._verbs:
                segments[-1], verb = stem, httprule.decode_segment(suffix)
        if any(httprule.decode_segment(raw) in (".", "..") for raw in segments):
            raise invalid("MALFORMED_PATH", "The path holds a `.` or `..` segment.")
        return segments, verb

    def _add(self, binding: Binding, problems: list[str]) -> None:
        node = self._root
        for segment in binding.template.segments:
            node = node.children.setdefault(segment, _Node())
        ends = node.ends.setdefault(binding.template.verb, {})
        other = ends.setdefault(binding.http_method, binding)
        if other is not binding:
            problems.append(
                f"{binding.rpc.full_name} and {other.rpc.full_name} are both bound to "
                f"{binding.http_method} {binding.template.text}"
            )
        if binding.template.verb:
            self._verbs.add(binding.template.verb)


def allow_header(methods: Iterable[str]) -> str:
    """Return the value of `Allow` for the methods that bindings have."""
    found = set(methods)
    if ANY_METHOD in found:
        found = {"GET", "POST", "PUT", "PATCH", "DELETE"}
    if "GET" in found:
        found.add("HEAD")
    return ", ".join(sorted(found | {"OPTIONS"}))


def _walk(node: _Node, segments: list[str], at: int) -> Iterator[_Node]:
    """Yield the nodes that a path ends in, the most specific first."""
    if at == len(segments):
        yield node
    else:
        for key in (segments[at], Wild.ONE):
            child = node.children.get(key)
            if child is not None:
                yield from _walk(child, segments, at + 1)
    rest = node.children.get(Wild.REST)
    if rest is not None:
        yield rest


def is_bound(rpc: MethodDescriptor) -> bool:
    """Whether an rpc has a `google.api.http` option."""
    return bool(rpc.GetOptions().HasExtension(annotations_pb2.http))


def _bindings(services: Iterable[ServiceDescriptor], problems: list[str]) -> Iterator[Binding]:
    """Yield the bindings of all services; what cannot be one is added to the problems."""
    for service in services:
        for rpc in filter(is_bound, service.methods):
            if rpc.client_streaming:
                problems.append(f"{rpc.full_name}: a stream of requests cannot be called over HTTP")
                continue
            rule = rpc.GetOptions().Extensions[annotations_pb2.http]
            for each in (rule, *rule.additional_bindings):
                try:
                    yield _of_rule(rpc, each, nested=each is not rule)
                except RuleError as error:
                    problems.append(f"{rpc.full_name}: {error}")


def _of_rule(rpc: MethodDescriptor, rule: http_pb2.HttpRule, *, nested: bool) -> Binding:
    """Return the binding of one rule. nested: it is an additional one. Raises RuleError."""
    if nested and rule.additional_bindings:
        raise RuleError("additional bindings inside additional bindings")
    kind = rule.WhichOneof("pattern")
    if kind is None:
        raise RuleError("the rule names no HTTP method")
    method, path = (
        (rule.custom.kind.upper(), rule.custom.path)
        if kind == "custom"
        else (kind.upper(), getattr(rule, kind))
    )
    if not method:
        raise RuleError("the custom rule names no HTTP method")
    if rule.body and method in ("GET", "HEAD"):
        raise RuleError(f"{method} has no body")
    return Binding(rpc, method, httprule.parse(path), rule.body, rule.response_body)
