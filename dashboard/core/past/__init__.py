"""Snapshots of a shard at past moments in; views of a wall, and marks of a day, out."""
