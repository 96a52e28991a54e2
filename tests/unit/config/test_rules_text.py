"""What is shown of the rules: their fingerprint, where each comes from, a section as data."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import ROOT
from dashboard.config import settings
from dashboard.config.reading import Steps
from dashboard.config.rules import book
from dashboard.config.settings import Settings
from tests.support.rulefiles import DEFAULTS, given, rules

EXAMPLE = ROOT / "gridwall.example.yaml"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "text",
    [
        "limits: {red: {respond: 10 min}}",
        "limits: {from: 2026-07-01}",
        "limits: {red: {respond: 15 min, handle: 2 h, clock: working}}",
        "escalation: {steps: [0.4, 0.8, 1, 1.5]}",
        "escalation: {ladders: {red: {handle: [city, city, city, city, city]}}}",
        "quiet_hours: off",
        "on_site: {check_in_every: 20 min}",
        "rework_share: 0.6",
        "month_closes: 6",
        "recurrence_days: 31",
        "working_hours: {opens: 9:00, closes: 18:00}",
        "calendar: {days_off: [2018-03-07]}",
        "calendar: {holidays: weekdays}",
    ],
)
def test_the_fingerprint_changes_with_what_the_fold_depends_on(text: str) -> None:
    assert book.fingerprint(rules(text)) != book.fingerprint(DEFAULTS)


@pytest.mark.usefixtures("here")
def test_the_fingerprint_knows_the_zone_and_the_zooms_but_no_weights_surge_or_notify() -> None:
    print_ = book.fingerprint(DEFAULTS)
    assert book.fingerprint(book.rules_of("chifeng", "Asia/Tokyo")) != print_
    assert book.fingerprint(replace(DEFAULTS, cell_zooms=(8, 10))) != print_
    text = "weights: {rating: 0.1}\nsurge: {min_count: 9}\nnotify: [anything]\n"
    assert book.fingerprint(rules(text)) == print_
    # days of one's own that say what the library has anyway
    assert book.fingerprint(rules("calendar: {days_off: [2018-02-15]}")) == print_


def test_the_fingerprint_is_the_same_in_another_process_and_order() -> None:
    program = (
        "from dashboard.config.rules import book; from dataclasses import replace\n"
        "r = book.rules_of('chifeng', None)\n"
        "turned = lambda d: dict(reversed(list(d.items())))\n"
        "r = replace(r, limits=tuple((s, turned(l)) for s, l in r.limits),"
        " ladders=turned(r.ladders))\n"
        "print(book.fingerprint(r))"
    )
    for seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()
        assert found == book.fingerprint(DEFAULTS)


def test_the_file_in_the_working_directory_is_found_and_handed_to_children(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRIDWALL_RULES_FILE", raising=False)
    assert settings.load().rules_file is None
    # a child without one must not find one where it runs
    assert settings.load().environment()["GRIDWALL_RULES_FILE"] == "none"
    (here / "gridwall.yaml").write_text("month_closes: 9\n")
    assert settings.load().rules_file == here / "gridwall.yaml"
    child = settings.load().environment()
    monkeypatch.setenv("GRIDWALL_RULES_FILE", child["GRIDWALL_RULES_FILE"])
    monkeypatch.chdir("/")
    assert book.rules_for(settings.load()).month_closes == 9
    monkeypatch.chdir(here)
    monkeypatch.setenv("GRIDWALL_RULES_FILE", "none")
    assert settings.load().rules_file is None
    monkeypatch.setenv("GRIDWALL_RULES_FILE", "other.yaml")
    assert settings.load().rules_file == here / "other.yaml"


@pytest.mark.usefixtures("here")
def test_describe_tells_where_each_rule_comes_from() -> None:
    config = given(
        "# site\nlimits:\n- red: {respond: 10 min}\n- from: 2026-07-01\n  red: {handle: 1 h}\n"
        "quiet_hours: off\nweights:\n  from: 2018-01\n  rating: 0.1\n"
    )
    origins = {path: (value, where) for path, value, where in book.describe(config)}
    assert origins["limits.red.respond"] == ("10 min", "gridwall.yaml:3")
    assert origins["limits.red.handle"] == ("2 h", "default")
    assert origins["limits[2026-07-01].red.respond"] == ("10 min", "gridwall.yaml:3")
    assert origins["limits[2026-07-01].red.handle"] == ("1 h", "gridwall.yaml:5")
    assert origins["limits[2026-07-01].blue.handle"] == ("7 working days", "default")
    assert origins["quiet_hours"] == ("off", "gridwall.yaml:6")
    assert origins["weights.rating"] == ("0.3", "default")
    assert origins["weights[2018-01].rating"] == ("0.1", "gridwall.yaml:9")
    assert origins["working_hours.closes"] == ("17:30", "default")


@pytest.mark.usefixtures("here")
def test_a_section_knows_the_line_of_each_path() -> None:
    config = given(
        "notify:\n- to: city\n  url: http://example.test\n  every: 010\n  at: 22:00\n"
        "  days: [1, 2.5]\n  quiet: off\n  day: 2026-01-01\n- {}\n"
    )
    assert book.rules_for(config).rework_share == 0.5  # the other sections do not mind
    notify = book.section(config, "notify")
    assert notify is not None
    assert notify.plain() == [
        {
            "to": "city",
            "url": "http://example.test",
            "every": 10,
            "at": "22:00",
            "days": [1, 2.5],
            "quiet": False,
            "day": "2026-01-01",
        },
        {},
    ]

    def line(steps: Steps) -> int:
        return notify.closest(steps).line

    assert [line((0, "to")), line((0, "url")), line((0, "days", 1)), line((1,))] == [2, 3, 6, 9]
    assert line((0, "not there")) == 2
    assert line((7,)) == 1
    url = notify.find((0, "url"))
    assert url is not None
    error = url.expected("a URL")
    assert str(error) == "gridwall.yaml:3: notify[1].url='http://example.test': expected a URL"
    missing = notify.closest((0,)).missing("channel", "a name")
    assert str(missing) == "gridwall.yaml:2: notify[1].channel: missing; expected a name"
    assert book.section(config, "surge") is None
    assert book.section(Settings(rules_file=Path("none")), "notify") is None
