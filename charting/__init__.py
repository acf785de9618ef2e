"""The session record: what is true of a treatment, with no screen, no port and no clock."""
