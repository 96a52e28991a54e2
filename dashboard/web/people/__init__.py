"""People: who asks, what they may do and where; accounts, sessions, signing in, the record."""
