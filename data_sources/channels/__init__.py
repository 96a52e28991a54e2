"""The channels notices are sent by: their settings, their protocols, the words that are sent.

Nothing here knows Redis or what has been sent before. A channel takes messages and either sends
them, or raises `TryAgain` (try later) or `GiveUp` (never).
"""
