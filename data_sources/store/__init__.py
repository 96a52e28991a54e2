"""What every process needs of Redis: keys, connections, leases, Lua scripts, actions, the clock.

Imports nothing of the other data sources; every Redis key is built in `keys`.
"""
