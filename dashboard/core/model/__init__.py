"""The words that all floors use: levels, actions, an event's state, rules, calendars, periods."""
