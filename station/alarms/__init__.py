"""The alarm engine: pure, no clock, no screen, no port. ``README.md`` holds the table and the delays."""
