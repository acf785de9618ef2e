"""The running station: command line, recorder process, alarms, wire, viewer."""

__version__ = "0.1.0"
