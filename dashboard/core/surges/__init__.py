"""Counts and what is usual in, warnings of counts far above it out."""
