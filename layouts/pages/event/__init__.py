"""An event's page and a grid's page."""
