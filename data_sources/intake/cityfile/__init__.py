"""Any city's file: looked at, counted, and turned into the cases that a feed sends.

In: tables (`data_sources.intake.tables`) and, if there is one, a mapping file. Out: what the
columns are taken for (`dashboard.core.mapping`), the counts of the whole file, and its cases.
"""
