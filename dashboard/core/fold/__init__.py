"""A batch of actions in, changes to views out."""
