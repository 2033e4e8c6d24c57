"""How a call is written for a shell and for the Python client, from an example."""

from __future__ import annotations

import json
import shlex
from typing import Final

from gateway.api_calls import HttpCall, http_call
from gateway.api_examples import Example
from gateway.clients import python_call
from gateway.routes import Binding

_BASE: Final = "http://localhost:8400"
_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "secretKey": ("x-api-key: $LUNEO_KEY",),
    "publishableKey": ("x-api-key: $LUNEO_KEY",),
    "guestSession": ("x-api-key: $LUNEO_KEY", "luneo-session: $LUNEO_SESSION"),
    "person": ("authorization: Bearer $LUNEO_TOKEN",),
    "platform": ("authorization: Bearer $LUNEO_TOKEN",),
}


def of(binding: Binding, example: Example) -> list[dict[str, str]]:
    """Return the samples, as `x-codeSamples` has them."""
    return [
        {"lang": "Shell", "label": "curl", "source": shell(binding, example)},
        {"lang": "Python", "label": "Python", "source": python_call.source(binding, example)},
    ]


def shell(binding: Binding, example: Example) -> str:
    """Return a command with curl; credentials are variables of the shell."""
    call = http_call(binding, example.request)
    parts = ["curl -sS"]
    if call.method not in ("GET", "POST") or (call.method == "POST" and call.body is None):
        parts[0] += f" -X {call.method}"
    if binding.rpc.server_streaming:
        parts[0] += "N"
    parts += [f'-H "{header}"' for header in _SHOWN.get(example.credential, ())]
    parts += _body(call)
    # Single quotes: a shell would read `?`, `&` and `*`.
    parts.append(shlex.quote(_BASE + call.target))
    return " \\\n  ".join(parts)


def _body(call: HttpCall) -> list[str]:
    if call.body is None:
        return []
    text = json.dumps(call.body, ensure_ascii=False, indent=2)
    return ["-H 'content-type: application/json'", f"-d {shlex.quote(text)}"]
