"""Who a process is to others: a SPIFFE id in the certificate that it shows.

    spiffe://luneo.internal/service/spec      answers calls, and calls others as itself
    spiffe://luneo.internal/gateway/gateway   passes on calls of clients, with their credentials
    spiffe://luneo.internal/client/operator   a client itself

A certificate with any other id, or with none, may call nothing.

Source: the SPIFFE-ID standard, "SPIFFE Identity and Verifiable Identity Document", 2 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

TRUST_DOMAIN: Final = "luneo.internal"
_URI: Final = re.compile(rf"spiffe://{re.escape(TRUST_DOMAIN)}/([a-z]+)/([a-z0-9-]{{1,63}})")


class Role(StrEnum):
    """What a process may do in a call; the first part of its id's path."""

    SERVICE = "service"
    GATEWAY = "gateway"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Identity:
    """A process by role and name; the name is one of a DNS label."""

    role: Role
    name: str

    @property
    def uri(self) -> str:
        return f"spiffe://{TRUST_DOMAIN}/{self.role}/{self.name}"

    @classmethod
    def parse(cls, uri: str) -> Self | None:
        """Return the identity that a URI names, None if it names none of ours."""
        found = _URI.fullmatch(uri)
        if found is None or found[1] not in list(Role):
            return None
        return cls(Role(found[1]), found[2])

    @classmethod
    def of_peer(cls, auth: Mapping[str, Iterable[bytes]]) -> Self | None:
        """Return who is at the other end of a connection, from gRPC's authentication context.

        None unless the verified certificate has exactly one URI, as SPIFFE asks for.
        """
        uris = list(auth.get("peer_uri", ()))
        return cls.parse(uris[0].decode("utf-8", "replace")) if len(uris) == 1 else None


def dns_name(service: str) -> str:
    """Return the name by which clients know a server of a service, wherever it runs."""
    return f"{service}.{TRUST_DOMAIN}"
