"""Real requests and answers for the API document: recorded of a running installation, never made up.

`pytest tests/gateway/equality --golden` records them; without the flag it holds them to what is
answered now. Bytes and texts of thousands of characters are cut short when they are recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("api_examples.json")


@dataclass(frozen=True, slots=True)
class Example:
    """One call that succeeded.

    request, answer: messages in JSON; of bytes and of streams there is no answer. credential: the
    security scheme that was shown: "secretKey", "publishableKey", "guestSession" (beside a
    publishable key), "person", "platform", or "" for none.
    """

    request: dict[str, Any]
    answer: Any = None
    credential: str = ""


@cache
def recorded() -> Mapping[str, Example]:
    """Return the examples by full name of the rpc."""
    found = json.loads(FILE.read_text())
    return {name: Example(**example) for name, example in found.items()}
