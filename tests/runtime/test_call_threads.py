"""Threads for calls: none is lost, none waits for a thread that could be had, few are woken."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from services.runtime.call_threads import CallThreads

PATIENCE_S = 30.0


@pytest.fixture
def four() -> Iterator[CallThreads]:
    threads = CallThreads(4, "call")
    yield threads
    threads.shutdown()


def until_done(count: threading.Semaphore, number: int) -> None:
    for _ in range(number):
        assert count.acquire(timeout=PATIENCE_S)


def test_short_work_of_one_moment_is_done_in_its_order_by_few_threads(four: CallThreads) -> None:
    done, order, by = threading.Semaphore(0), list[int](), set[int]()

    def work(number: int) -> None:
        order.append(number)
        by.add(threading.get_ident())
        done.release()

    for begin in range(0, 1000, 10):
        for number in range(begin, begin + 10):
            four.add(partial(work, number))
        four.wake()
        until_done(done, 10)
    assert Counter(order) == Counter(range(1000))
    moved = sum(abs(at - number) > 4 for at, number in enumerate(order))
    assert moved == 0, order
    assert len(by) <= 4


def test_work_that_waits_leaves_the_rest_to_other_threads(four: CallThreads) -> None:
    """All four must wait at the same time for any of them to go on; one is woken by us."""
    together, done = threading.Barrier(4), threading.Semaphore(0)
    for _ in range(100):
        for _ in range(4):
            four.add(lambda: (together.wait(PATIENCE_S), done.release()))
        four.wake()
        until_done(done, 4)


def test_no_more_threads_work_than_there_may_be(four: CallThreads) -> None:
    lock, at_work, most, done = threading.Lock(), [0], [0], threading.Semaphore(0)

    def work() -> None:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.002)
        with lock:
            at_work[0] -= 1
        done.release()

    for _ in range(100):
        four.add(work)
    four.wake()
    until_done(done, 100)
    assert most[0] == 4


def test_work_that_comes_as_the_last_thread_falls_asleep_is_done(four: CallThreads) -> None:
    done = threading.Semaphore(0)
    for _ in range(20_000):
        four.add(done.release)
        four.wake()
        assert done.acquire(timeout=PATIENCE_S)


def test_everything_is_done_once_whoever_adds_and_however_long_it_takes(four: CallThreads) -> None:
    dice, done, counts = random.Random(4), threading.Semaphore(0), Counter[int]()
    pauses = [dice.choice((0, 0, 0, 0.0005)) for _ in range(4_000)]

    def work(number: int) -> None:
        if pauses[number]:
            time.sleep(pauses[number])
        counts[number] += 1
        done.release()

    def add(numbers: range) -> None:
        for number in numbers:
            four.add(partial(work, number))
            if number % 3 == 0:
                four.wake()
        four.wake()

    adders = [
        threading.Thread(target=add, args=(range(at, at + 1_000),)) for at in range(0, 4_000, 1_000)
    ]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    until_done(done, 4_000)
    assert counts == Counter(range(4_000))


def test_a_place_that_is_left_is_not_worked_at() -> None:
    threads, hold, done = CallThreads(1, "call"), threading.Event(), list[str]()
    first = threads.add(hold.wait)
    threads.wake()
    second, third = (
        threads.add(lambda: done.append("second")),
        threads.add(lambda: done.append("third")),
    )
    assert second.leave()
    assert not second.leave()
    hold.set()
    threads.shutdown()
    assert not first.leave()
    assert not third.leave()
    assert done == ["third"]


def test_what_waits_at_the_end_is_dropped_or_done() -> None:
    for drop in (True, False):
        threads, hold, done = CallThreads(1, "call"), threading.Event(), list[int]()
        threads.add(hold.wait)
        threads.wake()
        threads.add(partial(done.append, 1))
        ending = threading.Thread(target=threads.shutdown, kwargs={"cancel_futures": drop})
        time.sleep(0.05)  # the first has begun
        ending.start()
        time.sleep(0.05)
        hold.set()
        ending.join(PATIENCE_S)
        assert done == ([] if drop else [1])
        with pytest.raises(RuntimeError):
            threads.add(lambda: None)


def test_it_is_an_executor_for_what_needs_one(four: CallThreads) -> None:
    assert [one.result(PATIENCE_S) for one in [four.submit(divmod, 7, n) for n in (2, 3)]] == [
        (3, 1),
        (2, 1),
    ]
    with pytest.raises(ZeroDivisionError):
        four.submit(divmod, 1, 0).result(PATIENCE_S)


def test_what_work_raises_costs_no_thread() -> None:
    threads = CallThreads(1, "call")
    threads.add(partial(divmod, 1, 0))
    threads.wake()
    assert threads.submit(divmod, 7, 2).result(PATIENCE_S) == (3, 1)
    threads.shutdown()
