"""The fictional city of the style guide: its names, its time, its levels."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from layouts.look.city import CityView

#: 23 November 2026, 17:32:08 in Asia/Shanghai.
NOW = 1_795_426_328_000
MINUTE, HOUR = 60_000, 3_600_000
LEVELS = ("red", "orange", "yellow", "blue")
COUNTIES = tuple(f"99010{n}" for n in range(1, 7))


@cache
def city() -> CityView:
    """The city as the screens know one."""
    names = json.loads(Path(__file__).with_name("sample.json").read_text("utf-8"))
    return CityView(
        id="sample",
        simulated=True,
        zone="Asia/Shanghai",
        bounds=((41.0, 116.0), (43.0, 119.0)),
        areas_url="/assets/screens/styleguide.geojson",
        **names,
    )


def listed(rows: dict[str, Any]) -> dict[str, Any]:
    """Rows in the order they are in, as the stream has lists."""
    return {"order": list(rows), "rows": rows}
