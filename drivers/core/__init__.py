"""What all drivers share: measurements, the table of metrics, framing, the link to a port, raw captures."""
