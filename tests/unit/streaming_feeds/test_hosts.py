"""The allow-list of hosts that feeds may be fetched from."""

from __future__ import annotations

import ipaddress

import pytest

from streaming.checks import hosts_of_feeds_can_be_read
from streaming.contracts.feed_hosts import BadFeedUrl, check_entry, parse_feed_url, permits_address, permits_host

LIST = ["cam.example.org:8554", ".quay.example", "198.51.100.0/24", "10.1.2.3:554", "2001:db8::/32", "[fd00::7]:554"]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("rtsp://cam.example.org:8554/a", True),
        ("rtsp://CAM.example.org.:8554/a", True),
        ("rtsp://cam.example.org/a", False),  # another port
        ("rtsp://evil-cam.example.org:8554/", False),
        ("rtmp://one.quay.example/live", True),
        ("rtmp://quay.example/live", False),
        ("rtmp://evilquay.example/live", False),
        ("srt://198.51.100.9:9000", True),
        ("rtsp://198.51.101.9/", False),
        ("rtsp://10.1.2.3/", True),
        ("rtsp://10.1.2.3:80/", False),
        ("rtsp://127.0.0.1/", False),
        ("rtsp://[2001:db8::9]/", True),
        ("rtsp://[fd00::7]/", True),
        ("rtsp://[::ffff:10.1.2.3]/", True),  # the same address, written as IPv6
        ("rtsp://[::ffff:127.0.0.1]/", False),
    ],
)
def test_which_hosts_may_be_asked_for(url: str, may: bool) -> None:
    assert permits_host(parse_feed_url(url), LIST) is may


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("127.0.0.1", False),
        ("10.0.0.5", False),
        ("169.254.169.254", False),  # where clouds keep their secrets
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),  # 127.0.0.1 behind NAT64
        ("2002:7f00:1::", False),
        ("198.51.100.7", True),  # listed by its network
    ],
)
def test_a_name_permits_public_addresses_only_unless_they_are_listed(address: str, may: bool) -> None:
    url = parse_feed_url("rtsp://one.quay.example/live")
    assert permits_address(url, ipaddress.ip_address(address), LIST) is may


def test_nothing_is_allowed_by_an_empty_list_and_no_address_by_itself() -> None:
    url = parse_feed_url("rtsp://one.quay.example/live")
    assert not permits_host(url, [])
    assert not permits_address(url, ipaddress.ip_address("198.51.100.7"), ["198.51.100.0/24"])  # the name is not listed


@pytest.mark.parametrize(
    "url",
    [
        "http://cam.example.org/",
        "file:///etc/passwd",
        "rtsp://user:secret@cam.example.org/",
        "rtsp://cam.example.org/a b",
        "rtsp://cam.example.org/\r\nX: y",
        "rtsp://2130706433/",  # 127.0.0.1 to some resolvers
        "rtsp://0x7f.1/",
        "rtsp://127.1/",
        "rtsp://[fe80::1%25eth0]/",
        "rtsp:///nohost",
        "rtsp://cam..example/",
        "srt://cam.example.org",  # no port
        "rtsp://cam.example.org:99999/",
        "concat:rtsp://a|rtsp://b",
        "rtsp://" + "a" * 400,
    ],
)
def test_what_is_no_address_of_a_feed(url: str) -> None:
    with pytest.raises(BadFeedUrl):
        parse_feed_url(url)


@pytest.mark.parametrize("entry", ["http://cam.example", "*.example.org", "300.1.1.1/24", "a b", ""])
def test_an_entry_that_cannot_be_read_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="no host"):
        check_entry(entry)
    for good in LIST:
        check_entry(good)


def test_the_settings_are_checked_when_the_site_starts(settings) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    settings.FEED_HOSTS = [*LIST, "*.example.org"]
    assert [problem.id for problem in hosts_of_feeds_can_be_read(None)] == ["streaming.E004"]
