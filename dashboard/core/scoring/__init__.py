"""Sums of tallies in, scores from 0 to 100 out, with weights, reasons and explanations."""
