"""The leaders' pages: what each reads, and how it becomes a page of this app."""
