"""Archives a shard of a test's store until it is killed: `python -m tests.chaos.archiving …`.

`URL DIRECTORY`: small units, so that there are many steps to be killed in. Prints "ready" first.
"""

from __future__ import annotations

import sys
from pathlib import Path

from data_sources.archive.archiver import Archiver
from data_sources.store.connection import connect
from tests.support.stores.archives import END
from tests.support.stores.engine import G0, RULES

UNIT = 4


def main(url: str, directory: str) -> None:
    archiver = Archiver(connect(url), G0, RULES, Path(directory), unit=UNIT, grace_s=0)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    assert archiver.acquire()
    archiver.archive(END)
    archiver.release()


if __name__ == "__main__":
    main(*sys.argv[1:])
