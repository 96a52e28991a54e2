"""Try the surge warnings on made-up cities with known surges; put the tables in docs/warnings.md.

``--seeds 1 2`` names the cities, ``--print`` leaves the file alone. Takes about four minutes.
"""

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dashboard.core.model.rules import Surge  # noqa: E402
from tests.support.core.surgedata import City, Label, Simulation, class_keys  # noqa: E402
from tests.support.core.surgetrial import (  # noqa: E402
    Rule,
    Score,
    alarms_of,
    called,
    delays,
    hours_in_question,
    scores,
    three_sigma,
    tuned,
    warned,
    with_floor,
)

DAYS = range(28, 42)
TIMES = (2.0, 3.0, 5.0)
MARKS = "<!-- surge table -->", "<!-- end of surge table -->"
DOC = ROOT / "docs" / "warnings.md"


def main() -> int:
    """Run the trials and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--every", type=int, default=5, help="minutes between passes")
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    text = tables(given.seeds, given.every)
    print(text)
    if not given.print:
        before, _, rest = DOC.read_text().partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        DOC.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")
    return 0


def tables(seeds: list[int], every: int) -> str:
    """Markdown: false alarms, then what was found of the surges."""
    surge = Surge()
    false: dict[str, list[float]] = defaultdict(list)
    found: dict[str, dict[float, dict[Label, int | None]]] = {
        name: {times: {} for times in TIMES} for name in ("ours", "plain", "tuned")
    }
    ks = []
    for seed in seeds:
        began = time.monotonic()
        city = Simulation(City(seed=seed))
        ours = len(warned(city.reports, DAYS, surge, every)[0])
        calm = hours_in_question(city.reports, DAYS, surge, every)
        k = tuned(calm, surge, max(1, ours))
        ks.append(k)
        rules: dict[str, Rule] = {"plain": three_sigma, "tuned": with_floor(k)}
        false["ours"].append(ours / len(DAYS))
        for name, rule in rules.items():
            false[name].append(len(called(calm, surge, rule)) / len(DAYS))
        for number, times in enumerate(TIMES):
            reports, labels = city.with_surges(number, times, DAYS.start, 40)
            raised = alarms_of(warned(reports, DAYS, surge, every)[0])
            found["ours"][times].update(_own(seed, delays(raised, labels)))
            asked = hours_in_question(reports, DAYS, surge, every)
            for name, rule in rules.items():
                calls = called(asked, surge, rule)
                found[name][times].update(_own(seed, delays(calls, labels)))
        print(f"seed {seed}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    by_class = {
        name: {times: scores(of) for times, of in each.items()} for name, each in found.items()
    }
    return "\n".join([*_false_lines(false, seeds, ks), "", *_found_lines(by_class)])


def _own(seed: int, of: dict[Label, int | None]) -> dict[Label, int | None]:
    """Labels of one city, their starts moved on by its seed: cities side by side stay apart."""
    return {
        Label(**{**vars(label), "start": label.start + seed * 10_000_000}): delay
        for label, delay in of.items()
    }


def _false_lines(false: dict[str, list[float]], seeds: list[int], ks: list[float]) -> list[str]:
    tuned_by = ", ".join(f"{k:g}" for k in ks)
    names = {
        "ours": "this model (accepted: 1)",
        "plain": "mean + 3 sd",
        "tuned": f"mean + k · max(sd, 0.5), k = {tuned_by}",
    }
    lines = [
        f"| false alarms a day | {' | '.join(f'seed {seed}' for seed in seeds)} | mean |",
        f"|---|{'--:|' * (len(seeds) + 1)}",
    ]
    for name, label in names.items():
        days = false[name]
        cells = " | ".join(f"{x:.2f}" for x in [*days, sum(days) / len(days)])
        lines.append(f"| {label} | {cells} |")
    return lines


def _found_lines(by: dict[str, dict[float, dict[tuple[str, str], Score]]]) -> list[str]:
    heads = " | ".join(f"{times:g}×" for times in TIMES)
    lines = [
        "Found of the surges (median delay in minutes): this model / 3 sd / k sd.",
        "",
        f"| tier | usual reports an hour | tried | {heads} |",
        f"|---|---|--:|{'---|' * len(TIMES)}",
    ]
    for key in class_keys():
        tried = "/".join(
            str(by["ours"][times][key].tried) for times in TIMES if key in by["ours"][times]
        )
        cells = [
            " / ".join(_cell(by[name][times].get(key)) for name in ("ours", "plain", "tuned"))
            for times in TIMES
        ]
        lines.append(f"| {key[0]} | {key[1]} | {tried} | {' | '.join(cells)} |")
    return lines


def _cell(score: Score | None) -> str:
    if score is None or not score.tried:
        return "–"
    delay = "" if score.delay is None else f" ({score.delay:.0f})"
    return f"{100 * score.rate:.0f} %{delay}"


if __name__ == "__main__":
    sys.exit(main())
