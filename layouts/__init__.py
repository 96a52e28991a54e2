"""What a screen is made of. Pure: a state and a language in, components out.

Nothing here reads a store, a clock or a request.
"""
