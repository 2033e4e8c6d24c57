"""What the operations of an OpenAPI document share: errors, headers, credentials.

Errors have two forms (`gateway/status.py`, `gateway/edge/problems.py`); the schemas here are held to
what both write by `tests/gateway/test_openapi_answers.py`.
"""

from __future__ import annotations

from typing import Any, Final

from gateway.edge.problems import PROBLEM
from gateway.schemas import Schema
from gateway.transcode import JSON

_TEXT: Final[Schema] = {"type": "string"}
_URL: Final = "type.googleapis.com/google.rpc."


def _detail(kind: str, description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {"@type": {"const": _URL + kind}, **properties},
        "required": ["@type"],
    }


_VIOLATION: Final[Schema] = {
    "type": "object",
    "properties": {
        "field": {**_TEXT, "description": "Path in JSON names; missing for the whole request."},
        "reason": {**_TEXT, "description": "Stable, UPPER_SNAKE."},
        "description": {**_TEXT, "description": "A sentence for people."},
    },
}
_REASON: Final[Schema] = {**_TEXT, "description": "What happened, stable, UPPER_SNAKE."}
_METADATA: Final[Schema] = {
    "type": "object",
    "description": "What belongs to the reason, such as the scope that is missing.",
    "additionalProperties": _TEXT,
}
SCHEMAS: Final[dict[str, Schema]] = {
    "Error": {
        "type": "object",
        "description": "A call that failed: a google.rpc.Status with typed details.",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {"type": "integer", "description": "The HTTP status."},
                    "message": {**_TEXT, "description": "A sentence for people."},
                    "status": {**_TEXT, "description": "The name of the gRPC code."},
                    "details": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/ErrorDetail"},
                    },
                },
                "required": ["code", "message", "status", "details"],
            }
        },
        "required": ["error"],
    },
    "ErrorDetail": {
        "description": "One typed detail; `@type` says which. Others may be added.",
        "anyOf": [
            _detail("ErrorInfo", "Why.", reason=_REASON, domain=_TEXT, metadata=_METADATA),
            _detail(
                "BadRequest",
                "Which fields are at fault.",
                fieldViolations={
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Violation"},
                },
            ),
            _detail(
                "RetryInfo",
                "When to come back.",
                retryDelay={**_TEXT, "pattern": r"^[0-9]+(\.[0-9]+)?s$"},
            ),
            _detail("RequestInfo", "What to give to support.", requestId=_TEXT),
            {
                "type": "object",
                "properties": {"@type": _TEXT},
                "required": ["@type"],
            },
        ],
    },
    "Violation": {"description": "A field at fault.", **_VIOLATION},
    "Problem": {
        "type": "object",
        "description": "The same error as problem details (RFC 9457), for `Accept: "
        + PROBLEM
        + "`.",
        "properties": {
            "type": {**_TEXT, "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {**_TEXT, "description": "A sentence for people."},
            "reason": _REASON,
            "code": {**_TEXT, "description": "The name of the gRPC code."},
            "correlationId": _TEXT,
            "metadata": _METADATA,
            "violations": {"type": "array", "items": {"$ref": "#/components/schemas/Violation"}},
            "violated-policies": {"type": "array", "items": _TEXT},
            "details": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["type", "title", "status", "detail", "reason", "code"],
    },
}

HEADERS: Final[dict[str, Schema]] = {
    "X-Correlation-Id": {
        "description": "Names this call in the logs; give it to support.",
        "schema": _TEXT,
    },
    "ETag": {
        "description": "The state of the resource, for If-None-Match and If-Match.",
        "schema": _TEXT,
    },
    "RateLimit-Policy": {
        "description": 'The quotas of this call, such as `"key";q=1000;w=10`.',
        "schema": _TEXT,
    },
    "RateLimit": {
        "description": 'What is left of the nearest one, such as `"key";r=990;t=1`.',
        "schema": _TEXT,
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "How to show who calls.", "schema": _TEXT},
    "Allow": {"description": "The methods of this path.", "schema": _TEXT},
}

PARAMETERS: Final[dict[str, Schema]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes repeating safe: for 24 hours the same key gets the first answer. "
        "The same as `requestId`; with another body it is refused.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that was read. If the resource has changed since, nothing happens: 412.",
        "schema": _TEXT,
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what you have. If it still holds, the answer is 304 without a body.",
        "schema": _TEXT,
    },
    "LastEventId": {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The id of the last event received: the stream goes on behind it.",
        "schema": _TEXT,
    },
    "Timeout": {
        "name": "X-Timeout",
        "in": "header",
        "description": "How long the call may take, in seconds; longer than the server allows is cut.",
        "schema": {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,20})?$"},
    },
}

_EVERYWHERE: Final = ("X-Correlation-Id", "RateLimit-Policy", "RateLimit")
# By status: the component's name, what it says, and headers of its own.
_FAILURES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "400": ("Refused", "The request is wrong, or cannot be done as things stand.", ()),
    "401": ("NoCredential", "No credential, or none that holds.", ("WWW-Authenticate",)),
    "403": ("Forbidden", "The credential lacks a scope or a role.", ()),
    "404": ("NotFound", "There is no such thing, or it is not yours.", ()),
    "409": ("Conflict", "It exists already, was changed by another, or is being made.", ()),
    "412": ("Stale", "If-Match names a state that is over.", ()),
    "413": ("TooLarge", "The body is larger than this call takes.", ()),
    "415": ("UnknownMediaType", "The body is not of a type that this call reads.", ()),
    "429": ("TooMany", "A quota is used up.", ("Retry-After",)),
    "500": ("Fault", "A fault of ours. The correlation id finds it.", ()),
    "503": ("Unavailable", "Overloaded, in maintenance or restarting.", ("Retry-After",)),
    "504": ("TooLate", "The deadline passed; look whether the call took effect, or repeat it.", ()),
    "default": ("Failed", "Any other error.", ()),
}


def headers(*names: str) -> Schema:
    """Return the headers of an answer: those of every answer and others."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*_EVERYWHERE, *names)}


def failure(status: str) -> Schema:
    """Return a reference to the answer of a status."""
    return {"$ref": f"#/components/responses/{_FAILURES[status][0]}"}


def failures() -> dict[str, Schema]:
    """Return the components that `failure` refers to."""
    content = {
        JSON: {"schema": {"$ref": "#/components/schemas/Error"}},
        PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
    return {
        name: {"description": said, "headers": headers(*more), "content": content}
        for name, said, more in _FAILURES.values()
    }


def parameter(name: str) -> Schema:
    """Return a reference to a header that clients send."""
    return {"$ref": f"#/components/parameters/{name}"}


CREDENTIALS: Final[dict[str, dict[str, Any]]] = {
    "publishableKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "`lpk_…`: for pages. It works from the origins that it names.",
    },
    "guestSession": {
        "type": "apiKey",
        "in": "header",
        "name": "Luneo-Session",
        "description": "A shopper's session beside a publishable key; see CreateGuestSession.",
    },
    "secretKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "`lsk_…`: for servers. It never goes into a page.",
    },
    "person": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A member of the brand; see SignIn.",
    },
    "platform": {
        "type": "http",
        "scheme": "bearer",
        "description": "The operator of the installation.",
    },
}
