"""Irregular parts on sheets, one sheet after the other.

Each sheet is a strip of its height: as many parts as should fill it are packed as short as can be;
what reaches over the sheet's end, or meets what is fixed, goes back. Then what is left of all parts
is tried in the gaps and in holes. A sheet is repeated while there are copies for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from render_core.making.nest.check import Judge
from render_core.making.nest.pieces import Piece, half_um
from render_core.making.nest.raster import Mask, Raster
from render_core.making.nest.request import NestRequest, Stock, rotations_on, turns_freely
from render_core.making.nest.rows import rows
from render_core.making.nest.shapes import Shapes, shape_of
from render_core.making.nest.solution import NestedSheet, Placed
from render_core.making.nest.strip import Wanted, packed_strip, right_um
from render_core.making.nest.turning import Placement
from render_core.making.nest.watch import Watch

Laid = tuple[int, Placement]

# What share of a sheet a solver fills at first, before it has shown how much; and at most.
_FIRST_DENSITY: Final = 0.86
# A strip that did not become denser had no time: more is tried, and what is too much goes back.
_LEAST_DENSITY: Final = 0.75
_MOST_DENSITY: Final = 0.99
# What fills less than this share of a sheet's likely load fits for sure: all time is spent on it.
_EASY_SHARE: Final = 0.85
# A sheet that holds this share of it is not packed again.
_GOOD_ENOUGH: Final = 0.97
# And how much of the room in holes they are asked to.
_GUEST_SHARE: Final = 0.5
_FILL_SHARE: Final = 0.15
_LEAST_FILL_S: Final = 4.0
# With less time left than this, no strip is packed.
_LEAST_STRIP_S: Final = 2.0
# After so many parts for which there is no gap, only those this much smaller are tried.
_TRIES: Final = 4
_SMALLER: Final = 0.75


class _Region(NamedTuple):
    """Where grown rings may lie on a sheet. x, y: of its corner on the sheet."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> float:
        return float(self.width) * self.height


