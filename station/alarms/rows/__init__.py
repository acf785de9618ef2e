"""The rows of the one table of conditions, one file a kind; ``station/alarms/conditions.py`` puts them together."""
