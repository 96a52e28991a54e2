"""How every room of the web worker answers: the shape of errors, addresses and caching of files."""
