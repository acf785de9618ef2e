"""The one process that opens ports, keeps vitals, steps alarms and appends to the chart. No screen in it."""
