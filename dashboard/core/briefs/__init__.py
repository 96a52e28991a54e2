"""Briefs of a day, a week or a month, composed by fixed rules. Pure.

In: what was counted. Out: a :class:`model.Brief` in codes and numbers (:mod:`.compose`, with the
:mod:`.sentences`); whatever shows it adds the words. :mod:`.schedule` tells when one falls due.
"""
