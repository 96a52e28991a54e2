"""The briefs' pages: the list with what can be made, and one brief. Pure."""
