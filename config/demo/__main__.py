"""`python -m config.demo`: prepare the demo's own place and serve it over http and https until Ctrl-C.

`DEMO_DIR`, `HOST`, `PORT` and `TLS_PORT` choose another place. Everything runs in this one process, so that ending it
ends everything.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def lan_address() -> str:
    """This machine's address on its network, found without sending anything; loopback when there is no network."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # TEST-NET: a route lookup, no packet leaves
        return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
    finally:
        probe.close()


def prepare_environment() -> tuple[str, int, int, Path]:
    """(host, port, TLS port, directory); sets what the settings read, before they are read."""
    directory = Path(os.environ.get("DEMO_DIR") or ROOT / "var" / "demo").resolve()
    host = os.environ.get("HOST") or lan_address()
    port, tls_port = int(os.environ.get("PORT") or 8000), int(os.environ.get("TLS_PORT") or 8443)
    os.environ.update(DEMO="1", DATA_DIR=str(directory), DJANGO_SETTINGS_MODULE="config.settings")
    os.environ.setdefault("PUBLIC_URL", f"https://{host}:{tls_port}")
    os.environ.setdefault("ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{host}")
    os.environ.setdefault("TRUSTED_ORIGINS", f"https://{host}:{tls_port},https://localhost:{tls_port}")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("EMAIL_URL", "screen:")
    return host, port, tls_port, directory


def ensure_static(directory: Path) -> None:
    """Collect and compress static files when their content changed since the last start."""
    from django.conf import settings
    from django.core.management import call_command

    digest = hashlib.sha256()
    for folder in settings.STATICFILES_DIRS:
        top = Path(str(folder[1] if isinstance(folder, tuple) else folder))
        for file in sorted(path for path in top.rglob("*") if path.is_file()):
            stat = file.stat()
            digest.update(f"{file}:{stat.st_size}:{stat.st_mtime_ns}".encode())
    mark = directory / "static.sha256"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(digest.hexdigest())


def refuse_taken_ports(*ports: int) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))  # noqa: S104 - the address the demo is about to serve on
            except OSError:
                sys.exit(f"Port {port} is in use. Choose others: make demo PORT=8001 TLS_PORT=8444")


def registers() -> contextlib.AbstractContextManager[object]:
    """Stand-ins for the registers outside, so that a check has somewhere to ask; named before the settings are read."""
    from suspects.sources import simulator

    stack = contextlib.ExitStack()
    running = stack.enter_context(simulator.in_thread(simulator.Simulator(latency=0.4, jitter=0.8)))
    os.environ.setdefault("CHECK_SOURCES", ",".join(simulator.settings_for(running.url)))
    return stack


def announce(host: str, port: int, tls_port: int) -> None:
    import segno

    from config.demo.story import PASSWORD

    url = f"https://{host}:{tls_port}"
    code = io.StringIO()
    segno.make(url, error="l").terminal(out=code, compact=True)
    print(code.getvalue())
    print("Sightline demo: Northmere Police (fictional)\n")
    print(f"  Console      http://localhost:{port}")
    print(f"  From a phone {url}   (QR code above; accept the self-made certificate once)\n")
    print("  Sign in with a collar number and the password", PASSWORD)
    for collar, who in (
        ("5127", "Ada Okafor, call handler"),
        ("4410", "Mina Dhillon, dispatcher"),
        ("1180", "Insp Ruth Hale, supervisor"),
        ("2001", "Sgt Callum Reid, officer on a phone: wanted, checks, curfews"),
        ("2002", "PC Jess Arkwright, officer on another phone"),
        ("3391", "DC Lewis Farrow, investigator"),
        ("9001", "Priya Nair, administrator (/admin/)"),
    ):
        print(f"    {collar}  {who}")
    print("\n  Texts to callers are shown at /texts/. Ctrl-C ends everything.", flush=True)


def serve(host: str, port: int, tls_port: int, directory: Path) -> None:
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    from core.certificates import ensure_certificate

    certificate, key = ensure_certificate(directory, host)
    from config import runtime
    from config.asgi import application
    from config.demo import patrol

    endpoints = [
        *build_endpoint_description_strings(host="0.0.0.0", port=port),  # noqa: S104 - phones must reach it
        f"ssl:{tls_port}:privateKey={key}:certKey={certificate}:interface=0.0.0.0",
    ]
    server = Server(
        application=application,
        endpoints=endpoints,
        ready_callable=lambda: announce(host, port, tls_port),
        server_name="Sightline",
        verbosity=0,
        websocket_handshake_timeout=10,
    )
    patrolling = patrol.start()
    try:
        server.run()
    finally:
        patrolling.set()
        runtime.stop()


def main() -> None:
    if sys.argv[1:]:
        raise SystemExit("The demo takes no arguments. Set HOST, PORT, TLS_PORT or DEMO_DIR in the environment.")
    host, port, tls_port, directory = prepare_environment()
    refuse_taken_ports(port, tls_port)
    directory.mkdir(parents=True, exist_ok=True)
    with registers():
        _run(host, port, tls_port, directory)


def _run(host: str, port: int, tls_port: int, directory: Path) -> None:
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    from config.demo import force

    call_command("migrate", interactive=False, verbosity=0)
    try:
        force.refuse_real_data()
        force.ensure()
    except CommandError as error:
        sys.exit(str(error))
    ensure_static(directory)
    serve(host, port, tls_port, directory)


if __name__ == "__main__":
    main()
