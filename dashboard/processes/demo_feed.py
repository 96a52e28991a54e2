"""The feed that `gridwall up` runs to demonstrate a city."""

from importlib import resources

from dashboard.config.settings import Settings
from dashboard.errors import GridwallError

#: The replay starts on a working morning of the sample, not in its empty first hours.
_LA_FROM = "2018-01-03 09:00"
_LA_SPEED = "30"
_CHIFENG_RATE = "0.05"


class FeedError(GridwallError):
    """The city has no feed of its own, or cannot take the options given."""


def feed_arguments(settings: Settings, speed: str | None, rate: float | None) -> list[str] | None:
    """The `gridwall` arguments of the city's feed; None for a city that has none."""
    if settings.city == "la":
        if rate is not None:
            raise FeedError("--rate is for a simulated city; la replays a sample: use --speed")
        sample = resources.files("dashboard.config.cities") / "la" / "sample.csv.gz"
        if not sample.is_file():
            raise FeedError(f"the sample {sample} is missing: install Gridwall again")
        return [
            *("replay", str(sample), "--format", "la311"),
            *("--speed", speed or _LA_SPEED, "--from", _LA_FROM),
        ]
    if settings.city == "chifeng":
        if speed is not None:
            raise FeedError("--speed is for a replay; chifeng is simulated: use --rate")
        shown = _CHIFENG_RATE if rate is None else f"{rate:g}"
        return ["simulate", "--city", "chifeng", "--rate", shown, "--seed", "1"]
    if speed is not None or rate is not None:
        raise FeedError(f"city {settings.city!r} has no feed of its own: start one by `replay`")
    return None
