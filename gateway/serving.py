"""How the application is put on a port."""

from __future__ import annotations

import resource
from typing import Final

import structlog
import uvicorn

from gateway.app import GatewayApp
from gateway.edge.protocol import BoundedProtocol

_KEEP_ALIVE_S: Final = 75
_BACKLOG: Final = 1024
# Longer than a call may take by default, shorter than supervisors wait for a process.
_SHUTDOWN_S: Final = 20
# Connections of calls, of the database and the queue, and files, beside the streams.
_DESCRIPTORS: Final = 2_048

_log = structlog.get_logger(__name__)


def config(app: GatewayApp, host: str, port: int) -> uvicorn.Config:
    """Return the configuration of a server for the application.

    Logs are the pipeline's; forwarded headers are the gateway's own business (`trusted_hops`).
    The process may have as many files open afterwards as there may be streams and calls.
    """
    _allow_descriptors(app.most_streams + _DESCRIPTORS)
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )


def _allow_descriptors(wanted: int) -> None:
    """Raise the limit of open files, which is often 1,024 for no reason but age."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        _log.warning("few files may be open: streams may be refused", wanted=wanted, limit=hard)
