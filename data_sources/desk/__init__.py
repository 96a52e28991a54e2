"""The leaders' questions: a queryable copy of what the projector holds, and ready-made answers."""
