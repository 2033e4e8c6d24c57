"""Centre lines of single-line faces: the table `CLIN` of a face as it is kept.

OpenType has closed contours only, so a face whose letters are single strokes carries them in a table of
its own, beside blank glyphs with the metrics. Big endian:

    uint16 version (1), uint16 number of glyphs n, uint32 offsets[n + 1] into what follows
    per glyph: its verbs, one byte each (`Verb` but ARC and CLOSE), then int16 x, y of their points

Font units, y up. A line that ends where it began repeats its first point.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np

from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.layout import POINTS_OF_VERB, Verb
from render_core.limits import MAX_GLYPH_SEGMENTS

TABLE: Final = "CLIN"
_VERSION: Final = 1
_HEADER: Final = struct.Struct(">HH")
_COUNTS: Final = np.asarray(POINTS_OF_VERB, dtype=np.int64)


def write_table(glyphs: Sequence[Path]) -> bytes:
    """Return the table of open paths in whole font units within int16, y up."""
    records = [
        path.verbs.tobytes() + path.points.astype(">i2").tobytes() if not path.is_empty else b""
        for path in glyphs
    ]
    ends = np.cumsum([0, *(len(record) for record in records)])
    return b"".join([_HEADER.pack(_VERSION, len(glyphs)), ends.astype(">u4").tobytes(), *records])


class CentreLines:
    """The glyphs of a table, each checked when it is read."""

    def __init__(self, table: bytes, glyph_count: int) -> None:
        """Raises ValueError for a table that is not one of so many glyphs."""
        start = _HEADER.size + 4 * (glyph_count + 1)
        if len(table) < start or _HEADER.unpack_from(table) != (_VERSION, glyph_count):
            raise ValueError("the table of centre lines does not match the face")
        offsets = np.frombuffer(table, ">u4", glyph_count + 1, _HEADER.size).astype(np.int64)
        if offsets[0] != 0 or (np.diff(offsets) < 0).any() or start + offsets[-1] != len(table):
            raise ValueError("the table of centre lines is not whole")
        self._data = table[start:]
        self._offsets = offsets.tolist()

    def glyph(self, glyph_id: int) -> Path:
        """Return the open lines of a glyph, y down. ValueError for a record that breaks the format."""
        record = self._data[self._offsets[glyph_id] : self._offsets[glyph_id + 1]]
        if not record:
            return EMPTY_PATH
        verbs = _verbs(record)
        points = np.frombuffer(record, ">i2", offset=len(verbs)).astype(np.float64).reshape(-1, 2)
        return Path(verbs, points * np.array([1.0, -1.0]))


def _verbs(record: bytes) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the verbs at the start of a record, whose points fill the rest of it.

    n verbs with p points take n + 4·p bytes: the n for which that is the length is the only one,
    since every verb brings a point.
    """
    codes = np.frombuffer(record, np.uint8)
    known = np.append(codes < len(_COUNTS), False)
    valid = int(known.argmin())
    lengths = np.cumsum(1 + 4 * _COUNTS[codes[:valid]])
    count = int(np.searchsorted(lengths, len(record))) + 1
    verbs = codes[:count].copy()
    if count > valid or lengths[count - 1] != len(record) or count > MAX_GLYPH_SEGMENTS:
        raise ValueError("a glyph's verbs and points do not match")
    if verbs[0] != Verb.MOVE or np.isin(verbs, (Verb.ARC, Verb.CLOSE)).any():
        raise ValueError("a glyph's lines are not open lines")
    return verbs
