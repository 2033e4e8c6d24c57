"""The OpenType features and axes that a face has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import uharfbuzz as hb

# OpenType's index of what a script does in languages that it does not name.
_DEFAULT_LANGUAGE: Final = 0xFFFF


def feature_tags(face: hb.Face) -> frozenset[str]:
    """Return the features that a face has for any script and language.

    UnicodeDecodeError for tags that are not text.
    """
    return frozenset(_feature_tags(face))


def _feature_tags(face: hb.Face) -> Iterator[str]:
    for table in ("GSUB", "GPOS"):
        for index, _ in enumerate(face.get_table_script_tags(table)):
            languages = range(len(face.get_script_language_tags(table, index)))
            for language in (*languages, _DEFAULT_LANGUAGE):
                yield from face.get_language_feature_tags(table, index, language)
