"""The ways out: what each kind of channel expects, and the words that are sent.

Nothing here knows Redis or what has been sent before; a channel takes messages and either
sends them, or says that it must be tried again or that it is no use.
"""
