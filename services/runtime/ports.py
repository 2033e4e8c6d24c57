"""The ports that an installation listens on: whether they are free, and whether they answer."""

from __future__ import annotations

import http.client
import socket
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

import psutil

ANSWER_LIMIT_S: Final = 5.0


class PortTaken(Exception):
    """A port is in use; `str()` names who has it and the flag that chooses another."""


def require_free(host: str, port: int, flag: str) -> None:
    """Raise PortTaken unless this process could listen on the port."""
    for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(address)
            except PermissionError:
                raise PortTaken(
                    f"Port {port} is kept for the system's own services. "
                    f"Choose one from 1024 on: {flag} {8000 + port}."
                ) from None
            except OSError as error:
                raise PortTaken(
                    f"Port {port} on {host} cannot be used ({error.strerror}){_holder(port)}. "
                    f"Stop what listens there, or choose another port: {flag} {_another(port)}."
                ) from None


def answers(url: str) -> bool:
    """Whether a GET of this http URL is answered with a status below 400."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=ANSWER_LIMIT_S
    )
    with closing(connection):
        try:
            connection.request("GET", parts.path or "/")
            return connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False


def reachable(host: str) -> str:
    """Return a host name by which this machine reaches a listener on `host`."""
    named = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  not a listener
    return f"[{named}]" if ":" in named and not named.startswith("[") else named


def _holder(port: int) -> str:
    try:
        listeners = [
            c for c in psutil.net_connections(kind="tcp")
            if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port and c.pid
        ]  # fmt: skip
        if listeners:
            process = psutil.Process(listeners[0].pid)
            return f": {process.name()}, pid {process.pid}, has it"
    except psutil.Error:
        pass
    return ""


def _another(port: int) -> int:
    """Return a port that is free at this moment, near by."""
    for candidate in range(port + 10, min(port + 500, 65535), 10):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    return port + 10 if port < 65000 else port - 1000
