"""The committed property tables are what the database says."""

from __future__ import annotations

import unicodedata2

from render_core.text.ucd import generate, tables
from render_core.text.ucd.properties import UNICODE_VERSION, properties
from tests.render_core.text.ucd_files import UCD, ucd_file


def test_the_committed_tables_are_what_the_generator_writes() -> None:
    ucd_file("extracted/DerivedBidiClass.txt")
    with open(tables.__file__, encoding="utf-8") as committed:
        assert committed.read() == generate.module_text(UCD)


def test_categories_agree_with_another_database_wherever_a_code_point_is_assigned() -> None:
    # The other database is newer: it may assign more, and it corrects these two.
    corrected = {0x0295, 0x1171E}
    differing = [
        hex(code_point)
        for code_point in range(0x110000)
        if properties(code_point).assigned
        and code_point not in corrected
        and properties(code_point).category != unicodedata2.category(chr(code_point))
    ]
    assert differing == []


def test_the_version_is_the_pinned_one() -> None:
    assert UNICODE_VERSION == "15.0"
