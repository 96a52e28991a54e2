"""The browser of the browser tests, for the walls that are watched while something is broken."""

from tests.browser.conftest import browser

__all__ = ["browser"]
