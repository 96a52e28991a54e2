"""How far apart colours are for those who see fewer of them.

Dichromacy is simulated by Machado, Oliveira and Fernandes (2009) at full severity, distance is
Euclidean in CAM02-UCS (Luo, Cui and Li 2006), where about 1 is a just noticeable difference
between two large patches side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from colorspacious import cspace_convert, deltaE

#: What is missing → the simulation's name; None is everybody else.
VISIONS = {
    "normal": None,
    "protanopia": "protanomaly",
    "deuteranopia": "deuteranomaly",
    "tritanopia": "tritanomaly",
}
#: Small marks need more. For marks of a third of a degree (a level's mark seen from three screen
#: heights) half of all viewers need 7.3 in lightness (Stone, Albers Szafir and Setlur 2014:
#: 5.1 + 0.75 / size), and lightness is what is left between red, orange and yellow for two of
#: the three. 10 is that with a third to spare. Shape and word carry the level in any case.
APART = 10.0


def seen(colour: str, vision: str) -> np.ndarray:
    """sRGB of ``#rrggbb`` as that vision has it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    kind = VISIONS[vision]
    if kind is None:
        return rgb
    space = {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
    return np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)


def distances(colours: Mapping[str, str], vision: str) -> dict[str, float]:
    """``"red / orange"`` → distance, for every two."""
    return {
        f"{one} / {other}": float(
            deltaE(
                seen(colours[one], vision),
                seen(colours[other], vision),
                input_space="sRGB1",
                uniform_space="CAM02-UCS",
            )
        )
        for one, other in combinations(colours, 2)
    }
