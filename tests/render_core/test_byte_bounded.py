"""Caches bounded by bytes, and by what their values weigh."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from render_core.byte_bounded import ByteBounded
from render_core.recently_used import RecentlyUsed


def test_the_bound_holds_whatever_is_put() -> None:
    cache = ByteBounded[int](1000)
    for key in range(10_000):
        cache.put(key, key, 1 + key % 97)
        assert cache.held_bytes <= 1000
    assert cache.get(9_999) == 9_999
    assert cache.get(0) is None


def test_what_is_asked_for_again_stays() -> None:
    cache = ByteBounded[str](1000)
    cache.put("kept", "value", 10)
    for key in range(1000):
        cache.put(key, "other", 50)
        assert cache.get("kept") == "value"


def test_a_value_larger_than_half_of_the_room_is_not_kept() -> None:
    cache = ByteBounded[str](1000)
    cache.put("large", "value", 501)
    assert cache.get("large") is None
    assert cache.held_bytes == 0


def test_a_value_put_twice_counts_once() -> None:
    cache = ByteBounded[str](1000)
    cache.put("same", "value", 100)
    cache.put("same", "value", 100)
    assert cache.held_bytes == 100


def test_threads_share_a_cache() -> None:
    cache = ByteBounded[int](2000)

    def work(seed: int) -> None:
        for step in range(3000):
            key = (seed * 31 + step) % 60
            known = cache.get(key)
            assert known in (None, key)
            cache.put(key, key, 30)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert cache.held_bytes <= 2000


def test_heavy_values_make_room_for_each_other() -> None:
    cache = RecentlyUsed[bytes](100, len)
    made = []

    def value(size: int) -> bytes:
        made.append(size)
        return bytes(size)

    for size in (40, 50, 60, 40):
        cache.get(size, lambda size=size: value(size))  # type: ignore[misc]
    assert made == [40, 50, 60, 40]
    cache.get(500, lambda: value(500))
    cache.get(500, lambda: value(500))
    assert made[4:] == [500]
