"""A batch of actions in, changes to events and views out; an event's part in each view."""
