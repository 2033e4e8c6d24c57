"""Parties take turns at the places of the gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from gateway.refusals import Refusal
from gateway.turns import Turns

LONG_S = 30.0


class Calls:
    """Calls that stay at work until they are told to end."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def make(self, *names: str, timeout_s: float = LONG_S) -> None:
        """A call's name is its party and a number: "a1"."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._call(name, timeout_s))
        await self.settle()

    async def _call(self, name: str, timeout_s: float) -> None:
        async with self._turns.turn(name[0], timeout_s):
            self.begun.append(name)
            await self._ends[name].wait()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
        await self.settle()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await self.settle()

    def task(self, name: str) -> asyncio.Task[None]:
        return self._tasks[name]

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, LONG_S))


def test_a_flood_leaves_a_place_for_the_first_call_of_another() -> None:
    async def test() -> None:
        calls = Calls(Turns(4))
        await calls.make(*(f"a{number}" for number in range(9)))
        assert calls.begun == ["a0", "a1", "a2"]
        await calls.make("b0")
        assert calls.begun[-1] == "b0"

    run(test())


def test_a_place_that_comes_free_goes_to_who_holds_the_fewest() -> None:
    async def test() -> None:
        calls = Calls(Turns(4))
        await calls.make("a0", "a1", "a2", "a3", "b0", "b1", "c0")
        assert calls.begun == ["a0", "a1", "a2", "b0"]
        await calls.end("a0")
        assert calls.begun[4:] == ["c0"]
        await calls.end("a1")
        assert calls.begun[5:] == ["a3"] or calls.begun[5:] == ["b1"]

    run(test())


def test_those_who_hold_as_many_take_turns() -> None:
    async def test() -> None:
        calls = Calls(Turns(1))
        await calls.make("a0", "a1", "a2", "b0", "b1", "b2")
        for done in range(6):
            await calls.end(calls.begun[done])
        assert calls.begun == ["a0", "a1", "b0", "a2", "b1", "b2"]

    run(test())


def test_who_gives_up_gives_its_place_or_its_turn_back() -> None:
    async def test() -> None:
        calls = Calls(Turns(1))
        await calls.make("a0", "b0", "c0")
        await calls.give_up("b0")
        await calls.give_up("a0")
        assert calls.begun == ["a0", "c0"]

    run(test())


def test_a_place_given_to_one_that_gives_up_at_that_moment_is_not_lost() -> None:
    async def test() -> None:
        calls = Calls(Turns(1))
        await calls.make("a0", "b0", "c0")
        calls.task("b0").cancel()
        await calls.end("a0")
        assert calls.begun == ["a0", "c0"]
        await calls.make("d0")
        calls.task("d0").cancel()  # after its place has been given
        await calls.end("c0")
        await calls.make("e0")
        assert calls.begun[-1] == "e0"

    run(test())


def test_nobody_waits_longer_than_the_deadline() -> None:
    async def test() -> None:
        calls = Calls(Turns(1))
        await calls.make("a0")
        await calls.make("b0", timeout_s=0.01)
        with pytest.raises(Refusal) as refused:
            await calls.task("b0")
        assert refused.value.http_status == 504

    run(test())


def test_the_room_for_waiting_is_not_for_one_alone() -> None:
    async def test() -> None:
        calls = Calls(Turns(1))
        await calls.make(*(f"a{number}" for number in range(60)))
        refused = [
            name for name in (f"a{number}" for number in range(60)) if calls.task(name).done()
        ]
        assert Counter(len(name) for name in refused).total() == 60 - 1 - 20
        with pytest.raises(Refusal) as refusal:
            await calls.task(refused[0])
        assert refusal.value.http_status == 503
        await calls.make("b0")
        assert not calls.task("b0").done()
        await calls.end("a0")
        await calls.end("a1")
        assert "b0" in calls.begun
        for name in refused[1:]:
            with pytest.raises(Refusal):
                await calls.task(name)

    run(test())
