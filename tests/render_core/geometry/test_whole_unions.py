"""Joining glyphs loses nothing: words whose union comes out of Skia with a part missing."""

from __future__ import annotations

import hashlib
import random

import pytest

from render_core.geometry.paths import Path
from render_core.geometry.polygons import Polygons, polygons_of, union
from render_core.text.face import Face
from render_core.text.joined import Joined, Part, touching
from render_core.text.lines import set_line
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting
from tests.fonts import fonts_dir

LETTERS = {
    "amiri/700Bold/Amiri_700Bold.ttf": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "great-vibes/400Regular/GreatVibes_400Regular.ttf": "abcdefghijklmnopqrstuvwxyz",
    "noto-sans-devanagari/600SemiBold/NotoSansDevanagari_600SemiBold.ttf": "कखगचजटतदनपबमयरलसहािीुेो्",
}
UM_PER_EM = 10_000


def groups(face: Face, text: str) -> list[Joined]:
    """Return the glyphs of a text that touch."""
    made = normalise(text)
    found = []
    for paragraph in itemise(made, [face]):
        line = set_line(paragraph, paragraph.start, paragraph.end, Setting())
        boxed = [(glyph, glyph.bounds()) for glyph in line.glyphs]
        parts = [Part(g.face, g.glyph_id, g.x, g.y, box) for g, box in boxed if box is not None]
        found += touching(parts)
    return found


def area(path: Path, um: float) -> Polygons:
    return polygons_of(path.placed(um, 0.0, 0.0).outline())


def by_clipper(joined: Joined) -> float:
    return union(
        polygons_of(
            part.face.glyph(part.glyph_id)
            .path.placed(UM_PER_EM / part.face.upem, part.x * UM_PER_EM, part.y * UM_PER_EM)
            .outline()
        )
        for part in joined.parts
    ).area_um2()


def face_of(name: str) -> Face:
    data = (fonts_dir() / name).read_bytes()
    return Face(hashlib.sha256(data).hexdigest(), data)


def words(letters: str) -> list[str]:
    rng = random.Random(5)
    return ["".join(rng.choices(letters, k=rng.randint(3, 7))) for _ in range(60)]


@pytest.mark.parametrize("name", LETTERS)
def test_a_union_covers_what_its_glyphs_cover(name: str) -> None:
    face = face_of(name)
    for word in [*words(LETTERS[name]), "بيتنا", "تبنت"]:
        for joined in groups(face, word):
            made = area(joined.path(), UM_PER_EM).area_um2()
            assert made == pytest.approx(by_clipper(joined), rel=2e-3), word
