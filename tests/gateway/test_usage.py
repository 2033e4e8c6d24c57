"""Parties that have had much stand back for others, and nobody stands still."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.turns import Turns
from gateway.usage import _KEPT, LATELY_S, MUCH_S, NOTICED_S, STANDS_BACK_S, THERE_S, Usage


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def used(usage: Usage, clock: Clock, party: str, places: int, for_s: float) -> None:
    usage.came(party)
    usage.holds(party, places)
    clock.now_s += for_s
    usage.holds(party, -places)


def test_beside_one_that_has_had_little_who_has_had_much_gives_way_and_only_then() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 3, 10.0)
    usage.came("a")
    assert not usage.has_much_beside_others("a")
    used(usage, clock, "b", 1, 2 * NOTICED_S)
    assert usage.has_much_beside_others("a")
    assert not usage.has_much_beside_others("b")
    clock.now_s += 2 * THERE_S
    assert not usage.has_much_beside_others("a")  # the other has gone


def test_who_only_looks_or_comes_with_one_small_call_makes_nobody_give_way() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 3, 10.0)
    for number in range(20):
        usage.came(f"looks at pictures {number}")
        used(usage, clock, f"begins to shop {number}", 1, NOTICED_S / 5)
        assert not usage.has_much_beside_others("a")


def test_what_one_has_had_fades() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 1, 100 * LATELY_S)
    used(usage, clock, "b", 1, 2 * NOTICED_S)
    assert usage.has_much_beside_others("a")
    clock.now_s += 3 * LATELY_S
    usage.came("b")
    assert not usage.has_much_beside_others("a")


def test_who_takes_as_much_is_no_longer_given_way_to() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 1, 20.0)
    used(usage, clock, "b", 3, 2.0)
    usage.came("b")
    assert not usage.has_much_beside_others("a")


def test_small_parties_do_not_stand_in_each_others_way() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 1, MUCH_S / 2)
    usage.came("b")
    assert not usage.has_much_beside_others("a")


def test_who_has_had_much_begins_nothing_beside_another_at_work_and_never_stands_still() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "b", 1, 2 * NOTICED_S)
    used(usage, clock, "a", 1, 2 * MUCH_S)
    usage.came("b")
    assert usage.stands_back_s("a") == 0.0  # less than half of a place: nobody is at work
    usage.holds("b", 1)
    assert usage.stands_back_s("a") == pytest.approx(STANDS_BACK_S)
    assert usage.stands_back_s("b") == 0.0
    clock.now_s += STANDS_BACK_S / 2
    assert usage.stands_back_s("a") == pytest.approx(STANDS_BACK_S / 2)
    usage.holds("b", -1)
    assert usage.stands_back_s("a") == 0.0
    usage.holds("b", 1)
    clock.now_s += STANDS_BACK_S
    assert usage.stands_back_s("a") == 0.0  # the other is long at work


def test_beside_another_who_has_had_more_than_half_of_a_place_rests_as_long_as_it_worked() -> None:
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "a", 1, 20.0)
    used(usage, clock, "b", 1, 4 * NOTICED_S)
    used(usage, clock, "a", 1, 0.02)
    assert usage.stands_back_s("a") == pytest.approx(0.02)
    clock.now_s += 0.01
    assert usage.stands_back_s("a") == pytest.approx(0.01)
    clock.now_s += 0.02
    assert usage.stands_back_s("a") == 0.0
    used(usage, clock, "a", 1, 4 * STANDS_BACK_S)
    usage.came("b")
    assert usage.stands_back_s("a") == pytest.approx(STANDS_BACK_S)


def test_a_flood_beside_another_works_half_of_the_time() -> None:
    """As a sender without end makes it: a call of 15 ms, a rest, a call of 15 ms."""
    clock = Clock()
    usage = Usage(clock)
    used(usage, clock, "flood", 3, 10.0)
    began_s, worked_s = clock.now_s, 0.0
    while clock.now_s < began_s + 60.0:
        usage.came("small")
        used(usage, clock, "small", 1, 0.005)
        clock.now_s += usage.stands_back_s("flood")
        used(usage, clock, "flood", 1, 0.015)
        worked_s += 0.015
    assert 0.45 <= worked_s / 60.0 <= 0.55


def test_parties_without_number_are_not_kept_without_limit() -> None:
    clock = Clock()
    usage = Usage(clock)
    for number in range(3 * _KEPT):
        used(usage, clock, f"p{number}", 1, 0.05)
    assert len(usage._used) <= _KEPT
    assert len(usage._came) <= THERE_S / 0.05 + 2


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Calls:
    """Calls of parties at one gateway: some compute, some wait."""

    def __init__(self, clock: Clock, places: int) -> None:
        self._clock = clock
        usage = Usage(clock)
        self.works = Turns(places, usage)
        self.waits = Turns(places, usage, counted=False)
        self.at_work: list[str] = []
        self.served: Counter[str] = Counter()

    def make(self, party: str) -> None:
        self.works.when(party, 30.0, lambda: self.at_work.append(party), lambda: None)

    async def end(self, party: str) -> None:
        self.at_work.remove(party)
        self.served[party] += 1
        self.works.end(party)
        for _ in range(3):
            await asyncio.sleep(0)

    async def pass_by(self, seconds: float) -> None:
        """Let so much time go by; the timers of a loop look a little later than they were set to."""
        self._clock.now_s += seconds
        await asyncio.sleep(STANDS_BACK_S + 0.05)


def test_a_flood_goes_on_with_one_call_beside_another_and_with_all_again_after_it(
    clock: Clock,
) -> None:
    async def test() -> None:
        calls = Calls(clock, 4)
        for _ in range(20):
            calls.make("flood")
        clock.now_s += 10.0
        calls.make("small")  # it asks for a picture
        clock.now_s += 2 * NOTICED_S
        await calls.end("small")
        calls.waits.when("small", 30.0, lambda: None, lambda: None)  # and waits for it
        for left in (2, 1, 0):
            await calls.end("flood")
            assert calls.at_work.count("flood") == left
        for _ in range(3):
            await calls.pass_by(STANDS_BACK_S)
            assert calls.at_work.count("flood") == 1
            clock.now_s += STANDS_BACK_S / 2
            await calls.end("flood")
            assert not calls.at_work  # it rests
        calls.make("small")
        await calls.pass_by(STANDS_BACK_S / 2)
        assert calls.at_work == ["small"]  # the flood begins nothing beside it
        await calls.end("small")
        await calls.pass_by(STANDS_BACK_S)
        assert calls.at_work == ["flood"]
        clock.now_s += 2 * THERE_S
        await calls.end("flood")
        assert calls.at_work.count("flood") == 3

    asyncio.run(test())


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.randoms())
def test_every_party_is_served_and_no_place_stays_empty_that_one_alone_may_have(
    senders: list[int], chance: random.Random
) -> None:
    """Closed loops: each party has so many senders, each sends again when it has its answer."""

    async def test() -> None:
        clock = Clock()
        calls = Calls(clock, 4)
        parties = {f"p{number}": count for number, count in enumerate(senders)}
        for party, count in parties.items():
            for _ in range(count):
                calls.make(party)
        for _ in range(60 * len(parties)):
            if not calls.at_work:  # those left stand back from one that has gone
                clock.now_s += STANDS_BACK_S
                calls.works._look()
            assert calls.at_work, "work stands still"
            clock.now_s += 0.02
            done = chance.choice(calls.at_work)
            await calls.end(done)
            calls.make(done)
        for party in parties:
            assert calls.served[party] >= 6, calls.served

    asyncio.run(test())
