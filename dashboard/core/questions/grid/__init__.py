"""One grid: its ledger of the month, its base counts, and the sheet that shows both."""
