"""The resource names of this service."""

from __future__ import annotations

from typing import Final

from services.runtime.names import Template

PRODUCT: Final = Template("brands/{brand}/products/{product}")
REVISION: Final = Template("brands/{brand}/products/{product}/revisions/{revision}")
FONT: Final = Template("brands/{brand}/fonts/{font}")
ASSET: Final = Template("brands/{brand}/assets/{asset}")
SPEC: Final = Template("brands/{brand}/specs/{spec}")
