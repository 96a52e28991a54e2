"""The leaders' pages as components: pure functions of data, the ask, the city and the words."""
