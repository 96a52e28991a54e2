"""Whether a count is far above its usual."""
