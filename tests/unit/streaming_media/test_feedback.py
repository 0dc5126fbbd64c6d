"""When to ask for packets again, for keyframes, for less."""

from __future__ import annotations

from streaming.media.feedback import (
    BITRATE_FLOOR,
    BITRATE_MAX,
    BITRATE_START,
    BitrateCap,
    KeyframeRequests,
    Retransmissions,
)


def test_a_missing_packet_is_asked_for_at_once_and_every_80_ms():
    missing = Retransmissions()

    assert missing.gap(10, 13, now=0.0) == [10, 11, 12]
    assert missing.due(0.04, newest=20) == ([], [])
    assert missing.due(0.08, newest=20) == ([10, 11, 12], [])
    assert missing.due(0.12, newest=20) == ([], [])
    assert missing.due(0.16, newest=20) == ([10, 11, 12], [])


def test_a_packet_that_came_is_not_asked_for_again():
    missing = Retransmissions()
    missing.gap(10, 13, now=0.0)

    assert missing.arrived(11) == 0.0
    assert missing.arrived(11) is None
    assert missing.due(0.08, newest=20) == ([10, 12], [])


def test_after_a_second_a_packet_is_given_up_once():
    missing = Retransmissions()
    missing.gap(10, 12, now=0.0)

    assert missing.due(1.0, newest=20) == ([], [10, 11])
    assert missing.due(1.1, newest=20) == ([], [])
    assert len(missing) == 0


def test_a_packet_too_far_behind_is_given_up_early():
    missing = Retransmissions()
    missing.gap(10, 11, now=0.0)

    assert missing.due(0.1, newest=5000) == ([], [10])


def test_one_request_for_a_keyframe_serves_everybody_for_300_ms():
    requests = KeyframeRequests()
    requests.want()
    requests.want()

    assert requests.delay(5.0) == 0.0
    requests.sent(5.0)
    assert abs(requests.delay(5.1) - 0.2) < 1e-9
    assert requests.wanted
    assert requests.delay(5.31) == 0.0
    requests.came()
    assert not requests.wanted


def report(cap: BitrateCap, *, lost: int = 0, rtt: float | None = 0.05, incoming: float = 1_000_000) -> int:
    """One report of a hundred packets."""
    return cap.update(expected=100, lost=lost, rtt=rtt, incoming=incoming)


def test_the_cap_rises_to_its_limit_while_nothing_is_lost():
    cap = BitrateCap()

    values = [report(cap) for _ in range(40)]

    assert values[0] >= BITRATE_START
    assert values == sorted(values)
    assert values[-1] == BITRATE_MAX


def test_heavy_loss_brings_the_cap_below_what_arrives():
    cap = BitrateCap()

    assert report(cap, lost=30) < 1_000_000
    for _ in range(60):
        report(cap, lost=50, incoming=100_000)
    assert cap.bitrate == BITRATE_FLOOR


def test_after_a_step_down_its_effect_is_waited_for():
    cap = BitrateCap()
    lowered = report(cap, lost=30)

    assert report(cap, lost=30) == lowered
    assert report(cap, lost=30) == lowered
    assert report(cap, lost=30, incoming=lowered) < lowered


def test_a_few_packets_lost_by_chance_are_no_reason():
    cap = BitrateCap()

    values = [cap.update(expected=18, lost=lost, rtt=0.05, incoming=300_000) for lost in (2, 0, 1, 0, 2, 1, 0, 2)]

    assert min(values) >= BITRATE_START


def test_a_growing_round_trip_lowers_the_cap_and_a_long_steady_one_does_not():
    growing, steady = BitrateCap(), BitrateCap()
    for _ in range(3):
        report(growing)
        report(steady, rtt=0.6)

    assert report(growing, rtt=1.2) < 1_000_000
    assert report(steady, rtt=0.6) > BITRATE_START


def test_a_little_loss_holds_the_cap():
    cap = BitrateCap()

    assert report(cap, lost=5) == BITRATE_START


def test_the_cap_recovers_when_the_loss_ends():
    cap = BitrateCap()
    report(cap, lost=30, incoming=300_000)

    for _ in range(40):
        report(cap)

    assert cap.bitrate == BITRATE_MAX
