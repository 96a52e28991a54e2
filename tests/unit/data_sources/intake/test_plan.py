"""Whole files: the real ones row for row, and made-up trouble."""

import gzip
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.config.sources import Source
from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.model.state import Outcome
from dashboard.errors import GridwallError
from data_sources.intake.plan import format_of, read_file
from data_sources.intake.spool import Spool
from tests.support.core.shorthand import took
from tests.support.plans import Plan, read_plan
from tests.support.shared_data import SAMPLE, shared

HEADER, *LINES = gzip.decompress(SAMPLE.read_bytes()).decode().splitlines()[:30]


def last_steps(plan: Plan) -> Counter[str]:
    return Counter(str(life[-1].kind) for life in plan.lives)


def plan_of(folder: Path, lines: list[str]) -> Plan:
    file = folder / "some.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    return read_plan(file, format_of("la311"))


def check_los_angeles_2018(plan: Plan) -> None:
    assert (plan.rows, plan.doubled, plan.letters) == (10_000, 0, [])
    assert last_steps(plan) == {"close": 9711, "reject": 280, "return": 9}
    assert plan.notes == {
        "due before reported, ignored": 1058,
        "ended before created: counted, in no time and no score": 13,
    }
    assert sum(life[0].lat is None for life in plan.lives) == 1102
    departments = Counter(life[2].department for life in plan.lives)
    assert departments == {
        "BOS": 7635, "OCB": 2082, "ITA": 139, "BSL": 128, "LADWP": 15, "BSS": 1
    }  # fmt: skip


def test_the_packaged_sample() -> None:
    check_los_angeles_2018(read_plan(SAMPLE, format_of("la311")))


def test_los_angeles_2018() -> None:
    check_los_angeles_2018(read_plan(shared("la311-2018-01.csv.gz"), format_of("la311")))


def test_los_angeles_2020() -> None:
    plan = read_plan(shared("la311-2020-01.csv.gz"), format_of("la311"))
    assert (plan.rows, plan.doubled, plan.letters) == (10_000, 0, [])
    # 16 Open and 18 Closed without a date stay dispatched, 15 Pending are accepted.
    assert last_steps(plan) == {
        "close": 9705, "reject": 244, "dispatch": 34, "accept": 15, "return": 2
    }  # fmt: skip
    assert plan.notes["closed without a date, kept open"] == 18
    assert sum(life[0].lat is None for life in plan.lives) == 11


def test_boston() -> None:
    plan = read_plan(shared("boston311-100.csv"), format_of("boston311"))
    assert (plan.rows, plan.letters, plan.notes) == (100, [], Counter())
    assert last_steps(plan) == {"close": 85, "dispatch": 15}
    assert sum(life[2].due is not None for life in plan.lives) == 89


def test_every_life_of_the_sample_is_lawful_and_in_time() -> None:
    plan = read_plan(SAMPLE, format_of("la311"))
    rules = rules_of("la", None)
    states: dict = {}
    before = 0
    for action, _ in plan.in_time():
        assert action.ts >= before
        before = action.ts
        state, verdict = took(states.get(action.event_id), action, rules)
        assert verdict.outcome is not Outcome.REFUSED
        states[action.event_id] = state
    assert len(states) == 10_000
    assert len({a.action_id for life in plan.lives for a in life}) == sum(map(len, plan.lives))
    assert set(LIFECYCLE) >= {a.kind for life in plan.lives for a in life}


def test_a_repeat_and_a_contradiction(tmp_path: Path) -> None:
    other = LINES[1].replace("BOS", "BSS")
    assert other != LINES[1]
    plan = plan_of(tmp_path, [LINES[0], LINES[1], LINES[0], other])
    assert (plan.rows, plan.doubled, len(plan.lives)) == (4, 1, 2)
    (letter,) = plan.letters
    assert (letter.file, letter.line, letter.field) == ("some.csv", 5, "SRNumber")
    assert letter.reason == "line 3 has the same SRNumber, but differs"


def test_a_bad_row_does_not_stand_in_for_a_good_one(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, [LINES[0].replace("Closed", "Frozen"), LINES[0]])
    assert (len(plan.letters), len(plan.lives)) == (1, 1)


def test_a_value_too_long_is_a_dead_letter(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, [LINES[0].replace("BOS", "B" * 300)])
    (letter,) = plan.letters
    assert letter.field == "department"
    assert len(letter.fields()["value"]) <= 80  # type: ignore[arg-type]


def test_a_code_that_is_refused_is_a_dead_letter(tmp_path: Path) -> None:
    """The setting of the source holds for its files as for what it posts."""
    lines = [LINES[0].replace("BOS", "XYZ"), LINES[1]]
    assert plan_of(tmp_path, lines).letters == []
    file = tmp_path / "some.csv"
    with Spool() as spool:
        refuses = Source(name="la311", unknown_codes="refuse")
        content = read_file(file, format_of("la311"), spool, source=refuses)
        (letter,) = spool.letters()
    assert (content.rows, content.letters) == (2, 1)
    assert (letter.field, letter.value) == ("department", "XYZ")


def test_a_file_without_rows_and_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(GridwallError, match="no row"):
        plan_of(tmp_path, [])
    with pytest.raises(GridwallError, match="format='xls'"):
        format_of("xls")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(LINES), st.integers(0, 150), st.sampled_from(',"x\n 9/')),
        max_size=25,
    )
)
def test_no_row_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, damaged: list[tuple[str, int, str]]
) -> None:
    lines = [line[:at] + mark + line[at:] for line, at, mark in damaged] + [LINES[0]]
    plan = plan_of(tmp_path_factory.mktemp("plan"), lines)
    assert plan.rows == len(plan.lives) + plan.doubled + len(plan.letters)
    # A line break within quotes joins lines; all others make rows of their own.
    if not any('"' in mark for _, _, mark in damaged):
        written = "\n".join(lines).split("\n")
        assert plan.rows == sum(bool(line.strip()) for line in written)


def test_levels_come_from_the_pack() -> None:
    levels = {code: c.level for code, c in cities.load("la").categories.items()}
    for life in read_plan(SAMPLE, format_of("la311")).lives:
        assert life[0].level == levels[life[0].category]


def test_a_time_in_the_future_is_a_dead_letter_that_names_the_span(tmp_path: Path) -> None:
    cells = LINES[1].split(",")
    cells[HEADER.split(",").index("ClosedDate")] = "01/05/2081 09:00:00 AM"
    plan = plan_of(tmp_path, [LINES[0], ",".join(cells)])
    (letter,) = plan.letters
    assert (letter.line, letter.field, len(plan.lives)) == (3, "ended", 1)
    assert "is after the plausible span, 2005-" in letter.reason


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for copies in (4, 12):
        file = tmp_path / f"{copies}.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write(HEADER + "\n")
            for number in range(copies * 100):
                out.writelines(f"{number}-{line}\n" for line in LINES)
        code = (
            "import re, sys; from pathlib import Path\n"
            "from data_sources.intake.plan import format_of, read_file\n"
            "from data_sources.intake.spool import Spool\n"
            "with Spool() as spool:\n"
            "    content = read_file(Path(sys.argv[1]), format_of('la311'), spool)\n"
            "status = Path('/proc/self/status').read_text()\n"
            "print(content.rows, re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
        )
        rows, kib = map(int, done.stdout.split())
        assert rows == copies * 100 * len(LINES)
        peaks.append(kib)
    small, large = peaks
    # 23,200 rows more, held in memory, took 128 MB; pages of the spool are held up to 16 MB
    assert large - small < 20_000
    assert large < 150_000
