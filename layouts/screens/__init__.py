"""Screens without the shell: pairing, sign-in, steering."""
