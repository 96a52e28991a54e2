"""The rules of a city: `gridwall.yaml` read and checked into `Rules`; `book` is the entrance."""
