"""Two threads prepare a side sooner than one, and nothing else is different."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from render_core.errors import UnsupportedDesign
from render_core.scene import fragments, of_product, rasterise
from render_core.scene.at_once import MAX_THREADS, in_order, threads_here
from render_core.scene.camera import Eye
from render_core.scene.gbuffer import GBuffer, to_bytes
from render_core.scene.prepare import prepare
from tests.render_core.export.samples import MemoryLibrary, full_layout, template
from tests.render_core.scene.digests import CAMERA
from tests.render_core.scene.meshes import cylinder

SMALL = replace(CAMERA, width_px=96, height_px=96)


def test_a_side_has_the_same_bytes_with_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Worked on in many small chunks, so that threads meet often."""
    mesh = cylinder()
    whole = to_bytes(prepare(mesh, SMALL))
    monkeypatch.setattr(fragments, "CHUNK_PIXELS", 257)
    monkeypatch.setattr(rasterise, "CHUNK_ROWS", 1_000)
    monkeypatch.setattr(rasterise, "CHUNK_SAMPLES", 1_000)
    for threads in (1, 2, 3):
        assert to_bytes(prepare(mesh, SMALL, threads=threads)) == whole


@pytest.mark.parametrize("bound", ["MAX_SAMPLES", "MAX_ROWS"])
@pytest.mark.parametrize("threads", [1, 2])
def test_threads_spend_one_budget(
    monkeypatch: pytest.MonkeyPatch, bound: str, threads: int
) -> None:
    """No sample alone spends it, all four do: what is refused does not depend on threads."""
    corners = np.array([[(-1, -1, 2), (1, -1, 2), (0, 1, 2)]], np.float64)
    eye = Eye(
        np.zeros(3), np.array([1.0, 0, 0]), np.array([0.0, 1, 0]), np.array([0.0, 0, 1]),
        focal_px=64.0, near_m=0.1, width_px=64, height_px=64,
    )  # fmt: skip
    winners, _ = rasterise.visible(corners, eye, 4)
    spent = int((winners == 0).sum()) if bound == "MAX_SAMPLES" else 4 * 64
    monkeypatch.setattr(rasterise, bound, spent)
    rasterise.visible(corners, eye, 4, threads)
    monkeypatch.setattr(rasterise, bound, spent - 1)
    with pytest.raises(UnsupportedDesign, match="Too many large triangles"):
        rasterise.visible(corners, eye, 4, threads)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_results_come_in_order_and_few_are_kept(threads: int) -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for item in range(12):
            begun.append(item)
            yield item

    def work(item: int) -> int:
        time.sleep(0.002 * (item % 3))
        return item * item

    for taken, found in enumerate(in_order(work, items(), threads)):
        assert found == taken * taken
        assert len(begun) - taken <= threads + 1


def test_as_many_are_at_work_as_there_are_threads() -> None:
    both = threading.Barrier(2, timeout=10)
    assert list(in_order(lambda _: both.wait() >= 0, range(4), 2)) == [True] * 4


@pytest.mark.parametrize("threads", [1, 2])
def test_what_work_raises_ends_it_and_leaves_no_thread(threads: int) -> None:
    done: list[int] = []

    def work(item: int) -> int:
        if item == 3:
            raise UnsupportedDesign("TEST", "refused")
        done.append(item)
        return item

    found = in_order(work, range(1_000), threads)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(UnsupportedDesign, match="refused"):
        next(found)
    assert len(done) <= 3 + threads
    assert not _scene_threads()


def test_who_asks_for_no_more_stops_the_work() -> None:
    """As a time limit does, which raises in the thread that waits."""
    done: list[int] = []
    found = in_order(done.append, range(1_000), 2)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert len(done) <= 4
    assert not _scene_threads()


def test_there_are_no_more_threads_than_processors() -> None:
    assert 1 <= threads_here() <= MAX_THREADS
    if sys.platform == "linux":
        code = (
            "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
            "from render_core.scene.at_once import threads_here; print(threads_here())"
        )
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert found.stdout == b"1\n"
        assert threads_here() == min(len(os.sched_getaffinity(0)), MAX_THREADS)


def test_what_nobody_waits_for_is_prepared_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what a shopper waits for in as many as there are processors for."""
    library = MemoryLibrary()
    layout, model = full_layout(library), template(library).models[0]
    asked: list[int] = []

    def watched(*args: object, threads: int, **named: object) -> GBuffer:
        asked.append(threads)
        return prepare(*args, threads=threads, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(of_product, "prepare", watched)
    of_product.prepare_side(model, library, 17, 11, 48)
    of_product.preview_3d(layout, model, library, 17, 11, 49)
    assert asked == [1, threads_here()]


def _scene_threads() -> list[str]:
    return [of.name for of in threading.enumerate() if of.name.startswith("scene")]
