"""What may be wrong with lines, sensors and the age of values."""

from __future__ import annotations

from station.alarms.rules import Condition, Delay, Escalation

SENSING = (
    Condition(
        id="COMM_LOST",
        kind="technical",
        priority="medium",
        watch="link",
        rank=20,
        text="No data from {subject}",
        remedy="Check cable and monitor; watch the bedside monitor.",
        source="J; alarms.md b, bound: the driver's lost_after_s",
        clear_readings=3,
        escalations=(Escalation(30, "high", ("INF",)),),
    ),
    Condition(
        id="SENSOR_OFF",
        kind="technical",
        priority="medium",
        watch="flag",
        rank=30,
        text="{subject}: sensor off",
        remedy="Put the sensor back.",
        source="J; alarms.md b",
        flag="sensor_off",
        delay=Delay(10, by_phase={"REC": 30}),
        clear_delay_s=3,
        parents=("COMM_LOST",),
        needs_patient=True,
    ),
    Condition(
        id="VALUE_STALE",
        kind="technical",
        priority="medium",
        watch="value_age",
        rank=40,
        text="{subject}: no value for {seconds} s",
        remedy="Check sensor and monitor setting.",
        source="S: 80601-2-61 (M), 30 s as commonly set",
        delay=Delay(30),
        parents=("COMM_LOST", "SENSOR_OFF"),
        needs_patient=True,
    ),
    Condition(
        id="NIBP_STALE",
        kind="technical",
        priority="medium",
        watch="cuff_age",
        rank=21,
        text="NIBP overdue: none for {minutes} min",
        remedy="Start the cuff; check hose and interval.",
        source="S: notice at 7 min (interval 5), Nair 2013",
        delay=Delay(120),
        clear_readings=1,
        escalations=(Escalation(300, "high", ("INF",)),),
        needs_patient=True,
    ),
)
