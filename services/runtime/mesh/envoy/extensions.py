"""What the types of Envoy's extensions are named after (`@type`, google.protobuf.Any)."""

from __future__ import annotations

from typing import Final

EXTENSIONS: Final = "type.googleapis.com/envoy.extensions"
