"""Strings of many scripts in whole faces: names and words that products carry."""

from __future__ import annotations

from typing import Final

from tests.render_core.text.outside.masks import Sample

_STRINGS: Final[dict[str, tuple[str, ...]]] = {
    "sans": (
        "Emma & Noah",
        "AVATAR To. Wave LYON",
        "fi ffl office affine",
        "Žofia Łukasz Ångström",
        "Việt Nguyễn Thị",
        "e\u0301 n\u0303 u\u0308 a\u0328\u0301",
        "Αλέξανδρος Ελένη",
        "Екатерина Ёж Ђорђе",
        "½ № 2026 – „Zitat“",
    ),
    "serif": ("Überfluß Ærøskøbing", "Quixotic Waltz", "Tō-kyō Œuvre", "Types: LVTAY"),
    "script": ("Wilhelmina", "Ella & Max forever", "Grüße aus Köln", "Mr & Mrs Thornbury"),
    "arabic": (
        "محمد بن عبد الله",
        "السلام عليكم",
        "بِسْمِ ٱللَّٰهِ",
        "لا إله إلا",
        "فاطمة الزهراء",
        "پژوهش گلستان",
        "٠١٢٣٤٥٦٧٨٩",
        "Zoe مرحبا 12",
    ),
    "hebrew": ("שָׁלוֹם", "משה כהן", "ירושלים 2026", "אַבְרָהָם", "לֹא־כֵן"),
    "devanagari": (
        "क्षत्रिय श्री",
        "हिन्दी भाषा",
        "ज्ञान विद्यार्थी",
        "प्रेम कृष्णा",
        "र्कि द्ध्र",
        "अमृता और राज",
    ),
    "bengali": ("বাংলা ভাষা", "ক্ষমা শ্রী", "রবীন্দ্রনাথ ঠাকুর", "স্ত্রী দ্বন্দ্ব"),
    "tamil": ("தமிழ்", "ஸ்ரீ க்ஷமா", "கொடைக்கானல்", "நன்றி வணக்கம்"),
    "thai": ("สวัสดีครับ", "ที่นี่ น้ำ", "กรุงเทพมหานคร", "เพื่อน ๆ"),
    "khmer": ("សួស្តី", "ភាសាខ្មែរ", "ស្រ្តី ក្រុម", "ព្រះរាជាណាចក្រ"),
    "georgian": ("საქართველო", "ნინო და გიორგი", "ქეთევან ჭავჭავაძე", "თბილისი 2026"),
    "armenian": ("Հայաստան", "Արամ և Անի", "Շուշան Մնացական", "Երևան"),
    "ethiopic": ("ኢትዮጵያ", "ሰላም ለዓለም", "መልካም ልደት", "አበበ ቢቂላ"),
}
SAMPLES: Final = tuple(Sample(face, text) for face, texts in _STRINGS.items() for text in texts)
