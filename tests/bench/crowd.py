"""Many shoppers at one installation at once, and one brand's flood beside another's shoppers.

The load comes from this process, on the same processors: what is measured here is a bound.
"""

from __future__ import annotations

import asyncio
import base64
import io
import pickle
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image

from tests.bench.page_client import CallFailed, PageClient
from tests.bench.table import Measure, percentile
from tests.platform.installation import Installation, installation

SHOPPERS: Final = 50
LASTS_S: Final = 60.0
KEYSTROKES: Final = 8
PAUSES_S: Final = (0.15, 0.45)  # between two keystrokes
LOOKS_S: Final = (1.0, 3.0)  # at a picture, or away from the page
UPLOADS, KEEPS = 0.2, 0.3  # shares of the visits
PHOTOS: Final = 150  # taken before the minute begins, more than are uploaded in it

_PROJECT: Final = Path(__file__).resolve().parents[2]
FLOOD: Final = 10_000
ENOUGH: Final = 20  # previews that say something of the time in which left jobs are done
SENDERS: Final = 8
WATCHED: Final = 120  # previews of the other brand before, and at least as many during the flood
EVERY_S: Final = 0.25


def measures() -> Iterator[Measure]:
    with (
        tempfile.TemporaryDirectory(prefix="luneo-bench-") as folder,
        installation(Path(folder) / "data") as made,
    ):
        made.start(subcommand="demo")
        quiet, flooding = (Brand(made, name) for name in ("hearth-oak", "mugworks"))
        yield from asyncio.run(_shoppers(quiet))
        yield from asyncio.run(_flood(quiet, flooding))


class Brand:
    """A brand of the demo and one product of it whose text takes any name."""

    PRODUCTS: Final = {"hearth-oak": "walnut-plaque", "mugworks": "mug"}

    def __init__(self, made: Installation, name: str) -> None:
        self.rest: str = made.status()["rest"]
        brand = next(one for one in made.seeded()["brands"] if one["brand"] == name)
        self.name: str = brand["name"]
        self.publishable: str = brand["keys"]["publishable"]
        self.secret: str = brand["keys"]["secret"]
        self.product = f"{self.name}/products/{self.PRODUCTS[name]}"
        with httpx.Client(base_url=self.rest, headers={"x-api-key": self.secret}) as client:
            published = client.get(f"/v1/{self.product}:published").raise_for_status().json()
        self.revision: str = published["name"]
        self.zone = next(zone["id"] for zone in published["template"]["zones"] if "text" in zone)

    def design(self, text: str) -> dict[str, Any]:
        zones = {self.zone: {"text": {"text": text}}}
        return {"design": {"productRevision": self.revision, "zones": zones}}

    def page(self) -> PageClient:
        """Return what calls as a page that shows this brand's products."""
        return PageClient(self.rest, {"x-api-key": self.publishable})

    def client(self, key: str, **headers: str) -> httpx.AsyncClient:
        shown = {"x-api-key": key, **headers}
        limits = httpx.Limits(max_connections=SENDERS)
        return httpx.AsyncClient(base_url=self.rest, headers=shown, timeout=60, limits=limits)


class Times:
    """How long calls took in milliseconds, by kind, and those that failed."""

    def __init__(self) -> None:
        self.of: defaultdict[str, list[float]] = defaultdict(list)
        self.failed: list[str] = []

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        except CallFailed as error:
            self.failed.append(f"{kind}: {error!r}")
        else:
            self.of[kind].append((time.perf_counter() - began) * 1e3)

    def all(self) -> list[float]:
        return [took for times in self.of.values() for took in times]


# Shoppers


async def _shoppers(brand: Brand) -> list[Measure]:
    times = Times()
    chance = random.Random(SHOPPERS)
    photos = [_photo(chance) for _ in range(PHOTOS)]
    end = time.perf_counter() + LASTS_S
    await asyncio.gather(
        *(_shopper(brand, number, times, end, photos) for number in range(SHOPPERS))
    )
    calls = times.all()
    return [
        Measure(f"{SHOPPERS} shoppers, calls a second", len(calls) / LASTS_S, "1/s"),
        Measure(f"{SHOPPERS} shoppers, calls that failed", len(times.failed), "", goal=0.0),
        Measure(
            f"{SHOPPERS} shoppers, p95 of all calls", percentile(calls, 0.95), "ms", goal=200.0
        ),
        *(
            Measure(f"  {kind}, p95 of {len(found)}", percentile(found, 0.95), "ms", goal=200.0)
            for kind, found in sorted(times.of.items())
        ),
    ]


