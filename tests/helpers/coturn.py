"""A real coturn on the loopback interface, with the very options that docker-compose.yml gives it."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import socket
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import yaml
from aioice.ice import get_host_addresses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.helpers.services import free_port, stop, wait_for

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-relay-secret-for-tests-that-is-long-enough"
NAME = "localhost"


@dataclass(frozen=True)
class Relay:
    port: int
    tls_port: int
    certificate: Path
    log: Path

    @property
    def plain(self) -> str:
        return f"turn:{NAME}:{self.port}?transport=udp"

    @property
    def secure(self) -> str:
        return f"turns:{NAME}:{self.tls_port}?transport=tcp"


def shipped_options(values: dict[str, str]) -> list[str]:
    """coturn's options in docker-compose.yml, with its variables filled in from `values`."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    options: list[str] = compose["services"]["coturn"]["command"]
    return [re.sub(r"\$\{(\w+)[^}]*\}", lambda found: values[found[1]], option) for option in options]


@contextlib.contextmanager
def coturn(directory: Path, *, peer: str, relay: str = "127.0.0.1") -> Iterator[Relay]:
    """Run it: listens on 127.0.0.1, relays from the address `relay` to `peer`, as TURN_PEER, and to nobody else."""
    at = Relay(free_port(), free_port(), directory / "fullchain.pem", directory / "coturn.log")
    write_certificate(at.certificate, directory / "privkey.pem")
    options = shipped_options({"TURN_HOST": "127.0.0.1", "TURN_PEER": peer, "TURN_SECRET": SECRET})
    places: tuple[str, ...] = (
        f"--listening-port={at.port}",
        f"--tls-listening-port={at.tls_port}",
        f"--relay-ip={relay}",
        f"--cert={at.certificate}",
        f"--pkey={directory / 'privkey.pem'}",
    )
    if ip_address(peer).is_loopback:  # a machine without any other address: the one option we do not ship
        places += ("--allow-loopback-peers",)
    replaced = {place.partition("=")[0] for place in places}
    kept = [option for option in options if option.partition("=")[0] not in replaced]
    files = [f"--pidfile={directory / 'turn.pid'}", f"--userdb={directory / 'turn.db'}"]
    with at.log.open("wb") as log:
        process = subprocess.Popen(["turnserver", "-n", *kept, *places, *files], stdout=log, stderr=log)
        try:
            wait_for(lambda: _answers(at.port), "coturn", process=process)
            yield at
        finally:
            stop(process)


def own_address() -> str:
    """An IPv4 address of this machine that is not loopback, if it has one."""
    return next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), "127.0.0.1")


def _answers(port: int) -> bool:
    """Whether a STUN binding request is answered."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.3)
        probe.sendto(struct.pack("!HHI12s", 1, 0, 0x2112A442, b"sightline-tt"), ("127.0.0.1", port))
        with contextlib.suppress(OSError):
            return bool(probe.recv(200))
    return False


def write_certificate(certificate: Path, key: Path) -> None:
    """Self-signed, for the name that the relay's address has."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    key.chmod(0o600)
