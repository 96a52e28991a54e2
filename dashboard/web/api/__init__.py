"""The HTTP interface beside the pages: health, the wall's state, the stream, the intake."""
