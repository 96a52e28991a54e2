"""What is on a leaders' page as a file for a spreadsheet: CSV or Excel."""

from dashboard.web.exports.make import PAGES, Exported, export

__all__ = ["PAGES", "Exported", "export"]
