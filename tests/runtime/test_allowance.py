"""What a brand may have done in front of all bulk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.runtime.allowance import Allowances
from services.runtime.queue_policy import QUEUES, Lanes

QUEUE = QUEUES["render-preview"]


def take(
    allowances: Allowances, jobs: int, now_s: float, *, brand: str = "a", left: int = 0
) -> int:
    return allowances.take(QUEUE, brand, jobs, left=left, workers=1, now_s=now_s)


def test_a_burst_goes_in_front_and_then_so_many_a_second() -> None:
    allowances = Allowances()
    assert take(allowances, QUEUE.burst + 5, 0.0) == QUEUE.burst
    assert take(allowances, 5, 0.0) == 0
    assert take(allowances, 100, 2.0) == 2 * QUEUE.per_s
    assert take(allowances, 100, 1000.0) == QUEUE.burst


def test_more_workers_allow_more() -> None:
    allowances = Allowances()
    take(allowances, QUEUE.burst, 0.0)
    assert allowances.take(QUEUE, "a", 100, left=0, workers=2, now_s=1.0) == 2 * QUEUE.per_s


def test_a_brand_with_a_backlog_has_none_until_it_has_caught_up() -> None:
    allowances = Allowances()
    assert take(allowances, 2, 0.0, left=QUEUE.burst + 1) == 0
    assert take(allowances, 2, 60.0, left=QUEUE.burst + 1) == 0
    assert take(allowances, 2, 60.0, left=QUEUE.burst) == 0
    assert take(allowances, 2, 61.0, left=0) == 2


def test_one_brand_leaves_the_allowance_of_another_alone() -> None:
    allowances = Allowances()
    take(allowances, 1000, 0.0, left=10_000)
    assert take(allowances, 3, 0.0, brand="b") == 3


def test_a_queue_with_one_lane_has_no_bulk() -> None:
    queue = QUEUES["render-final"]
    assert queue.lanes(Lanes.BULK) == ()
    assert queue.lanes(Lanes.BOTH) == ("render-final",)
    assert Allowances().take(queue, "a", 500, left=500, workers=1, now_s=0.0) == 500


def test_brands_without_number_are_not_kept_without_limit() -> None:
    allowances = Allowances()
    for number in range(10_100):
        take(allowances, 1, 0.0, brand=f"b{number}")
    assert len(allowances._buckets) == 10_000


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 40), st.floats(0, 5)), min_size=1, max_size=60
    )
)
def test_nobody_gets_more_in_front_than_burst_and_rate(steps: list[tuple[int, int, float]]) -> None:
    allowances, now_s, given_s = Allowances(), 0.0, []
    for jobs, left, pause_s in steps:
        now_s += pause_s
        front = take(allowances, jobs, now_s, left=left)
        assert 0 <= front <= jobs
        given_s += [now_s] * front
    for first, begin_s in enumerate(given_s):
        for last, end_s in enumerate(given_s[first:], 1):
            assert last <= QUEUE.burst + QUEUE.per_s * (end_s - begin_s) + 1e-6
