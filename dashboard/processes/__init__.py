"""What `gridwall up` runs: the supervisor, its children, one `run` for each role."""
