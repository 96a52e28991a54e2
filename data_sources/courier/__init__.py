"""Delivers notices from the outbox to the channels a site has set up.

At least once, in order for each event and channel, tried again with back-off; deliveries that are
given up stay on a list for people.
"""
