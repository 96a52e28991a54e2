"""The tables of the leaders' pages as files for a spreadsheet: CSV or Excel."""

from dashboard.web.exports.make import PAGES, Exported, export

__all__ = ["PAGES", "Exported", "export"]
