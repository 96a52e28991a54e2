"""People, sessions, the record of what they did, saved views."""
