"""Outgoing HTTP whose connected address is checked: a name cannot lead into our own network.

The check is made on the address of the open socket, after DNS, and before a byte is sent; redirects
are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from typing import Final
from urllib.parse import SplitResult, urlsplit

LIMIT_BYTES: Final = 1_000_000
TIMEOUT_S: Final = 5.0


class EgressRefused(OSError):
    """The address, the answer's size or its status is not what may be fetched."""


def fetch(
    url: str,
    *,
    allow_private: bool = False,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = TIMEOUT_S,
) -> bytes:
    """Return the body that a GET of `url` answers with status 200.

    allow_private: whether an address inside our own network may be reached.
    Raises OSError (EgressRefused where the reason is ours).
    """
    parts = urlsplit(url)
    connection = _connection(parts, allow_private, timeout_s)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read(limit_bytes + 1)
    except http.client.HTTPException as error:
        raise EgressRefused(f"{parts.hostname} did not answer in HTTP: {error!r}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise EgressRefused(f"{parts.hostname} answered {answer.status}")
    if len(body) > limit_bytes:
        raise EgressRefused(f"{parts.hostname} answered more than {limit_bytes} bytes")
    return body


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public Internet, embedded IPv4 unwrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _connection(
    parts: SplitResult, allow_private: bool, timeout_s: float
) -> http.client.HTTPConnection:
    host = parts.hostname
    if host is None or parts.scheme not in ("http", "https"):
        raise EgressRefused("only http and https addresses are fetched")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connected = _open_socket(host, port, allow_private, timeout_s)
    connection = http.client.HTTPConnection(parts.netloc.rpartition("@")[2], timeout=timeout_s)
    if parts.scheme == "https":
        connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
    connection.sock = connected
    return connection


def _open_socket(host: str, port: int, allow_private: bool, timeout_s: float) -> socket.socket:
    connected = socket.create_connection((host, port), timeout=timeout_s)
    address = connected.getpeername()[0]
    if not allow_private and not is_public(address):
        connected.close()
        raise EgressRefused(f"{host} leads to {address}, which is not a public address")
    return connected
