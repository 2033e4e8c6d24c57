"""Calls a Luneo installation.

from luneo_client import Luneo, types

luneo = Luneo("http://localhost:8400", key="lsk_…")
"""

from __future__ import annotations

from luneo_client import types
from luneo_client.async_client import AsyncLuneo
from luneo_client.client import Luneo
from luneo_client.errors import (
    Aborted,
    AlreadyExists,
    ConnectionFailed,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    LuneoError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Violation,
)
from luneo_client.message import Message
from luneo_client.rpc import Download

__all__ = [
    "Aborted",
    "AlreadyExists",
    "AsyncLuneo",
    "ConnectionFailed",
    "DeadlineExceeded",
    "Download",
    "FailedPrecondition",
    "InvalidArgument",
    "Luneo",
    "LuneoError",
    "Message",
    "NotFound",
    "PermissionDenied",
    "ResourceExhausted",
    "Unauthenticated",
    "Unavailable",
    "Violation",
    "types",
]
