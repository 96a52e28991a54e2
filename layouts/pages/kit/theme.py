"""Mantine's theme from the wall's: its type, one accent; colours come from assets/tokens.css."""

from __future__ import annotations

from typing import Any

from layouts.look.theme import DARK, FONT_STACK, LIGHT


def mix(one: str, other: str, share: float) -> str:
    """A colour so far on the way from one `#rrggbb` to another."""
    pairs = zip(bytes.fromhex(one[1:7]), bytes.fromhex(other[1:7]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def accents() -> list[str]:
    """Mantine wants ten shades: the light theme's accent is the 7th, the dark theme's the 4th."""
    light, dark = LIGHT.accent, DARK.accent
    white, black = LIGHT.on_alarm, LIGHT.bright
    pale = [mix(white, dark, share) for share in (0.1, 0.3, 0.6)]
    between = [mix(dark, light, share) for share in (0.35, 0.7)]
    deep = [mix(light, black, share) for share in (0.2, 0.4, 0.6)]
    return [*pale, dark, *between, light, *deep]


def mantine() -> dict[str, Any]:
    """The theme for `dmc.MantineProvider`."""
    return {
        "fontFamily": FONT_STACK,
        "headings": {"fontFamily": FONT_STACK, "fontWeight": "600"},
        "colors": {"accent": accents()},
        "primaryColor": "accent",
        "primaryShade": {"light": 6, "dark": 3},
        "defaultRadius": "sm",
        "respectReducedMotion": True,
    }
