"""The wall: pure functions from words and the city to components; the stream brings the numbers."""
