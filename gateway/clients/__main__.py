"""Write the clients, or compare what is committed with what the descriptors say.

python -m gateway.clients            writes
python -m gateway.clients --check    exits with 1 if something differs
"""

from __future__ import annotations

import argparse
import sys

from gateway.clients import files


def main() -> None:
    parser = argparse.ArgumentParser("python -m gateway.clients", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    stale = files.stale()
    if parser.parse_args().check:
        if stale:
            sys.exit(f"{', '.join(map(str, stale))}: run `python -m gateway.clients`")
        return
    for path in stale:
        path.write_text(files.made()[path])


if __name__ == "__main__":
    main()
