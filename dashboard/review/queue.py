"""The queue workbench: what the page must know before its rows come by themselves."""

from __future__ import annotations

from dashboard.core.ask import Ask
from dashboard.core.workqueue import queue_ask
from dashboard.i18n import catalogue
from dashboard.people.model import Capability, Person
from dashboard.review.reading import heard
from dashboard.review.site import ReviewSite
from layouts.names import LOCALES
from layouts.review.frame import Shown
from layouts.review.queue import QueueData, body

#: of the shell's filters; the queue has no range, and asks for search and clock itself
FILTERS = ("area", "department", "category", "level", "channel")


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``AskError``."""
    data = QueueData(
        asked=queue_ask(ask),
        acts=who.may(Capability.ACT),
        shares=who.may(Capability.BRIEF),
        zone=site.view.zone,
        locale=LOCALES[ask.lang],
        simulated=site.city.simulated,
    )
    return Shown(body(data, catalogue(ask.lang)), heard(site, who))
