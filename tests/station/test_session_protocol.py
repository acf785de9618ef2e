"""The protocol of a session: loaded with the station, chosen at the start, kept in the chart as it was in force."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from desk import Desk

from charting.lines import line
from charting.protocol_files import load_protocols
from charting.rule_file import digest
from charting.session import fold
from station.errors import Trouble
from station.protocols import Protocols, protocols_of
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.wire import messages as m

KNOWN = Protocols(load_protocols(), "iv-standard")


def desk_of(protocols: Protocols = KNOWN) -> Desk:
    desk = Desk()
    desk.chair.protocols = protocols
    return desk


def opened(protocol: str = "", desk: Desk | None = None) -> Desk:
    desk = desk or desk_of()
    desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0, protocol=protocol))
    return desk


def view(desk: Desk) -> m.ChairView:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0)


def test_a_session_follows_the_stations_usual_protocol_unless_it_names_another() -> None:
    assert [opened(name).chair.state.protocol for name in ("", "iv-slow")] == [  # type: ignore[union-attr]
        KNOWN.known["iv-standard"],
        KNOWN.known["iv-slow"],
    ]


def test_the_chart_holds_the_rules_themselves_and_their_digest() -> None:
    desk = opened("iv-slow")
    entry = desk.chair.lines[-1]
    held = entry.payload["protocol"]
    assert (held["id"], held["digest"]) == ("iv-slow", digest(KNOWN.known["iv-slow"]))
    decoded = msgspec.json.decode(msgspec.json.encode(held))  # as the file gives it back
    again = fold([msgspec.structs.replace(entry, payload=entry.payload | {"protocol": decoded})])
    assert again is not None
    assert again.protocol == KNOWN.known["iv-slow"]
    assert "Ketamine IV" in line(entry)
    assert "(version 1)" in line(entry)


def test_a_corrected_weight_leaves_the_protocol_in_force() -> None:
    desk = opened("iv-slow")
    desk.chair.protocols = Protocols({"iv-standard": KNOWN.known["iv-standard"]}, "iv-standard")  # it was taken away
    desk.act(m.Plan(mg_per_kg=0.5, minutes=100, mg_per_ml=1.0, weight_kg=72.0))
    assert desk.chair.state is not None
    assert desk.chair.state.protocol == KNOWN.known["iv-slow"]
    corrected = [e for e in desk.chair.lines if "was_kg" in e.payload]
    assert [e.payload["protocol"]["id"] for e in corrected] == ["iv-slow"]


def test_an_unknown_protocol_is_refused_beside_its_field() -> None:
    desk = desk_of()
    with pytest.raises(Refusal, match="no protocol is called 'iv-slo'; did you mean 'iv-slow'") as refused:
        opened("iv-slo", desk)
    assert refused.value.field == "protocol"
    assert desk.chair.state is None


def test_a_station_without_protocols_opens_sessions_as_before() -> None:
    desk = opened("iv-slow", desk_of(Protocols()))
    assert desk.chair.state is not None
    assert desk.chair.state.protocol is None
    assert "protocol" not in desk.chair.lines[-1].payload


def test_the_screen_is_offered_every_protocol_the_usual_one_first_until_a_session_is_open() -> None:
    desk = desk_of(Protocols(KNOWN.known, "im"))
    offers = view(desk).protocols
    assert offers[0].id == "im"
    assert {offer.id for offer in offers} == set(KNOWN.known)
    opened(desk=desk)
    assert (view(desk).protocols, view(desk).protocol) == ((), "Ketamine IM, 0.5 to 1.0 mg/kg")


@pytest.mark.parametrize(
    ("protocol", "facts"),
    [
        ("iv-standard", "IV, 0.5-0.75 mg/kg, 40 min"),
        ("ed-bolus", "IV, 0.2-0.25 mg/kg, 1-2 min"),
        ("im", "IM, 0.5-1 mg/kg"),
        ("oral", "oral, 0.5-1 mg/kg or 25-300 mg"),
        ("esketamine-nasal", "nasal, 56 or 84 mg, 5 min between devices"),
    ],
)
def test_route_dose_range_and_duration_in_a_few_words(protocol: str, facts: str) -> None:
    assert KNOWN.known[protocol].facts == facts


def test_a_clinics_folder_adds_protocols_and_its_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "protocols"
    assert set(protocols_of(folder, "iv-standard", ()).known) == set(KNOWN.known)
    folder.mkdir()
    shipped = (Path(__file__).parents[2] / "charting" / "protocols" / "iv-standard.toml").read_text()
    own = shipped.replace('id = "iv-standard"', 'id = "our-iv"')
    (folder / "our-iv.toml").write_text(own)
    assert protocols_of(folder, "our-iv", ()).called("") is not None
    with pytest.raises(Trouble, match=r"station\.toml: no protocol is called 'our-vi'; did you mean 'our-iv'"):
        protocols_of(folder, "our-vi", ())
    (folder / "our-iv.toml").write_text(own.replace('"sedation"', '"sedatoin"'))
    with pytest.raises(Trouble, match=r"protocols: our-iv\.toml line 61: .*sedation"):
        protocols_of(folder, "our-iv", ())
