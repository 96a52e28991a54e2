"""A URL's query in, a typed ask out; and the structs of every answer to a leaders' page."""
