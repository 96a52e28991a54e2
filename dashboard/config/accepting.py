"""What of a source is accepted in a city: one rule for every way in, over HTTP and from files."""

from __future__ import annotations

from dashboard.config.cities import City
from dashboard.config.sources import Source
from dashboard.core.model.actions import Action, of_source
from dashboard.core.model.codes import refused
from dashboard.core.model.span import Span, plausible


def judged(action: Action, source: Source, city: City, span: Span) -> Action:
    """The same action; raises :class:`ActionError` with the field for what is not accepted.

    That is: a kind that no source sends, a time outside of ``span``, and a code that the city does
    not know if the source's setting is to refuse it.
    """
    of_source(plausible(action, span))
    return refused(action, city.known) if source.unknown_codes == "refuse" else action
