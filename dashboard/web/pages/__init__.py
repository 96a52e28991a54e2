"""The leaders' pages: each module reads what its page shows and hands it to a layout.

`table.py` lists the pages, `render.py` makes one from an address.
"""
