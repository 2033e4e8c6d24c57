"""What a request passes on its way to a service, in this order, and its answer in the other.

    cors, compression, rate limit, token, errors, transcoding, deadline, router

Rights are judged by the services, on the decoded message; here a token is only looked at, so that
one which is forged or expired costs no call. API keys pass: only the services know them.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from services.runtime.mesh.envoy import clusters, scripts
from services.runtime.mesh.envoy.extensions import EXTENSIONS
from services.runtime.mesh.envoy.routes import Json, path_of, seconds
from services.runtime.mesh.envoy.topology import Issuer, Rate, Topology
from services.runtime.tokens import LEEWAY_S

_FILTER: Final = f"{EXTENSIONS}.filters.http"
_FILL_S: Final = 0.1
_ADDRESSES: Final = 10_000  # whose calls are counted at a time; the one longest unseen is forgotten
_JWKS_KEPT_S: Final = 600
_COMPRESSED_FROM_BYTES: Final = 1024
_ALWAYS: Final = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
_KEYS: Final = r"(?i)bearer +l(pk|sk|op)_.*"


def chain(topology: Topology, descriptors: bytes, largest: tuple[int, int]) -> list[Json]:
    """Return the HTTP filters.

    descriptors: a FileDescriptorSet. largest: body of a request, and of an answer; bytes.
    """
    tokens = [_tokens(topology, topology.issuer)] if topology.issuer else []
    streams = (
        path_of(rpc)
        for upstream in topology.upstreams
        for service in upstream.services
        for rpc in service.methods
        if rpc.server_streaming
    )
    return [
        _named("cors", "cors.v3.Cors"),
        _compression(),
        _rates(topology),
        *tokens,
        _script("errors", scripts.errors()),
        transcoding(topology, descriptors, largest),
        _script("deadlines", scripts.deadlines(streams, topology.limits)),
        _named("router", "router.v3.Router", suppress_envoy_headers=True),
    ]


def transcoding(topology: Topology, descriptors: bytes, largest: tuple[int, int]) -> Json:
    """Return the transcoder; what it does not know, or what says two things, it refuses."""
    return _named(
        "grpc_json_transcoder",
        "grpc_json_transcoder.v3.GrpcJsonTranscoder",
        proto_descriptor_bin=base64.b64encode(descriptors).decode("ascii"),
        services=[one.full_name for up in topology.upstreams for one in up.services],
        convert_grpc_status=True,
        url_unescape_spec="ALL_CHARACTERS_EXCEPT_SLASH",
        query_param_unescape_plus=True,
        match_unregistered_custom_verb=True,
        max_request_body_size=largest[0],
        max_response_body_size=largest[1],
        print_options={"stream_newline_delimited": True},
        request_validation_options={
            "reject_unknown_method": True,
            "reject_unknown_query_parameters": True,
            "reject_binding_body_field_collisions": True,
        },
    )


def _tokens(topology: Topology, issuer: Issuer) -> Json:
    uri = {"uri": clusters.jwks_uri(topology), "cluster": clusters.ISSUER, "timeout": "5s"}
    provider = {
        "issuer": issuer.name,
        "audiences": [issuer.audience],
        "clock_skew_seconds": LEEWAY_S,
        "forward": True,
        "from_headers": [{"name": "Authorization", "value_prefix": "Bearer "}],
        "remote_jwks": {
            "http_uri": uri,
            "cache_duration": seconds(_JWKS_KEPT_S),
            "async_fetch": {"fast_listener": True},
            "retry_policy": {"num_retries": 2},
        },
    }
    with_key = {"name": "x-api-key", "present_match": True}
    key = {"name": "authorization", "string_match": {"safe_regex": {"regex": _KEYS}}}
    shown = {"name": "authorization", "present_match": True}
    return _named(
        "jwt_authn",
        "jwt_authn.v3.JwtAuthentication",
        providers={"luneo": provider},
        rules=[
            {"match": {"prefix": "/", "headers": [with_key]}},  # then it is the key that counts
            {"match": {"prefix": "/", "headers": [key]}},
            {
                "match": {"prefix": "/", "headers": [shown]},
                "requires": {"provider_name": "luneo"},
            },
        ],
    )


def _rates(topology: Topology) -> Json:
    """Count the calls of each address, and of each key: the stricter says no."""
    limits = topology.limits
    by_key = {"request_headers": {"header_name": "x-api-key", "descriptor_key": "key"}}
    return _named(
        "local_ratelimit",
        "local_ratelimit.v3.LocalRateLimit",
        stat_prefix="edge",
        filter_enabled=_ALWAYS,
        filter_enforced=_ALWAYS,
        # Every call is of an address, so the bucket of all is never asked; Envoy wants one.
        token_bucket=_bucket(limits.address),
        always_consume_default_token_bucket=False,
        max_dynamic_descriptors=_ADDRESSES,
        rate_limits=[{"actions": [{"remote_address": {}}]}, {"actions": [by_key]}],
        descriptors=[
            {"entries": [{"key": "remote_address"}], "token_bucket": _bucket(limits.address)},
            {"entries": [{"key": "key"}], "token_bucket": _bucket(limits.key)},
        ],
        enable_x_ratelimit_headers="DRAFT_VERSION_03",
    )


def _bucket(rate: Rate) -> Json:
    return {
        "max_tokens": rate.burst,
        "tokens_per_fill": max(1, round(rate.per_s * _FILL_S)),
        "fill_interval": seconds(_FILL_S),
    }


def _compression() -> Json:
    library = {
        "name": "gzip",
        "typed_config": {"@type": f"{EXTENSIONS}.compression.gzip.compressor.v3.Gzip"},
    }
    common = {"min_content_length": _COMPRESSED_FROM_BYTES}
    return _named(
        "compressor",
        "compressor.v3.Compressor",
        response_direction_config={"common_config": common},
        compressor_library=library,
    )


def _script(name: str, text: str) -> Json:
    filter_ = _named("lua", "lua.v3.Lua", default_source_code={"inline_string": text})
    return {**filter_, "name": f"{filter_['name']}.{name}"}


def _named(name: str, kind: str, **options: Any) -> Json:
    return {
        "name": f"envoy.filters.http.{name}",
        "typed_config": {"@type": f"{_FILTER}.{kind}", **options},
    }
