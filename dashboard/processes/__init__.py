"""What `gridwall up` runs: the supervisor, its child processes, one `run_…` for each role."""
