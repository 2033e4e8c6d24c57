"""What composition accepts, checked before any work is done.

The proto limits are tighter for callers from outside; these hold for every caller.
"""

from __future__ import annotations

from typing import Final

# Text of one zone. Longer strings are refused before a single character is looked at.
MAX_TEXT_CODE_POINTS: Final = 2_000
# A text that is too long is still set, so that it can be seen, up to this many times what its zone
# takes and some more.
MAX_SET_TIMES: Final = 2
MAX_SET_MORE: Final = 20
MAX_LINES: Final = 40
# Emoji of the standard have ten at most, letters of any script fewer.
MAX_GRAPHEME_CODE_POINTS: Final = 16

# Shapes and vector artwork.
MAX_PATH_CHARACTERS: Final = 400_000
MAX_PATH_SEGMENTS: Final = 50_000
# Lines that text runs along: what is written, and what is left after cutting by arc length.
MAX_TEXT_PATH_CHARACTERS: Final = 20_000
MAX_TEXT_PATH_SEGMENTS: Final = 50_000
MAX_VECTOR_PATHS: Final = 2_000
# Tiles of a pattern, and segments of all its tiles of one drawing.
MAX_PATTERN_PICTURES: Final = 600
MAX_PATTERN_DRAWINGS: Final = 5_000
MAX_PATTERN_SEGMENTS: Final = 200_000
MAX_VECTOR_ASSET_BYTES: Final = 8 * 1024 * 1024

# Lengths. Ten metres, well inside int32 micrometres also after curves overshoot their box.
MAX_LENGTH_UM: Final = 10_000_000
MAX_ZONES: Final = 200

# Glyphs and texts. The most detailed emoji have some 1,800 segments, engraved initials some thousands;
# a file with more is refused at intake.
MAX_GLYPH_SEGMENTS: Final = 10_000
# What shaping may make of one character: the longest ligature falls apart into eighteen.
MAX_GLYPHS_PER_CODE_POINT: Final = 24
MAX_FACE_AXES: Final = 16

# Caches, in bytes: the same for all faces together, and for files of faces (as plain tables).
MAX_GLYPH_CACHE_BYTES: Final = 48 * 1024 * 1024
MAX_UNION_CACHE_BYTES: Final = 48 * 1024 * 1024
MAX_CHORD_CACHE_BYTES: Final = 24 * 1024 * 1024
MAX_ROOM_CACHE_BYTES: Final = 4 * 1024 * 1024
MAX_CLUSTER_CACHE_BYTES: Final = 8 * 1024 * 1024
MAX_UNIT_CACHE_BYTES: Final = 24 * 1024 * 1024
# Of each chain of faces, weighed together with the files of its faces.
MAX_LINE_CACHE_BYTES: Final = 4 * 1024 * 1024
MAX_RUN_CACHE_BYTES: Final = 2 * 1024 * 1024
MAX_FACE_CACHE_BYTES: Final = 192 * 1024 * 1024
MAX_MESH_CACHE_BYTES: Final = 64 * 1024 * 1024
# Two or three presses: a table has 17 MB.
MAX_PROOF_TABLE_BYTES: Final = 52 * 1024 * 1024
# Caches, in entries.
MAX_CACHED_INSTANCES_PER_FACE: Final = 16
MAX_CACHED_ARTWORK: Final = 64
MAX_CACHED_SHAPES: Final = 512
MAX_CACHED_PROFILES: Final = 8
MAX_CACHED_COLOURS: Final = 16_384
