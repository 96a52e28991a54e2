"""Accounts, sessions, the audit record and saved views, in Redis."""
