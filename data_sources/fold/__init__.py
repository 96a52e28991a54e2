"""Everything that writes views: projector, commit, deadline clock, linker, rebuild.

In: the action streams. Out: states, views, notices and links, each batch in one atomic step.
"""
