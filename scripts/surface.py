"""Record what others rely on, so that two versions of Gridwall can be compared.

``surface.py OUT_DIR``, run in the root of a checkout, writes sorted text files: openapi.json,
help/, settings.txt, and for each city dom/, assets/, api/, cli/ and redis_keys. The checkout may
be another one than this script's: only its command, its HTTP server and its settings are used.
``surface.py --compare A B`` prints how two such directories differ; exit code 1 if they do.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from surfaces import answers, commands, compare, pages, store
from surfaces.checkout import Checkout
from surfaces.site import CITIES, Site, served

#: everything together; a part that hangs must not hang the caller
LONGEST_S = 5400


def main() -> int:
    """0 if recorded or equal, 1 if different."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, metavar="OUT_DIR")
    parser.add_argument("--city", choices=CITIES, help="this city only")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"))
    parser.add_argument("--lines", type=int, default=40, help="most lines of a section's diff")
    given = parser.parse_args()
    if given.compare:
        first, second = given.compare
        return compare.report(first, second, given.lines)
    if given.out is None:
        parser.error("give OUT_DIR, or --compare A B")
    signal.signal(signal.SIGALRM, _end)
    signal.signal(signal.SIGTERM, _end)
    signal.alarm(LONGEST_S)
    record(given.out.absolute(), [given.city] if given.city else list(CITIES))
    return 0


def record(out: Path, cities: list[str]) -> None:
    """Write the surface of the checkout in the working directory; replaces `out`."""
    checkout = Checkout(Path.cwd())
    if out.exists():
        if not (out / "settings.txt").exists() and any(out.iterdir()):
            sys.exit(f"{out} is not empty and holds no earlier record")
        shutil.rmtree(out)
    out.mkdir(parents=True)
    began = time.monotonic()
    commands.write_help(checkout, out)
    commands.write_settings(checkout, out)
    _say(began, "help and settings")
    for city in cities:
        # a socket's path must be short
        with (
            tempfile.TemporaryDirectory(prefix="gw-surface-", dir="/tmp") as work,
            served(checkout, city, Path(work)) as site,
        ):
            _say(began, f"{city} is served")
            _record_site(site, out, began)


def _record_site(site: Site, out: Path, began: float) -> None:
    answers.write_openapi(site, out)
    answers.prepare(site)
    answers.write_open(site, out)
    _say(began, f"{site.city}: answers of the open demo")
    commands.write_answers(site, out)
    _say(began, f"{site.city}: answers of commands")
    with pages.Recorder(site, out) as recorder:
        recorder.open_demo()
        _say(began, f"{site.city}: pages of the open demo")
        site.add_account()
        recorder.signed_in()
    answers.write_guarded(site, out)
    store.write_keys(site, out)
    _say(began, f"{site.city}: what an account changes")


def _say(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {what}", flush=True)


def _end(number: int, _frame: FrameType | None) -> None:
    # an exception, so that everything started is stopped
    raise SystemExit(f"stopped before the end: {signal.Signals(number).name}")


if __name__ == "__main__":
    sys.exit(main())
