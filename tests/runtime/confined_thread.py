"""A module whose import starts a thread, as some libraries do. Imported inside the confined child."""

from __future__ import annotations

import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()
