"""PostgreSQL and Redis as children of this process, for a machine that has neither."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.runtime.embedded.errors import EmbeddedError
from services.runtime.embedded.postgres import Postgres
from services.runtime.embedded.redis import Redis

__all__ = ["EmbeddedError", "Postgres", "Redis", "Servers", "servers"]


@dataclass(frozen=True, slots=True)
class Servers:
    """The two running servers of one data folder."""

    postgres: Postgres
    redis: Redis

    @property
    def database_url(self) -> str:
        """The database `luneo` as its owner; other roles by `config.with_user`."""
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url


@contextmanager
def servers(data: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Run both servers of the data folder; stop them in the end. Raises EmbeddedError.

    durable=False leaves out the waits for the disk, for tests.
    """
    running = Servers(Postgres(data, durable=durable), Redis(data))
    with ExitStack() as stack:
        for server in (running.postgres, running.redis):
            stack.callback(server.stop)
            server.start()
        yield running
