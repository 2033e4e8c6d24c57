"""A server that the command line can find, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

import migrations
from services import composition
from services.cli.remote import Remote
from services.composition import Process
from services.runtime import installation_keys
from services.runtime.config import Settings
from services.runtime.grpc_server import GrpcServer


@dataclass(frozen=True, slots=True)
class Server:
    """environment: variables by which a command finds this server."""

    process: Process
    address: str
    environment: dict[str, str]

    def remote(self) -> Remote:
        """Its services, called as the operator."""
        return Remote(self.address, self.process.runtime.keyring.platform_key())

    def channel(self) -> grpc.Channel:
        return grpc.insecure_channel(self.address)


@contextmanager
def serving(data: Path, database_url: str, redis_url: str) -> Iterator[Server]:
    """Every service on a free port, on a database that is migrated first."""
    settings = Settings.from_environment(
        {}, data=data, database_url=database_url, redis_url=redis_url, log_level="error"
    )
    migrations.upgrade(database_url, keys=installation_keys.load(settings.keys_file))
    with composition.process("tests", settings) as process:
        server = GrpcServer(process.pipeline, "127.0.0.1:0", threads=8)
        server.start()
        try:
            yield Server(
                process,
                f"127.0.0.1:{server.port}",
                {
                    "LUNEO_DATA": str(data),
                    "LUNEO_GRPC_PORT": str(server.port),
                    "DATABASE_URL": database_url,
                    "REDIS_URL": redis_url,
                },
            )
        finally:
            server.stop(grace_s=5)
