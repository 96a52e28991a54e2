"""A made-up city: events that begin, live and end as a grid centre would see them. Pure.

`stream` yields actions in the order of time, without end. The same city, rate and seed give the
same actions for the same span of time, whenever they are made, so a run that starts again sends
the same actions and nothing is counted twice.
"""

from data_sources.intake.simulator.births import MAX_LIFE_MS, SLOT_MS
from data_sources.intake.simulator.merge import lives, stream

__all__ = ["MAX_LIFE_MS", "SLOT_MS", "lives", "stream"]
