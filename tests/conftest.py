"""What every test can ask for."""

import os

pytest_plugins = ["tests.servers"]

# What is about root means nothing to anybody else.
collect_ignore = [] if os.geteuid() == 0 else ["runtime/test_embedded_root.py"]
