"""How the application is put on a port."""

from __future__ import annotations

from typing import Final

import uvicorn

from gateway.app import GatewayApp
from gateway.edge.protocol import BoundedProtocol

_KEEP_ALIVE_S: Final = 75
_BACKLOG: Final = 1024
# Longer than a call may take by default, shorter than supervisors wait for a process.
_SHUTDOWN_S: Final = 20


def config(app: GatewayApp, host: str, port: int) -> uvicorn.Config:
    """Return the configuration of a server for the application.

    Logs are the pipeline's; forwarded headers are the gateway's own business (`trusted_hops`).
    """
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
