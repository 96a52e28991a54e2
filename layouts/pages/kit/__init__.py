"""The kit of all leaders' pages: shell, filters, parts, links, messages, forms, ids."""
