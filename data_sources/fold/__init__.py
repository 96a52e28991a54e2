"""The parts of a rebuild: the fold beside the live views, the swap, what it corrects."""
