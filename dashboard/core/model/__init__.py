"""The types that all packages use: actions, an event's state, rules, calendars, periods."""
