"""The pages about departments and places: scoreboard, one of them, some side by side."""
