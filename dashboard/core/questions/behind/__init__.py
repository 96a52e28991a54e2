"""Behind a figure: the address of the list of its events, and how the list adds up to it."""
