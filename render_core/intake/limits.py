"""What intake accepts. A file over a limit is refused before the work that the limit bounds."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

# Fonts. The largest whole CJK faces are about 20 MiB.
MAX_FONT_BYTES: Final = 32 * MIB
MAX_UNPACKED_FONT_BYTES: Final = 48 * MIB
MAX_FONT_TABLES: Final = 64
MAX_FONT_SEGMENTS: Final = 8_000_000
MAX_NAME_CHARACTERS: Final = 200
MAX_SVG_FONT_ELEMENTS: Final = 20_000
MAX_SVG_KERNING_PAIRS: Final = 50_000
MAX_LICENCE_CHARACTERS: Final = 2_000

# Raster images. Phones deliver up to 50 megapixels as JPEG; decoding WebP takes a dozen bytes of
# memory a pixel, so fewer fit in the child that reads uploads.
MAX_IMAGE_BYTES: Final = 40 * MIB
MAX_IMAGE_SIDE_PX: Final = 16_000
MAX_IMAGE_PIXELS: Final = 51_000_000
MAX_WEBP_PIXELS: Final = 16_000_000
MAX_JPEG_SCANS: Final = 64
# A progressive JPEG is held whole while it is read, two bytes a sample: 50 megapixels with halved
# colour, 30 with whole colour.
MAX_PROGRESSIVE_SAMPLES: Final = 90_000_000
MAX_PROFILE_BYTES: Final = 4 * MIB
MAX_CHUNKS: Final = 200_000

# Vector artwork.
MAX_SVG_BYTES: Final = 4 * MIB
MAX_SVG_ELEMENTS: Final = 20_000
MAX_SVG_DEPTH: Final = 64
MAX_SVG_USE_DEPTH: Final = 8
MAX_SVG_ATTRIBUTE_CHARACTERS: Final = 1_000_000
MAX_SVG_STYLE_RULES: Final = 2_000
MAX_SVG_SEGMENTS: Final = 200_000
MAX_SVG_CROSSINGS: Final = 50_000
MAX_SVG_SIDE_UM: Final = 5_000_000

# Meshes. What a phone shows has 150,000 triangles; what is uploaded may have more, to be made lighter.
MAX_MESH_BYTES: Final = 40 * MIB
MAX_MESH_TRIANGLES: Final = 1_000_000
MAX_MESH_VERTICES: Final = 1_500_000
MAX_MESH_DOCUMENT_BYTES: Final = 4 * MIB
MAX_MESH_OBJECTS: Final = 10_000  # accessors, views, nodes and the like, each
MAX_MESH_PRIMITIVES: Final = 1_000  # as drawn: a mesh that two nodes show counts twice
MAX_MESH_NODE_DEPTH: Final = 64
MAX_MESH_MATERIALS: Final = 64
MAX_MESH_NAME_CHARACTERS: Final = 100
# An OBJ is read word by word: as many bytes take several times as long as in a GLB.
MAX_OBJ_BYTES: Final = 16 * MIB
MAX_OBJ_LINES: Final = 3_000_000
MAX_OBJ_LINE_CHARACTERS: Final = 10_000
