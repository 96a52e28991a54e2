"""Documents to print, send and open elsewhere: PDF, Word, Excel and CSV from plain values.

Everything here is a pure function of a brief (or rows), a city pack and a language; fonts are read
from `fonts/`. No Redis, no Dash, nothing of the screens.
"""
