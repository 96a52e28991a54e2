"""Carries notices from the outbox to the channels a site has set up.

At least once, in order for one event and one channel, tried again with back-off, given up
where people can see it.
"""
