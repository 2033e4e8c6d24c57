"""The processes that work on what was queued: the relay and the workers."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from datetime import timedelta

from services import composition
from services.runtime import installation_keys, metrics_port, telemetry
from services.runtime.config import Settings
from services.runtime.database import Database
from services.runtime.queue import run_worker
from services.runtime.relay import Relay
from services.runtime.schedule import Schedule
from services.tenant.people import all_brands

# Long enough to finish a preview, short enough for the supervisor, which waits a little longer.
DRAIN_LIMIT_S = 25.0


def work(settings: Settings, *, queues: tuple[str, ...] | None = None) -> None:
    """Do queued work until SIGTERM, and ask for what recurs. queues: only these; None for all."""
    with composition.process("worker", settings) as process, ExitStack() as stack:
        actors = [actor for service in process.services for actor in service.actors]
        if settings.clean_up_hours:
            period = timedelta(hours=settings.clean_up_hours)
            schedule = Schedule(process.runtime, actors, all_brands, period)
            stack.enter_context(schedule.running())
        run_worker(
            process.runtime.database,
            settings.redis_url,
            actors,
            queues=queues,
            threads=settings.worker_threads,
            drain_s=DRAIN_LIMIT_S,
        )


def relay(settings: Settings) -> None:
    """Move committed messages to the queue until SIGTERM."""
    composition.observe("relay", settings)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    database = Database.from_settings(settings, installation_keys.load(settings.keys_file))
    thread = threading.Thread(target=Relay(database, settings.redis_url).run, args=(stopped,))
    thread.start()
    with metrics_port.open_port(settings, telemetry.Backlog(database)):
        while thread.is_alive():
            thread.join(1)
    database.close()
