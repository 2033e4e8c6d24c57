"""Independent pieces of work at once, handed on in their order.

numpy works on large arrays without Python's lock, so that two threads keep two processors busy. Each piece is
computed as it is alone, and whoever sums them up does so in their order: no byte knows how many
processors there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from render_core.processors import processors_here

Item = TypeVar("Item")
Result = TypeVar("Result")

# More bring little: what Python itself does between arrays is one after the other.
MAX_THREADS: Final = 2


def threads_here() -> int:
    """Return how many threads are worth while: no more than processors that this process may use."""
    return min(processors_here(), MAX_THREADS)


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Yield what work makes of each item, in the order of items, with so many at work at once.

    Beside what is yielded at most threads + 1 results are kept. What work raises is raised in its turn;
    then, and where nobody asks for more, no further item is begun, and those at work are waited for.
    """
    if threads < 2:
        yield from map(work, items)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="scene") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
