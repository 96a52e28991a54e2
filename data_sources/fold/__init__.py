"""Everything that writes views: projector, commit, deadline clock, linker, rebuild."""