async def _shopper(brand: Brand, number: int, times: Times, end: float, photos: list[str]) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, LOOKS_S[1]))
    page = brand.page()
    made = await page.post(f"/v1/{brand.name}/guestSessions", {})
    page.headers["luneo-session"] = made["token"]
    visit = 0
    while time.perf_counter() < end:
        visit += 1
        await _visit(brand, page, f"Shopper {number}\nvisit {visit}", chance, times, photos)
        await asyncio.sleep(chance.uniform(*LOOKS_S))
    await page.close()


async def _visit(
    brand: Brand,
    page: PageClient,
    text: str,
    chance: random.Random,
    times: Times,
    photos: list[str],
) -> None:
    """A name is typed, looked at, and now and then a photo comes or the design is kept."""
    with times.timed("product"):
        await page.get(f"/v1/{brand.product}:published")
    for typed in range(len(text) - KEYSTROKES, len(text)):
        with times.timed("compose"):
            await page.post(f"/v1/{brand.name}/designs:compose", brand.design(text[: typed + 1]))
        await asyncio.sleep(chance.uniform(*PAUSES_S))
    await _preview(brand, page, text, times)
    await asyncio.sleep(chance.uniform(*LOOKS_S))
    if chance.random() < UPLOADS:
        body = {"asset": {"displayName": "A photo"}, "data": photos.pop()}
        with times.timed("upload"):
            await page.post(f"/v1/{brand.name}/assets", body)
    if chance.random() < KEEPS:
        with times.timed("keep"):
            await page.post(f"/v1/{brand.name}/snapshots", brand.design(text))


async def _preview(brand: Brand, page: PageClient, text: str, times: Times) -> None:
    """Ask for a picture that nobody has seen, wait for it, and see it once more."""
    with times.timed("new preview with its picture"):
        asked = await page.post(f"/v1/{brand.name}/previews", brand.design(text))
        await page.get(asked["uri"])
    with times.timed("picture seen before"):
        await page.get(asked["uri"])


def _photo(chance: random.Random) -> str:
    """A photo of a phone, made small by the page as it does: about 200 KB."""
    noise = Image.frombytes("RGB", (120, 90), chance.randbytes(120 * 90 * 3))
    out = io.BytesIO()
    noise.resize((1200, 900), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return base64.b64encode(out.getvalue()).decode()


# A flood


async def _flood(quiet: Brand, flooding: Brand) -> list[Measure]:
    page = quiet.page()
    await _watch(quiet, page, "Warm", lambda made: made == 8)
    alone = await _watch(quiet, page, "Alone", lambda made: made == WATCHED)
    sending = asyncio.create_task(_sent(flooding, FLOOD))
    beside = await _watch(quiet, page, "Beside", lambda made: made >= WATCHED and sending.done())
    refused, sent_s = await sending
    behind = await _behind(quiet, flooding, page)
    await page.close()
    peer, p95 = "p95 without the flood", percentile(alone, 0.95)

    def measured(when: str, times: list[float]) -> Measure:
        name = f"preview of another brand, p95 of {len(times)} while {when}"
        return Measure(name, percentile(times, 0.95), "ms", peer, p95, 2.0, True)

    return [
        Measure("flood, jobs a second taken", (FLOOD - refused) / sent_s, "1/s"),
        measured(f"{FLOOD} jobs come and are done", beside),
        *([measured("those left are done", behind)] if len(behind) >= ENOUGH else []),
    ]


async def _behind(quiet: Brand, flooding: Brand, page: PageClient) -> list[float]:
    """Measure until the jobs are done, or the other brand was watched for long enough."""
    behind: list[float] = []
    while len(behind) < WATCHED and not await _is_done(flooding):
        what = f"Behind {len(behind)}"
        behind += await _watch(quiet, page, what, lambda made: made == 5)
    return behind


async def _watch(brand: Brand, page: PageClient, what: str, enough: Any) -> list[float]:
    times = Times()
    made = 0
    while not enough(made):
        made += 1
        await _preview(brand, page, f"{what}\n{made}", times)
        await asyncio.sleep(EVERY_S)
    assert not times.failed, times.failed
    return times.of["new preview with its picture"]


async def _sent(brand: Brand, jobs: int) -> tuple[int, float]:
    """Make a flood from another process; return the calls refused, and the seconds it took."""
    command = (sys.executable, "-m", "tests.bench.flood", str(jobs))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=_PROJECT, stdin=pipe, stdout=pipe)
    out, _ = await process.communicate(pickle.dumps(brand))
    assert process.returncode == 0
    refused, seconds = out.split()
    return int(refused), float(seconds)


async def _is_done(brand: Brand) -> bool:
    """Whether the newest operation of a brand is done: the flood is, then."""
    async with brand.client(brand.secret) as client:
        answer = await client.get(f"/v1/{brand.name}/operations", params={"pageSize": 1})
    (newest,) = answer.raise_for_status().json()["operations"]
    return bool(newest.get("done"))
