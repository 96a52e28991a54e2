"""What an operator writes: settings, rules, city packs, scenes; and the words. Knows the core only.

`reading` turns what is written into checked values, or a `ConfigError` with file and line.
"""
