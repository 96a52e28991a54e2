"""Briefs of a day, a week or a month: what they say, by fixed rules. Pure.

:mod:`material` is what was counted, :mod:`composing` makes a :class:`model.Brief` of it, in codes
and numbers; the words are put to it by who shows it.
"""
