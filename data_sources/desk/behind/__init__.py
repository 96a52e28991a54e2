"""Behind a figure: the list of the events that it counts, and how they add up to it."""
