"""Every glyph, cluster and position is that of `hb-shape` of Debian, an older HarfBuzz, with the same face.

Strings are words of each script, joined at random with digits and punctuation: three hundred and more.
None differs between HarfBuzz 6 there and the one that is locked here.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from fontTools.ttLib.woff2 import decompress

from render_core.text.face import Face, face_of
from render_core.text.setting import Features, parse_feature
from render_core.text.shaping import shape
from tests import system
from tests.fonts import FontLibrary, font_bytes, font_hash

pytestmark = pytest.mark.outside

STRINGS = 25
RIGHT_TO_LEFT = {"Arab", "Hebr"}
FACES = {
    "Latn": "sans", "Grek": "sans", "Cyrl": "sans", "Arab": "arabic", "Hebr": "hebrew",
    "Deva": "devanagari", "Beng": "bengali", "Taml": "tamil", "Thai": "thai", "Khmr": "khmer",
    "Geor": "georgian", "Armn": "armenian", "Ethi": "ethiopic",
}  # fmt: skip
WORDS: Mapping[str, str] = {
    "Latn": "office Ångström naïve AVATAR Toýota fjord Đặng ﬁne różowy Ź̇ e\u0301te\u0301 Wolfgang q̣̇ Ÿes "
    "Tȟašína ŋgɔ 12½ AT&T (o) To. P.",
    "Grek": "Ἀθῆναι γλῶσσα Ὀδυσσεύς ΑΥΤΟ φῶς ᾧ Ρω ἄνθρωπος μῆνιν ΐ Ϋ ἀγάπη λόγος",
    "Cyrl": "Москва Ґанок Ёлка љубав Ѫ й е́ Київ щастя ТУ Гуляй Ђорђе сьогодні ї",
    "Arab": "مرحبا بالعالم محمد لا إلى الله كتاب بِسْمِ شُكْرًا ١٢٣ هذا فَرَح عائلة لإ ڭ پیار چای گل ۴۵ ﷲ لآ ؟",
    "Hebr": "שלום עולם בְּרֵאשִׁית אהבה ירושלים שָׂרָה מִשְׁפָּחָה ״ תּוֹדָה צ׳ לֹא יִשְׂרָאֵל",
    "Deva": "क्षत्रिय हिन्दी श्री नमस्ते प्रेम र्क ज्ञान विद्या कृष्ण स्त्री ट्र ङ्क्ष्व दुर्गा हृदय शुक्रिया १२३ द्व्य र्‍य",
    "Beng": "বাংলা ভালোবাসা ক্ষমা স্ত্রী জ্ঞান কৃষ্ণ র্ক দ্বিতীয় বিশ্ব হৃদয় চন্দ্র উজ্জ্বল ১২৩ ঙ্ক্ত কো কৌ",
    "Taml": "தமிழ் வணக்கம் ஸ்ரீ க்ஷ நன்றி கொ கோ கௌ அன்பு இலங்கை தீபாவளி ௧௨௩ பெண் ரூ டு",
    "Thai": "สวัสดี ขอบคุณ ความรัก น้ำ ที่ ปั้น ญี่ปุ่น กตัญญู ฏุ ผู้ใหญ่ เชียงใหม่ ฟ้า ป่า ๑๒๓ ก่ำ ฬู",
    "Khmr": "ភាសាខ្មែរ ស្រលាញ់ កម្ពុជា អរគុណ ស្ត្រី ខ្ញុំ ព្រះ កោះ ម្ដាយ ឪពុក ក្រុម ១២៣ ប៊ី ស៊ើ ច្រៀង",
    "Geor": "საქართველო სიყვარული გამარჯობა თბილისი Მადლობა ქ ღვინო ᲗᲑᲘᲚᲘᲡᲘ ჰ",
    "Armn": "Հայաստան սէր բարեւ և մեծ Երևան շնորհակալություն ՄՆ մն մե մի վն մխ",
    "Ethi": "ኢትዮጵያ ፍቅር ሰላም አዲስ አበባ እናት ፩፪፫ ጳጉሜን ቋንቋ ፡ ።",
}
FEATURED = ["smcp", "c2sc", "onum", "tnum", "liga=0", "kern=0", "frac", "zero", "ss03", "sups"]


class Glyph(NamedTuple):
    """As hb-shape prints it, in font units, y up."""

    glyph_id: int
    cluster: int
    x: int
    y: int
    advance: int


def strings(script: str) -> list[str]:
    rng = random.Random(f"hb-shape {script}")
    words = WORDS[script].split()
    made = list(words)
    while len(made) < STRINGS:
        some = rng.sample(words, rng.randint(2, 3))
        made.append(rng.choice([" ", " – ", " 7 ", ", "]).join(some))
    return made[:STRINGS] if len(words) <= STRINGS else made


def judged(
    font: Path, texts: Sequence[str], script: str, *, features: str = "", variations: str = ""
) -> list[list[Glyph]]:
    """Return what hb-shape makes of each text."""
    command = [
        "hb-shape", "--no-glyph-names", "--language=und", f"--script={script}",
        f"--direction={'rtl' if script in RIGHT_TO_LEFT else 'ltr'}",
        f"--features={features}", f"--variations={variations}", "--font-file", str(font),
    ]  # fmt: skip
    typed = "".join(f"{text}\n" for text in texts)
    run = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)
    return [
        [_glyph(item) for item in line.strip("[]").split("|")] for line in run.stdout.splitlines()
    ]


def _glyph(item: str) -> Glyph:
    found = re.fullmatch(r"(\d+)=(\d+)(?:@(-?\d+),(-?\d+))?\+(-?\d+)", item)
    assert found, item
    glyph_id, cluster, x, y, advance = (int(number or 0) for number in found.groups())
    return Glyph(glyph_id, cluster, x, y, advance)


def ours(face: Face, text: str, script: str, features: Features = ()) -> list[Glyph]:
    code_points = [ord(character) for character in text]
    made = shape(
        face,
        code_points,
        0,
        len(text),
        script=script,
        rtl=script in RIGHT_TO_LEFT,
        features=features,
    )
    upem = face.upem
    return [
        Glyph(g.glyph_id, g.cluster, *(round(v * upem) for v in (g.x, -g.y, g.advance)))
        for g in made
    ]


@pytest.fixture
def file_of(tmp_path: Path) -> Path:
    system.program("libharfbuzz-bin", "hb-shape")
    return tmp_path / "face.ttf"


@pytest.mark.parametrize("script", FACES)
def test_glyphs_and_positions_are_those_of_hb_shape(script: str, file_of: Path) -> None:
    name = FACES[script]
    file_of.write_bytes(font_bytes(name))
    face = face_of(font_hash(name), FontLibrary())
    texts = strings(script)
    differing = {
        text: (ours(face, text, script), theirs)
        for text, theirs in zip(texts, judged(file_of, texts, script), strict=True)
        if ours(face, text, script) != theirs
    }
    assert differing == {}


def test_there_are_three_hundred_strings_of_twelve_scripts_and_faces_have_their_letters() -> None:
    assert len(FACES) >= 12
    assert sum(len(strings(script)) for script in FACES) >= 300
    for script, name in FACES.items():
        face = face_of(font_hash(name), FontLibrary())
        drawn = [glyph for text in strings(script) for glyph in ours(face, text, script)]
        assert sum(glyph.glyph_id == 0 for glyph in drawn) < len(drawn) / 20


@pytest.mark.parametrize("feature", FEATURED)
def test_features_are_those_of_hb_shape(feature: str, file_of: Path) -> None:
    file_of.write_bytes(font_bytes("sans"))
    face = face_of(font_hash("sans"), FontLibrary())
    texts = ["Office 1/2 AVATAR", "0123 fine x2", "Ångström & Søn"]
    theirs = judged(file_of, texts, "Latn", features=feature)
    assert [ours(face, text, "Latn", (parse_feature(feature),)) for text in texts] == theirs


@pytest.mark.parametrize("weight", [100, 333, 650, 900])
def test_variations_are_those_of_hb_shape(weight: int, file_of: Path) -> None:
    plain = BytesIO()
    decompress(BytesIO(font_bytes("variable")), plain)
    file_of.write_bytes(plain.getvalue())
    face = face_of(
        font_hash("variable"), FontLibrary(), (("wght", weight * 1000), ("opsz", 21_500))
    )
    texts = ["AVATAR To Wolfgang", "1/2 & fi", "Zoë été"]
    theirs = judged(file_of, texts, "Latn", variations=f"wght={weight},opsz=21.5")
    assert [ours(face, text, "Latn") for text in texts] == theirs
