"""Scores from 0 to 100: formulas, shrinkage, weights, reasons, explanation."""
