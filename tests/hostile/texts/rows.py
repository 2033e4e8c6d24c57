"""Texts of people who mean harm, and of keyboards that mean well: each with a name that says why.

At most 2,000 code points each, the most that composition reads; `LONGER` is what lies beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

LONGEST: Final = 2_000

_OPENING: Final = {
    "LRE": "\u202a", "RLE": "\u202b", "LRO": "\u202d", "RLO": "\u202e",
    "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068",
}  # fmt: skip
_PDF, _PDI = "\u202c", "\u2069"
_ZERO_WIDTH: Final = {
    "zero width space": "\u200b", "zero width non-joiner": "\u200c", "zero width joiner": "\u200d",
    "word joiner": "\u2060", "byte order mark": "\ufeff", "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f", "Mongolian vowel separator": "\u180e", "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f", "halfwidth Hangul filler": "\uffa0",
    "Khmer inherent vowel": "\u17b4", "invisible times": "\u2062", "invisible plus": "\u2064",
    "left-to-right mark": "\u200e", "right-to-left mark": "\u200f", "Arabic letter mark": "\u061c",
    "deprecated formatting": "\u206a", "shorthand overlap": "\U0001bca0", "musical beam": "\U0001d173",
}  # fmt: skip
_MARKS: Final = {
    "acute": "a\u0301", "enclosing circle": "a\u20dd", "Cyrillic millions": "а\u0489",
    "overlay": "a\u0338", "below": "q\u0323", "double breve": "o\u035d", "Hebrew point": "ב\u05b0",
    "Hebrew accent": "ב\u0591", "Arabic shadda": "ب\u0651", "Arabic fathatan": "ب\u064b",
    "superscript alef": "ه\u0670", "Thai tone": "ก\u0e49", "Lao tone": "ກ\u0ec9",
    "virama": "क\u094d", "nukta": "क\u093c", "anusvara": "क\u0902", "vowel sign": "क\u093f",
    "Khmer coeng": "ក\u17d2", "Myanmar asat": "က\u103a", "Tibetan subjoined": "ཀ\u0f90",
    "dakuten": "か\u3099", "Hangul tone": "가\u302e", "Mongolian selector": "ᠠ\u180b",
    "keycap": "1\u20e3", "musical flag": "\U0001d15f\U0001d16e", "lone": " \u0301",
}  # fmt: skip
# Words long enough that repeating them reaches every form of the letters.
_SCRIPTS: Final = {
    "Latin": "Sphinx of black quartz, judge my vow. ", "Vietnamese": "Nguyễn Thị Ưởng Đặng ",
    "Greek": "Ξεσκεπάζω τὴν ψυχοφθόρα ᾧ ", "Cyrillic": "Съешь ещё этих мягких ",
    "Armenian": "Եղիցի լույս ", "Georgian": "საქართველო ", "Hebrew": "עִבְרִית שָׁלוֹם ",
    "Arabic": "لا إله محمد السلام عليكم ", "Urdu": "ہمیشہ خوش رہیں ", "Syriac": "ܫܠܡܐ ܥܠܝܟܘܢ ",
    "Thaana": "ދިވެހި ", "N’Ko": "ߒߞߏ ߞߊ߲ ", "Adlam": "𞤀𞤣𞤤𞤢𞤥 ", "Mandaic": "ࡌࡀࡍࡃࡀ ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ ", "Phags-pa": "ꡏꡡꡃ ", "Devanagari": "क्षत्रियाणां स्त्री द्ध्र्य ",
    "Bengali": "বাংলাদেশ ক্ষ্ম ", "Gurmukhi": "ਪੰਜਾਬੀ ", "Gujarati": "ગુજરાતી ક્ષ ",
    "Oriya": "ଓଡ଼ିଆ ", "Tamil": "தமிழ் ஸ்ரீ கொ ", "Telugu": "తెలుగు స్త్రీ జ్ఞా ",
    "Kannada": "ಕನ್ನಡ ಜ್ಞಾ ", "Malayalam": "മലയാളം സ്ത്രീ ", "Sinhala": "ශ්‍රී ලංකා ",
    "Thai": "ที่รักน้ำเป็นกำลังใจ", "Lao": "ສະບາຍດີ", "Khmer": "ស្រ្តីខ្មែរ", "Myanmar": "မြန်မာနိုင်ငံ",
    "Tibetan": "བཀྲ་ཤིས་བདེ་ལེགས། ", "Balinese": "ᬩᬲᬩᬮᬶ ", "Javanese": "ꦗꦮꦶꦱꦸꦫꦧꦪ ",
    "Tai Tham": "ᨲ᩠ᩅᩫᨾᩮᩥᩬᨦ ", "Meetei Mayek": "ꯃꯤꯇꯩ ", "Chakma": "𑄌𑄋𑄴𑄟𑄳𑄦 ", "Han": "永和九年歲在癸丑暮春之初",
    "Japanese": "いろはにほへとチリヌルヲ。っゃー", "Hangul": "키스의고유조건은 ", "Bopomofo": "ㄅㄆㄇㄈˊˇˋ",
    "Ethiopic": "ሰላም ለዓለም ", "Cherokee": "ᏣᎳᎩ ", "Vai": "ꕙꔤ ", "Yi": "ꆈꌠꉙ", "Tangut": "𗼇𗼃",
    "Nushu": "𛅰𛅱", "cuneiform": "𒀀𒀁𒀂", "hieroglyphs": "𓀀𓀁\U00013430𓀂", "SignWriting": "\U0001d800\U0001da9b\U0001daa1",
    "Duployan": "\U0001bc02\U0001bc1c", "mathematical": "𝔐𝒶𝓉𝒽 ", "Egyptian joiners": "\U00013430\U00013437",
    "Ogham": "᚛ᚁᚂ᚜ ", "Runic": "ᚠᚢᚦ᛫", "Gothic": "𐌲𐌿𐍄 ", "Braille": "⠓⠑⠇⠇⠕ ", "Linear B": "𐀀𐀁 ",
}  # fmt: skip
_FAMILY: Final = "👩\u200d👩\u200d👧\u200d👦"
_SCOTLAND: Final = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def rows() -> dict[str, str]:
    """Return the texts by name."""
    groups = (
        _bidi(), _marks(), _invisible(), _tags(), _not_characters(), _line_ends(), _scripts(),
        _emoji(), _selectors(), _composing(), _clusters(), _runs(), _breaks(), _injections(),
    )  # fmt: skip
    found: dict[str, str] = {}
    for group in groups:
        for name, text in group:
            assert name not in found, name
            assert len(text) <= LONGEST, name
            found[name] = text
    return found


LONGER: Final = {
    "one letter too many": "a" * (LONGEST + 1),
    "a megabyte of letters": "a" * 1_000_000,
    "a megabyte of marks": "a" + "\u0301" * 1_000_000,
    "a megabyte of overrides": "\u202e" * 1_000_000,
}


def _filled(pattern: str, length: int = LONGEST) -> str:
    """Return a pattern repeated to a length, cut off in its midst."""
    return "".join(islice(cycle(pattern), length))


def _bidi() -> Iterator[tuple[str, str]]:
    for name, opening in _OPENING.items():
        closing = _PDI if opening >= "\u2066" else _PDF
        yield f"{name} never closed", f"abc {opening}def אבג 123"
        yield f"{name} closed twice", f"abc {opening}def{closing}{closing} אבג"
        for depth in (61, 125, 126, 500):
            nested = opening * depth + "a אב 1" + closing * depth
            yield f"{name} {depth} deep", nested
        yield f"{name} flood", opening * LONGEST
        yield f"{name} before every letter", _filled(opening + "a")
    yield "all kinds nested in turn", _filled("".join(_OPENING.values()), 600) + "aאב1"
    yield "isolates that embeddings close", _filled("\u2067a\u202cא\u202b1\u2069")
    yield "closings without openings", _filled(_PDF + _PDI)
    yield "directions letter by letter", _filled("aא")
    yield "numbers of three kinds", _filled("1א٢a۳,.+-%")
    yield "neutrals between directions", _filled("א!?&a*@#")
    yield "brackets open", "א" + "(" * (LONGEST - 1)
    yield "brackets nested", "a" + "([{" * 300 + "א" + "}])" * 300
    yield "brackets crossed", _filled("([)]א")
    yield "canonically equal brackets", _filled("\u2329א\u3009a\u3008ב\u232a")
    yield "separators in Arabic", _filled("ب\u001fب\t")


def _marks() -> Iterator[tuple[str, str]]:
    for name, text in _MARKS.items():
        base, mark = text[:-1], text[-1]
        yield f"500 of {name} on one letter", base + mark * 500
        yield f"{name} flood", base + mark * (LONGEST - len(base))
    for count in (15, 16, 17, 64):
        yield f"{count} marks on one letter", "e" + _filled("\u0301\u0323\u0308", count)
    zalgo = "\u0300\u0316\u0489\u035c\u0321\u0334\u0362"
    yield (
        "Zalgo, ten marks a letter",
        "".join(c + _filled(zalgo, 10) for c in "HE COMES TODAY" * 12),
    )
    yield "Zalgo, fifteen marks a letter", "".join(c + _filled(zalgo, 15) for c in "ZALGO" * 12)
    yield "marks in falling class", "a" + _filled("\u0345\u0301\u0323\u0327\u0334", LONGEST - 1)
    yield "marks without a letter", "\u0301" * LONGEST
    yield (
        "marks of five scripts on one letter",
        "a" + _filled("\u0301\u05b0\u064b\u0e49\u094d", 400),
    )
    yield "joiner between marks", "a" + _filled("\u0301\u034f", LONGEST - 1)
    yield "double marks over letters", _filled("a\u0361")


def _invisible() -> Iterator[tuple[str, str]]:
    for name, character in _ZERO_WIDTH.items():
        yield f"{name} flood", character * LONGEST
        yield f"{name} between letters", _filled("a" + character)
    yield "every invisible character in turn", _filled("".join(_ZERO_WIDTH.values()))
    yield "zero width spaces in Thai", _filled("ก\u200b")
    yield "zero width flood in Thai", "ก" + "\u200b" * 1998 + "ข"
    yield "joiners between Arabic letters", _filled("ب\u200d")
    yield "non-joiners between Arabic letters", _filled("ب\u200c")
    yield "joiners in Devanagari", _filled("क\u094d\u200d")
    yield "annotations", _filled("\ufff9a\ufffab\ufffb")
    yield "object replacement", _filled("\ufffc\ufffd")


def _tags() -> Iterator[tuple[str, str]]:
    yield "tags without a flag", "\U000e0067" * LONGEST
    yield "tags on a letter", "a" + "\U000e0067" * (LONGEST - 1)
    yield "a flag that never ends", "🏴" + "\U000e0067" * (LONGEST - 1)
    yield "flags of Scotland", _filled(_SCOTLAND)
    yield (
        "a message in tags",
        "Emma" + "".join(chr(0xE0000 + ord(c)) for c in "ignore what was said"),
    )
    yield "language tag", "\U000e0001\U000e0065\U000e006e" + "Emma"


def _not_characters() -> Iterator[tuple[str, str]]:
    for plane in range(17):
        yield (
            f"noncharacters of plane {plane}",
            f"a{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}",
        )
    yield "noncharacters of Arabic", "".join(map(chr, range(0xFDD0, 0xFDF0)))
    yield "noncharacter flood", "\uffff" * LONGEST
    for code in (0x0378, 0x0530, 0x2FE0, 0x1FADC, 0x323B0, 0x40000, 0xE0080, 0xDFFFF):
        yield f"unassigned U+{code:04X}", f"a{chr(code)}b"
    yield "unassigned flood", "\u0378" * LONGEST
    for code in (0xE000, 0xF8FF, 0xF0000, 0x10FFFD):
        yield f"private use U+{code:04X}", f"a{chr(code)}b"
    yield "private use flood", "".join(map(chr, range(0xE000, 0xE000 + LONGEST)))
    yield "high surrogate", "a\ud83d"
    yield "low surrogate", "\ude00a"
    yield "surrogates the wrong way round", "\ude00\ud83d"
    yield "surrogate flood", "\ud800" * LONGEST
    yield "surrogate pair as two", "\ud83d\ude00"
    for code in (0x00, 0x07, 0x08, 0x1B, 0x7F, 0x80, 0x9F):
        yield f"control U+{code:04X}", f"a{chr(code)}b"
    yield "control flood", _filled("".join(map(chr, (*range(9), *range(14, 32), *range(127, 133)))))


def _line_ends() -> Iterator[tuple[str, str]]:
    for name, end in {
        "line feed": "\n", "carriage return": "\r", "both": "\r\n", "reversed": "\n\r", "next line": "\x85",
        "line separator": "\u2028", "paragraph separator": "\u2029", "form feed": "\f", "vertical tab": "\v",
    }.items():  # fmt: skip
        yield f"{name} flood", _filled(end)
        yield f"{name} after every letter", _filled("a" + end)
    for name, space in {
        "space": " ", "tab": "\t", "no-break space": "\xa0", "ideographic space": "\u3000",
        "Ogham space": "\u1680", "hair space": "\u200a", "narrow no-break space": "\u202f",
    }.items():  # fmt: skip
        yield f"{name} flood", space * LONGEST
        yield f"{name} after every letter", _filled("a" + space)


def _scripts() -> Iterator[tuple[str, str]]:
    for name, words in _SCRIPTS.items():
        yield f"2,000 characters of {name}", _filled(words)
        yield f"60 characters of {name}", _filled(words, 60)
    yield "every script in turn", _filled("".join(words[0] for words in _SCRIPTS.values()))
    yield "all words of all scripts", "".join(_SCRIPTS.values())[:LONGEST]


def _emoji() -> Iterator[tuple[str, str]]:
    yield "families", _filled(_FAMILY)
    yield "one chain of 1,000 people", "\u200d".join("👩" * 1000)
    yield "a chain of 60 people", "\u200d".join("👩" * 60)
    yield "a chain with nothing at its end", "👩\u200d" * 500
    yield "joiners after one emoji", "👩" + "\u200d" * 1999
    yield "halves of flags, an odd number", "🇨" * 1999
    yield "flags of nowhere", _filled("🇽🇾")
    yield "skin tones on skin tones", "👍" + "🏽" * 1999
    yield "skin tones on letters", _filled("a🏽")
    yield "keycaps of everything", _filled("1\ufe0f\u20e3#\u20e3a\u20e3*\ufe0e\u20e3")
    yield "emoji and letters in turn", _filled("a😀")
    yield "hearts of both kinds", _filled("❤\ufe0f❤\ufe0e❤")
    yield "sixty different emoji", "".join(map(chr, range(0x1F600, 0x1F63C)))
    yield "dominoes and cards", "".join(map(chr, range(0x1F030, 0x1F094)))
    yield "reserved for emoji", "a\U0001faff\U0001f8ff"


def _selectors() -> Iterator[tuple[str, str]]:
    yield (
        "256 selectors on one letter",
        "a" + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))),
    )
    yield "selectors on an ideograph", "葛" + "\U000e0100" * 1999
    yield "an ideograph with each selector", "".join(f"葛{chr(c)}" for c in range(0xE0100, 0xE01F0))
    yield "emoji selectors on letters", _filled("a\ufe0f")
    yield "emoji selector flood", "❤" + "\ufe0f" * 1999
    yield "text and emoji selectors in turn", "❤" + _filled("\ufe0e\ufe0f", 1999)
    yield "selectors alone", "\ufe0f" * LONGEST
    yield "selectors of Mongolian", _filled("ᠠ\u180b\u180c\u180d\u180f")


def _composing() -> Iterator[tuple[str, str]]:
    yield "three for one in NFC, Hebrew", "\ufb2c" * LONGEST
    yield "three for one in NFC, notes", "\U0001d160" * LONGEST
    yield "two for one in NFC, Devanagari", "\u0958" * LONGEST
    yield "four for one in NFD, Greek", "\u1f82" * LONGEST
    yield "eighteen for one in NFKD", "\ufdfa" * LONGEST
    yield "one for itself, the longest ligature", "\ufdfd"
    yield "the longest ligature sixty times", "\ufdfd" * 60
    yield "the longest ligature flood", "\ufdfd" * LONGEST
    yield "letters that compose from three", _filled("u\u0308\u0304")
    yield "singletons", _filled("\u212b\u2126\u212a\u0374\u037e")
    yield "compatibility ideographs", "".join(map(chr, range(0xF900, 0xFA6E)))
    yield "ligatures of Latin", _filled("ﬀﬁﬂﬃﬄﬅﬆ")
    yield "letters whose case changes length", _filled("ßİŉǰΐև")


def _clusters() -> Iterator[tuple[str, str]]:
    yield "leading jamo", "\u1100" * LONGEST
    yield "vowel jamo", "\u1161" * LONGEST
    yield "trailing jamo", "\u11a8" * LONGEST
    yield "jamo of one syllable", "\u1100" * 600 + "\u1161" * 600 + "\u11a8" * 600
    yield "jamo syllables", _filled("\u1112\u1161\u11ab")
    yield "old jamo", _filled("\ua960\ud7b0\ud7cb")
    yield "trailing jamo on a syllable", "각" + "\u11a8" * 1999
    yield "one conjunct of 1,000 letters", "क\u094d" * 1000
    yield "conjuncts of four letters", _filled("क\u094dष\u094dत\u094dर")
    yield "conjuncts that joiners hold apart", _filled("क\u094d\u200dष\u094d\u200cत")
    yield "reph flood", "र\u094d" * 1000
    yield "vowel signs without letters", "\u093f" * LONGEST
    yield "vowels on both sides", _filled("க\u0bca")
    yield "Khmer stacks", "ក" + "\u17d2ក" * 999
    yield "Tibetan stacks", "ཀ" + "\u0fb2\u0f71\u0f74" * 600
    yield "Myanmar stacks", "က" + "\u1039က" * 999
    yield "Sinhala joins", _filled("ක\u0dca\u200dර")
    yield "Malayalam dot reph", "\u0d4e" * LONGEST
    yield "prepended numbers", "\u0600" * LONGEST
    yield "prepended before letters", _filled("\u0600a")
    yield "end of ayah", _filled("\u06dd\u0661\u0662")
    yield "Thai am flood", _filled("ก\u0e33")
    yield "Thai vowels in front", "เ" * LONGEST
    yield "Thai with every mark", "กิ์้็ุู" * 250


def _runs() -> Iterator[tuple[str, str]]:
    yield "Latin and Arabic in turn", _filled("aب")
    yield "four scripts in turn", _filled("aאकก")
    yield "Latin and Cyrillic in turn", _filled("aа")
    yield "a word of both alphabets", _filled("aа", 59) + "a"
    yield "three alphabets that look alike", _filled("AАΑ")
    yield "Latin and what no face has", _filled("a\ua015")
    yield "nothing that any face has", "\ua015" * LONGEST
    yield "one of each letter", "".join(map(chr, range(0xC0, 0x250)))
    yield "one of each ideograph", "".join(map(chr, range(0x4E00, 0x4E00 + LONGEST)))
    yield "one of each syllable", "".join(map(chr, range(0xAC00, 0xAC00 + LONGEST)))
    yield "letters in circles", "".join(map(chr, range(0x24B6, 0x24EA)))
    yield "box drawing", "".join(map(chr, range(0x2500, 0x25A0)))


def _breaks() -> Iterator[tuple[str, str]]:
    yield "one word of 2,000 letters", "W" * LONGEST
    yield "the narrowest letters", "i" * LONGEST
    yield "words of one letter", _filled("a ")
    yield "three hundred words of one letter", _filled("a ", 599)
    yield "three hundred ideographs", _filled("永和九年", 300)
    yield "hyphens", "-" * LONGEST
    yield "hyphens between letters", _filled("a-")
    yield "dashes", "—" * LONGEST
    yield "sums of money", _filled("$(1")
    yield "currency signs before marks", _filled("$(" + "\u0301" * 20)
    yield "one number", _filled("1,")
    yield "slashes", _filled("a/")
    yield "quotation marks", _filled("«a» “b” ")
    yield "quotation marks and spaces", _filled("“ ")
    yield "full stops", "." * LONGEST
    yield "ideographic punctuation", _filled("「、。」")
    yield "contingent breaks", _filled("a\ufffc")


def _injections() -> Iterator[tuple[str, str]]:
    yield "markup", "<script>alert(1)</script><svg onload=x>]]>&amp;&#0;"
    yield "entities", "&lt;&nbsp;&#x202e;&bogus;"
    yield "format fields", "{text} {0} {0.__class__} {} {{ %s %n %(a)s ${x}"
    yield "a path", "../../../../etc/passwd\x00.svg"
    yield "a query", "'; DROP TABLE specs; --"
    yield "a command", "$(reboot) `reboot` | reboot ; \\"
    yield "the end of a string of PDF", ") Tj ET Q endstream endobj (("
    yield "a group code of DXF", "0\nEOF\n0\nSECTION"
    yield "escapes of a terminal", "\x1b]0;x\x07\x1b[31m"
    yield "escapes of JSON", '"\\u0000\\ud800"},{"'