class Packer:
    """Packs one request; `left` is how many copies of each part are not placed yet."""

    def __init__(
        self,
        request: NestRequest,
        pieces: tuple[Piece, ...],
        shapes: Shapes,
        watch: Watch,
        seed: int,
    ) -> None:
        self._request = request
        self._pieces = pieces
        self._shapes = shapes
        self._watch = watch
        self._seed = seed
        self._judge = Judge(request, shapes, watch.look)
        self._half = half_um(request)
        self._density = _FIRST_DENSITY
        self._is_slow = False  # the solver had no answer in its time: it would have none again
        self.left = [part.quantity for part in request.parts]
        self._stocks_left = [stock.count for stock in request.stocks]
        self.sheets: list[tuple[int, list[Laid]]] = []
        self._turns: dict[tuple[int, str], tuple[int, ...]] = {}
        self._tried: dict[int, list[Laid]] = {}
        self._masks: dict[tuple[int, int, int], Mask] = {}
        self._largest_first = sorted(
            range(len(request.stocks)),
            key=lambda index: (-self._region(request.stocks[index]).area, index),
        )

    def packed(self) -> list[tuple[int, list[Laid]]]:
        """Return sheets until all parts are placed or no sheet takes any of those left."""
        is_timely = True
        while any(self.left):
            if is_timely and not self._watch.spare_s:
                is_timely = False
                for stock, laid in self._in_rows():
                    self._add(stock, laid)
                continue
            found = self._last_sheet() or self._full_sheet()
            if found is None:
                break
            self._accept(*found)
        return self.sheets

    def _in_rows(self) -> list[tuple[int, list[Laid]]]:
        """Return sheets of what is left, in the quickest way."""
        left, stocks = self.left, self._stocks_left
        return rows(self._request, self._shapes, left, stocks, self._watch.look)

    def _accept(self, stock: int, laid: list[Laid]) -> None:
        """Take a sheet as often as there are copies for it."""
        counts = _counted(laid)
        while self._stocks_left[stock] != 0 and all(
            self.left[part] >= count for part, count in counts.items()
        ):
            self._add(stock, laid)

    def _add(self, stock: int, laid: list[Laid]) -> None:
        self._tried.clear()
        self.sheets.append((stock, laid))
        count = self._stocks_left[stock]
        self._stocks_left[stock] = None if count is None else count - 1
        for part, _ in laid:
            self.left[part] -= 1
        placed = sum(part.quantity for part in self._request.parts) - sum(self.left)
        self._watch.placed(placed, len(self.sheets))

    def _last_sheet(self) -> tuple[int, list[Laid]] | None:
        """Return one sheet that takes all that is left, the smallest there is; None if none does."""
        area = self._area(dict(enumerate(self.left)))
        for stock in reversed(self._largest_first):
            region = self._region(self._request.stocks[stock])
            if self._stocks_left[stock] == 0 or area > region.area * max(self._density, 0.8):
                continue
            wanted = self._wanted(stock)
            if sum(wanted.values()) == sum(self.left):
                is_easy = area < _EASY_SHARE * region.area * self._density
                laid = self._sheet(stock, wanted, self._seconds(region, 1.0 if is_easy else 0.6))
                if len(laid) == sum(self.left):
                    return stock, laid
                self._tried[stock] = laid
        return None

    def _full_sheet(self) -> tuple[int, list[Laid]] | None:
        """Return the largest sheet that takes anything, filled as well as time allows."""
        for stock in self._largest_first:
            if self._stocks_left[stock] == 0:
                continue
            wanted = self._wanted(stock)
            if not wanted:
                continue
            region = self._region(self._request.stocks[stock])
            best = self._tried.pop(stock, [])
            seconds = self._seconds(region, 0.5)
            for attempt in range(1 if best or not seconds else 2):
                chosen = _share(wanted, self._pieces, region.area * self._density)
                laid = self._sheet(stock, chosen, seconds, attempt)
                if self._area(_counted(laid)) > self._area(_counted(best)):
                    best = laid
                if (
                    self._is_slow
                    or self._area(_counted(best)) >= _GOOD_ENOUGH * region.area * self._density
                ):
                    break
            if best:
                return stock, best
        return None

    def _seconds(self, region: _Region, share: float) -> float:
        """Return how many seconds one strip may take of the time that is left, 0 where it is too few."""
        sheets = max(self._area(dict(enumerate(self.left))) / (region.area * self._density), 1.0)
        sheets = float(int(sheets) + (sheets > int(sheets)))
        left = self._watch.left_s
        wanted = left * share / sheets
        if self._is_slow or left < _LEAST_STRIP_S:
            return 0.0
        return min(max(wanted, _LEAST_STRIP_S), left)

    def _wanted(self, stock: int) -> dict[int, int]:
        """Return how many copies are left of each part that fits a sheet."""
        return {
            part: copies
            for part, copies in enumerate(self.left)
            if copies and self._rotations(part, self._request.stocks[stock])
        }

    def _rotations(self, part: int, stock: Stock) -> tuple[int, ...]:
        """Return the rotations in which a part lies inside a sheet's usable area."""
        key = (part, stock.id)
        if key not in self._turns:
            left, top, right, bottom = self._request.usable_um(stock)
            allowed = rotations_on(self._request.parts[part], stock)
            if self._is_small(part, min(right - left, bottom - top)):
                self._turns[key] = allowed
            else:
                size = right - left, bottom - top
                self._turns[key] = tuple(one for one in allowed if self._fits(part, one, size))
        return self._turns[key]

    def _is_small(self, part: int, side: int) -> bool:
        """Return whether a part and its spacing fit a square, however it is turned."""
        width, height = self._pieces[part].extent(0)
        return width * width + height * height <= float(side) * side

    def _fits(self, part: int, rotation: int, size: tuple[int, int]) -> bool:
        shape = self._shapes.at(part, rotation)
        x0, y0, x1, y1 = shape.box
        off = 2 * shape.slack_um
        return x1 - x0 + off <= size[0] and y1 - y0 + off <= size[1]

    def _sheet(
        self, stock: int, chosen: Mapping[int, int], seconds: float, attempt: int = 0
    ) -> list[Laid]:
        """Return a sheet with what fits of the chosen parts, and more in its gaps."""
        sheet = self._request.stocks[stock]
        region = self._region(sheet)
        guests = self._guests(chosen, sheet)
        wanted = {
            part: Wanted(
                self._pieces[part],
                copies - guests.get(part, 0),
                rotations,
                self._is_free(part, sheet, region),
            )
            for part, copies in chosen.items()
            if copies > guests.get(part, 0) and (rotations := self._in_strip(part, sheet, region))
        }
        laid: list[Laid] = []
        if wanted and seconds:
            seed = self._seed + 31 * len(self.sheets) + attempt
            before = self._watch.left_s
            strip = packed_strip(wanted, region.height, seconds, seed, self._watch)
            self._is_slow = strip is None and self._watch.left_s < before - seconds
            if strip is not None:
                area = sum(self._pieces[part].load_um2 * copies for part, copies in chosen.items())
                reached = area / max(strip.width_um * region.height, 1.0)
                self._density = min(max(reached, _LEAST_DENSITY), _MOST_DENSITY)
                laid = [
                    (part, Placement(at.rotation, at.x_um + region.x, at.y_um + region.y))
                    for part, at in strip.laid
                    if right_um(self._pieces[part], at) <= region.width
                ]
        laid = self._sound(stock, laid)
        return self._sound(stock, self._filled(stock, laid, seconds)) or self._alone(stock, chosen)

    def _in_strip(self, part: int, sheet: Stock, region: _Region) -> tuple[int, ...]:
        piece, rotations = self._pieces[part], self._rotations(part, sheet)
        if self._is_small(part, min(region.width, region.height)):
            return rotations
        found = []
        for rotation in rotations:
            width, height = piece.extent(rotation)
            if width <= region.width and height <= region.height:
                found.append(rotation)
        return tuple(found)

    def _is_free(self, part: int, sheet: Stock, region: _Region) -> bool:
        """Return whether a part may be turned any way and lies inside the region in each."""
        is_small = self._is_small(part, min(region.width, region.height))
        return is_small and turns_freely(self._request.parts[part], sheet)

    def _filled(self, stock: int, laid: list[Laid], seconds: float) -> list[Laid]:
        """Return a sheet with more parts in its gaps and in holes, large ones first."""
        sheet = self._request.stocks[stock]
        region = self._region(sheet)
        used = Counter(part for part, _ in laid)
        room = region.area - sum(
            self._pieces[part].ring_area_um2 - self._pieces[part].hole_area_um2 for part, _ in laid
        )
        rest = [
            part
            for part, copies in enumerate(self.left)
            if copies > used[part] and self._pieces[part].ring_area_um2 <= room
        ]
        if not rest:
            return laid
        raster = self._raster(stock, laid, region)
        # Without a strip, this is all that there is: then it has all the time there is.
        spare = self._watch.spare_s
        least = spare - max(seconds * _FILL_SHARE, _LEAST_FILL_S) if laid else 0.0
        filled = list(laid)
        rest.sort(key=lambda part: (-self._pieces[part].ring_area_um2, part))
        failed, most = 0, region.area
        for part in rest:
            if self._pieces[part].ring_area_um2 > most:
                continue
            rotations = self._in_strip(part, sheet, region)
            placed = 0
            while placed < self.left[part] - used[part]:
                self._watch.look()
                if self._watch.spare_s <= max(least, 0.0):
                    return filled
                at = raster.place(self._pieces[part], rotations) if rotations else None
                if at is None:
                    break
                moved = Placement(at.rotation, at.x_um + region.x, at.y_um + region.y)
                filled.append((part, moved))
                placed += 1
            failed = 0 if placed else failed + 1
            if failed == _TRIES:
                failed, most = 0, self._pieces[part].ring_area_um2 * _SMALLER
        return filled

    def _raster(self, stock: int, laid: list[Laid], region: _Region) -> Raster:
        raster = Raster(region.width, region.height, self._masks)
        for part, at in laid:
            moved = Placement(at.rotation, at.x_um - region.x, at.y_um - region.y)
            raster.take(self._pieces[part], moved)
        for outline in self._request.fixed_on(self._request.stocks[stock]):
            shape = shape_of(outline)
            rings = [ring - np.array([region.x, region.y]) for ring in shape.rings]
            raster.take_fixed(rings, self._half + shape.slack_um + 1)
        return raster

    def _sound(self, stock: int, laid: list[Laid]) -> list[Laid]:
        """Return a sheet without what is misplaced or too near to others: it goes back."""
        placed = tuple(Placed(part, number, at) for number, (part, at) in enumerate(laid))
        sheet = NestedSheet(stock, placed)
        out = {one.copy for one in self._judge.misplaced(sheet)}
        for one, other in self._judge.collisions(sheet):
            if one.copy not in out and (other is None or other.copy not in out):
                out.add(one.copy)
        return [one for number, one in enumerate(laid) if number not in out]

    def _alone(self, stock: int, chosen: Mapping[int, int]) -> list[Laid]:
        """Return a sheet with one part in its corner: for those that fit without any room to spare."""
        sheet = self._request.stocks[stock]
        left, top, _, _ = self._request.usable_um(sheet)
        for part in sorted(chosen, key=lambda part: (-self._pieces[part].ring_area_um2, part)):
            for rotation in self._rotations(part, sheet):
                shape = self._shapes.at(part, rotation)
                x = left - shape.box[0] + shape.slack_um
                y = top - shape.box[1] + shape.slack_um
                found = self._sound(stock, [(part, Placement(rotation, x, y))])
                if found:
                    return found
        return []

    def _guests(self, chosen: Mapping[int, int], sheet: Stock) -> dict[int, int]:
        """Return how many copies of small parts should go into holes of others."""
        holes = sorted(
            (
                min(hole[:, 0].max() - hole[:, 0].min(), hole[:, 1].max() - hole[:, 1].min()),
                float(
                    (hole[:, 0].max() - hole[:, 0].min()) * (hole[:, 1].max() - hole[:, 1].min())
                ),
                chosen[part],
            )
            for part in chosen
            for hole in self._pieces[part].holes
        )
        guests: dict[int, int] = {}
        if not holes:
            return guests
        by_area = sorted(chosen, key=lambda part: (-self._pieces[part].ring_area_um2, part))
        room = sum(area * copies for _, area, copies in holes) * _GUEST_SHARE
        for part in by_area:
            piece = self._pieces[part]
            sides = [min(piece.extent(one)) for one in self._rotations(part, sheet)[:4]]
            if piece.holes or not sides or min(sides) > holes[-1][0]:
                continue
            area = piece.ring_area_um2
            fitting = [one for one in holes if one[1] * 0.8 >= area]
            copies = min(chosen[part], int(room / area)) if fitting else 0
            if copies:
                guests[part] = copies
                room -= copies * area
        return guests

    def _region(self, stock: Stock) -> _Region:
        left, top, right, bottom = self._request.usable_um(stock)
        half = self._half
        return _Region(left - half, top - half, right - left + 2 * half, bottom - top + 2 * half)

    def _area(self, counts: Mapping[int, int]) -> float:
        """Return how much of a sheet copies are thought to fill."""
        return sum(self._pieces[part].load_um2 * copies for part, copies in counts.items())


def _counted(laid: list[Laid]) -> Counter[int]:
    return Counter(part for part, _ in laid)


def _share(wanted: Mapping[int, int], pieces: tuple[Piece, ...], area: float) -> dict[int, int]:
    """Return the same share of copies of every part, together of an area: large and small ones."""
    total = sum(pieces[part].load_um2 * copies for part, copies in wanted.items())
    share = min(area / total, 1.0)
    ordered = sorted(wanted, key=lambda part: (-pieces[part].load_um2, part))
    chosen, owed, room = {}, 0.0, area
    for part in ordered:
        owed += wanted[part] * share
        copies = min(int(owed + 0.5), wanted[part], int(room / pieces[part].load_um2))
        if copies:
            chosen[part] = copies
            owed -= copies
            room -= copies * pieces[part].load_um2
    return chosen or {ordered[0]: 1}
