"""The rules of a city: `gridwall.yaml` read, checked and applied."""
