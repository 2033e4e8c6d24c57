"""The processes that work on what was queued: the relay and the workers."""

from __future__ import annotations

import math
import signal
import threading
from contextlib import ExitStack
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services import composition
from services.runtime import installation_keys, loaded, metrics_port, telemetry
from services.runtime.bulk import IDLE_LIMIT_S, BulkProcess
from services.runtime.config import Settings
from services.runtime.database import Database
from services.runtime.priority import BEHIND_OTHERS, step_back
from services.runtime.queue import run_worker
from services.runtime.queue_policy import Lanes
from services.runtime.relay import Relay
from services.runtime.schedule import Schedule
from services.tenant.people import all_brands


class Bulk(StrEnum):
    """Who works what goes beyond a brand's allowance.

    here: this process, which keeps a thread free of it. apart: a process of its own, behind all
    others, that is there while there is bulk. only: this is that process.
    """

    HERE = "here"
    APART = "apart"
    ONLY = "only"


_LANES: Final = {Bulk.HERE: Lanes.BOTH, Bulk.APART: Lanes.FRONT, Bulk.ONLY: Lanes.BULK}

# Long enough to finish a preview, short enough for the supervisor, which waits a little longer.
DRAIN_LIMIT_S = 25.0


def work(
    settings: Settings, *, queues: tuple[str, ...] | None = None, bulk: Bulk = Bulk.HERE
) -> None:
    """Do queued work until SIGTERM, and ask for what recurs.

    queues: only these; None for all. bulk: who works what goes beyond a brand's allowance.
    """
    beside = None
    if bulk is Bulk.ONLY:
        step_back(BEHIND_OTHERS)
    elif bulk is Bulk.APART:
        chosen = ("--queues", ",".join(queues)) if queues else ()
        beside = BulkProcess("work", "--bulk", Bulk.ONLY.value, *chosen)
    with composition.process("worker", settings) as process, ExitStack() as stack:
        actors = [actor for service in process.services for actor in service.actors]
        if settings.clean_up_hours and bulk is not Bulk.ONLY:
            period = timedelta(hours=settings.clean_up_hours)
            schedule = Schedule(process.runtime, actors, all_brands, period)
            stack.enter_context(schedule.running())
        loaded.settle()
        run_worker(
            process.runtime.database,
            settings.redis_url,
            actors,
            queues=queues,
            lanes=_LANES[bulk],
            threads=settings.worker_threads,
            drain_s=DRAIN_LIMIT_S,
            idle_limit_s=IDLE_LIMIT_S if bulk is Bulk.ONLY else math.inf,
            bulk=beside,
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
