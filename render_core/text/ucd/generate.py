"""Writes `tables.py` from a folder of the Unicode Character Database.

    python -m render_core.text.ucd.generate /usr/share/unicode render_core/text/ucd/tables.py

Run once per Unicode version; the result is committed and compared in the tests. Files and their
format: UAX #44. Runs of equal properties become one range, and equal property sets one record.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LAST: Final = 0x10FFFF
_RANGE: Final = re.compile(r"([0-9A-F]{4,6})(?:\.\.([0-9A-F]{4,6}))?\s*;\s*([^#;]+)")
_FLAGS: Final = (
    ("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point"),
    ("PropList.txt", "White_Space"),
    ("PropList.txt", "Bidi_Control"),
    ("PropList.txt", "Variation_Selector"),
    ("emoji/emoji-data.txt", "Extended_Pictographic"),
    ("emoji/emoji-data.txt", "Emoji_Modifier"),
    ("emoji/emoji-data.txt", "Emoji_Presentation"),
    ("emoji/emoji-data.txt", "Emoji"),
)

_HEAD: Final = '''"""Properties of every code point in Unicode {version}; made by `generate.py`, not by hand.

STARTS: first code point of each range, ascending. RECORD_OF: index into RECORDS for each range.
RECORDS: general category, bidi class, script, script extensions, grapheme break, line break, flags.
BRACKETS: paired bracket and its type, "o" or "c". CANONICAL: singleton equivalents of brackets.
"""

# fmt: off
from typing import Final

UNICODE_VERSION: Final = "{version}"
FLAGS: Final = {flags!r}
'''


def main(source: Path, target: Path) -> None:
    """Read the database in `source` and write the module `target`."""
    target.write_text(module_text(source), encoding="utf-8")


def module_text(source: Path) -> str:
    """Return the generated module for the database in `source`."""
    starts, record_of, records = _ranges(_properties(source))
    version = re.search(r"(\d+\.\d+)\.\d+", _first_line(source / "Scripts.txt"))
    if version is None:
        raise SystemExit(f"{source} does not say its Unicode version.")
    text = _HEAD.format(version=version.group(1), flags=tuple(name for _, name in _FLAGS))
    text += "RECORDS: Final[tuple[tuple[str, str, str, tuple[str, ...], str, str, int], ...]] = (\n"
    text += "".join(f"    {record!r},\n" for record in records) + ")\n"
    text += _numbers("STARTS", starts) + _numbers("RECORD_OF", record_of)
    text += f"BRACKETS: Final[dict[int, tuple[int, str]]] = {{\n{_bracket_lines(source)}}}\n"
    return text + f"CANONICAL: Final[dict[int, int]] = {_bracket_equivalents(source)!r}\n"


def _properties(source: Path) -> list[tuple[object, ...]]:
    category = ["Cn"] * (LAST + 1)
    _fill(category, _entries(source / "extracted/DerivedGeneralCategory.txt"))
    bidi = _with_defaults(source / "extracted/DerivedBidiClass.txt", _aliases(source, "bc"))
    scripts = _aliases(source, "sc")
    script = ["Zzzz"] * (LAST + 1)
    _fill(script, ((a, b, scripts[v]) for a, b, v in _entries(source / "Scripts.txt")))
    extensions: list[tuple[str, ...]] = [(value,) for value in script]
    for first, last, value in _entries(source / "ScriptExtensions.txt"):
        extensions[first : last + 1] = [tuple(sorted(value.split()))] * (last + 1 - first)
    grapheme = ["Other"] * (LAST + 1)
    _fill(grapheme, _entries(source / "auxiliary/GraphemeBreakProperty.txt"))
    flags = [0] * (LAST + 1)
    for bit, (file, name) in enumerate(_FLAGS):
        for first, last, value in _entries(source / file):
            if value == name:
                for code_point in range(first, last + 1):
                    flags[code_point] |= 1 << bit
    lines = _line_breaks(source, category, flags)
    return list(zip(category, bidi, script, extensions, grapheme, lines, flags, strict=True))


def _line_breaks(source: Path, category: list[str], flags: list[int]) -> list[str]:
    """Return line break classes after LB1, and what LB30 and LB30b tell apart as classes of their own.

    OPW and CPW: East Asian opening and closing punctuation. IDX: reserved for pictographs.
    """
    column = _with_defaults(source / "extracted/DerivedLineBreak.txt", _aliases(source, "lb"))
    wide = ["N"] * (LAST + 1)
    _fill(wide, _entries(source / "EastAsianWidth.txt"))
    pictographic = 1 << [name for _, name in _FLAGS].index("Extended_Pictographic")
    for code_point, kind in enumerate(column):
        if kind in {"AI", "SG", "XX"}:
            column[code_point] = "AL"
        elif kind == "SA":
            column[code_point] = "CM" if category[code_point] in {"Mn", "Mc"} else "AL"
        elif kind == "CJ":
            column[code_point] = "NS"
        elif kind in {"OP", "CP"} and wide[code_point] in {"F", "W", "H"}:
            column[code_point] = kind + "W"
        elif kind == "ID" and category[code_point] == "Cn" and flags[code_point] & pictographic:
            column[code_point] = "IDX"
    return column


def _entries(path: Path, *, missing: bool = False) -> Iterator[tuple[int, int, str]]:
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw
        if missing:
            if not raw.startswith("# @missing: "):
                continue
            line = raw.removeprefix("# @missing: ")
        match = _RANGE.match(line)
        if match:
            first = int(match[1], 16)
            yield first, int(match[2] or match[1], 16), match[3].strip()


def _fill(column: list[str], entries: Iterator[tuple[int, int, str]]) -> None:
    for first, last, value in entries:
        column[first : last + 1] = [value] * (last + 1 - first)


def _with_defaults(path: Path, short: dict[str, str]) -> list[str]:
    column = ["L"] * (LAST + 1)
    _fill(column, ((a, b, short[v]) for a, b, v in _entries(path, missing=True)))
    _fill(column, _entries(path))
    return column


def _aliases(source: Path, property_name: str) -> dict[str, str]:
    """Return the short name of each long value name of a property."""
    names = {}
    for line in (source / "PropertyValueAliases.txt").read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if fields[0] == property_name:
            names[fields[2]] = fields[1]
    return names


def _ranges(
    rows: list[tuple[object, ...]],
) -> tuple[list[int], list[int], list[tuple[object, ...]]]:
    records: dict[tuple[object, ...], int] = {}
    starts: list[int] = []
    record_of: list[int] = []
    for code_point, row in enumerate(rows):
        index = records.setdefault(row, len(records))
        if not record_of or record_of[-1] != index:
            starts.append(code_point)
            record_of.append(index)
    return starts, record_of, list(records)


def _bracket_lines(source: Path) -> str:
    lines = []
    for line in (source / "BidiBrackets.txt").read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) == 3 and fields[2] != "n":
            lines.append(f"    0x{fields[0]}: (0x{fields[1]}, {fields[2]!r}),\n")
    return "".join(lines)


def _bracket_equivalents(source: Path) -> dict[int, int]:
    """Return brackets with a canonical singleton, as BD16 compares them by canonical equivalence."""
    brackets = {int(line[4:].split(":")[0], 16) for line in _bracket_lines(source).splitlines()}
    found = {}
    for line in (source / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
        fields = line.split(";")
        if int(fields[0], 16) in brackets and fields[5] and " " not in fields[5]:
            found[int(fields[0], 16)] = int(fields[5], 16)
    return found


def _numbers(name: str, values: list[int]) -> str:
    rows = (values[at : at + 12] for at in range(0, len(values), 12))
    lines = ["    " + " ".join(f"{value}," for value in row) + "\n" for row in rows]
    return f"{name}: Final[tuple[int, ...]] = (\n{''.join(lines)})\n"


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
