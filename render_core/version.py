"""The renderer's version: part of every cache key and of every manifest.

Raise it in the commit that changes the bytes of any output; the golden files say when that is.
"""

RENDERER_VERSION = "1.2.0"
