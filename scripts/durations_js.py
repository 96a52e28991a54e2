"""Writes assets/durations.mjs from the table of dashboard/config/words/durations.py.

``--check`` writes nothing and returns 1 if the file is another.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboard.config.words.durations import UNITS, Unit

FILE = Path(__file__).resolve().parents[1] / "assets" / "durations.mjs"
CODE = """\
/* Written by scripts/durations_js.py from dashboard/config/words/durations.py; not by hand. */

const UNITS = [
{rows}
];

/**
 * A length of `ms` milliseconds in one or two units, as pages, exports and briefs write it.
 * `unit(word, n)` returns the message `unit.<word>` for a number.
 */
export function duration(ms, unit) {
  const whole = Math.floor(Math.abs(ms));
  const used = UNITS.find((one) => whole >= one.ms) || UNITS[UNITS.length - 1];
  const first = unit(used.word, Math.floor(whole / used.ms));
  if (!used.restMs || (used.restUntil && whole >= used.restUntil)) return first;
  const rest = Math.floor((whole % used.ms) / used.restMs);
  return rest ? first + " " + unit(used.restWord, rest) : first;
}
"""


def row(unit: Unit) -> str:
    """One unit as an object of JavaScript."""
    names = ("word", "ms", "restWord", "restMs", "restUntil")
    values = (f'"{value}"' if isinstance(value, str) else str(value) for value in unit)
    return f"  {{ {', '.join(f'{n}: {v}' for n, v in zip(names, values, strict=True))} }},"


def main() -> int:
    """Write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    wanted = CODE.replace("{rows}", "\n".join(map(row, UNITS)))
    if parser.parse_args().check:
        if FILE.read_text("utf-8") == wanted:
            return 0
        print(f"{FILE.name} does not match the table of durations: run {Path(__file__).name}")
        return 1
    FILE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
