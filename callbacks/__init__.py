"""Wiring only: which component's change calls which function. No logic, no data access."""
