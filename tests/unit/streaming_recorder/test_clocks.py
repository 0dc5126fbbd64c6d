"""Sound and picture share one wall clock, whatever the network does to their arrival."""

from __future__ import annotations

import itertools

import pytest

from streaming.media.recorder.clocks import SLEW, AudioPlacer, RtpClock


def test_time_follows_the_sender_not_the_network() -> None:
    clock = RtpClock(90_000)
    assert clock.wall(1000, 50.0) == 50.0
    assert clock.wall(4000, 50.4) == pytest.approx(50.0 + 1 / 30)
    assert clock.wall(91_000, 51.0) == pytest.approx(51.0)


def test_the_32_bit_timestamp_wraps() -> None:
    clock = RtpClock(90_000)
    assert clock.wall(0xFFFFFFFF - 44_999, 10.0) == 10.0
    assert clock.wall(45_000, 11.0) == pytest.approx(11.0)
    assert clock.wall_of(0xFFFFFFFF - 44_999) == pytest.approx(10.0)


def test_a_timestamp_from_the_future_is_not_believed() -> None:
    clock = RtpClock(90_000)
    clock.wall(0, 10.0)
    assert clock.wall(90_000 * 3600, 10.1) == 10.1
    assert clock.wall(90_000 * 3600 + 9000, 10.2) == pytest.approx(10.2)
    assert clock.steps == 1


def test_a_burst_after_a_stall_keeps_its_times() -> None:
    clock = RtpClock(90_000)
    clock.wall(0, 10.0)
    walls = [clock.wall(3000 * n, 15.0 + n * 0.001) for n in range(1, 150)]
    assert walls[-1] == pytest.approx(10.0 + 149 / 30)
    assert clock.steps == 0


def test_a_clock_that_stood_still_is_moved_to_the_wall_clock() -> None:
    clock = RtpClock(90_000)
    clock.wall(0, 10.0)
    walls = [clock.wall(3000 * n, 70.0 + n / 30) for n in range(1, 120)]
    assert walls[0] == pytest.approx(10.0 + 1 / 30)
    assert walls[-1] == pytest.approx(70.0 + 119 / 30)
    assert clock.steps == 1


def placed(video_delay: float, audio_delay: float, reports: bool) -> float:
    """Seconds by which sound is placed too late, when the two media have different network delays."""
    video = RtpClock(90_000)
    placer = AudioPlacer(video, 48_000)
    video.wall(7_000, 100.0 + video_delay)
    if reports:  # the sender's NTP clock is wrong by an hour; only the difference counts
        placer.report("video", 3700.0 + 1, 7_000 + 90_000)
        placer.report("audio", 3700.0 + 2, 9_000 + 96_000)
    for number in range(50):
        video.wall(7_000 + number * 1800, 100.0 + number * 0.02 + video_delay)
        wall = placer.wall(9_000 + number * 960, 100.0 + number * 0.02 + audio_delay)
    return wall - (100.0 + 49 * 0.02 + video_delay)


def test_arrival_places_sound_until_the_reports_come() -> None:
    assert placed(0.02, 0.05, reports=False) == pytest.approx(0.03, abs=1e-6)
    assert placed(0.02, 0.05, reports=True) == pytest.approx(0.0, abs=1e-6)


def test_a_late_report_moves_sound_gently() -> None:
    video = RtpClock(90_000)
    placer = AudioPlacer(video, 48_000)
    video.wall(0, 100.0)
    walls = [placer.wall(n * 960, 100.030 + n * 0.02) for n in range(50)]
    placer.report("video", 50.0, 0)
    placer.report("audio", 50.0, 0)
    walls += [placer.wall(n * 960, 100.030 + n * 0.02) for n in range(50, 100)]
    steps = [after - before for before, after in itertools.pairwise(walls)]
    assert min(steps) >= 0.02 - SLEW - 1e-6
    assert walls[-1] == pytest.approx(100.0 + 99 * 0.02)


def test_a_large_correction_forward_is_one_gap() -> None:
    video = RtpClock(90_000)
    placer = AudioPlacer(video, 48_000)
    video.wall(0, 100.0)
    before = placer.wall(0, 100.0)
    placer.report("video", 50.0, 0)
    placer.report("audio", 51.0, 0)
    assert placer.wall(960, 100.02) - before == pytest.approx(1.02)


def test_a_report_that_asks_for_too_much_is_ignored() -> None:
    video = RtpClock(90_000)
    placer = AudioPlacer(video, 48_000)
    video.wall(0, 100.0)
    placer.wall(0, 100.0)
    placer.report("video", 50.0, 0)
    placer.report("audio", 5000.0, 0)
    assert placer.wall(960, 100.02) == pytest.approx(100.02)
