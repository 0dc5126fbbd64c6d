"""A real S3 server with Object Lock, of the tests' own: Ceph's RADOS Gateway from Debian's packages, on free ports.

One monitor, one bluestore OSD on a sparse file, one gateway, without authentication between them; about 20 s to start.
An imitation of S3 would not prove that what is locked stays locked.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.helpers.services import free_port, stop, wait_for

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph")
ACCESS_KEY, SECRET_KEY = "tests", "tests-secret-key"

CONFIG = """
[global]
fsid = {fsid}
mon host = [v1:127.0.0.1:{mon_port}/0]
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 2
osd pool default pgp num = 2
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
osd objectstore = bluestore
bluestore block size = 6442450944
bluestore fsck on mount = false
osd memory target = 939524096
bluestore cache autotune = false
osd data = {home}/osd
mon data = {home}/mon
run dir = {home}
pid file = {home}/$name.pid
admin socket = {home}/$name.asok
log file = {home}/$name.log
crash dir = {home}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd crush update on start = false
# The command it would send then is now and then sent before it knows the cluster's fsid, which ends it.
osd class update on start = false
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw crypt require ssl = false
"""


@dataclass(frozen=True)
class S3Server:
    endpoint: str
    access_key: str
    secret_key: str


class _Cluster:
    def __init__(self, home: Path) -> None:
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if missing:
            raise RuntimeError(
                f"{', '.join(missing)} not installed: run `make test`, which installs what the tests need"
            )
        self.home = home
        self.port, self.mon_port = free_port(), free_port()
        self.config = home / "ceph.conf"
        self.running: list[subprocess.Popen[bytes]] = []
        self.fsid, self.osd = str(uuid.uuid4()), str(uuid.uuid4())
        for part in ("mon", "osd"):
            (home / part).mkdir(parents=True)
        self.config.write_text(CONFIG.format(fsid=self.fsid, home=home, port=self.port, mon_port=self.mon_port))
        self.log = (home / "output.log").open("ab")
        self.environment = {**os.environ, "CEPH_CONF": str(self.config)}
        # Ceph's own tool is the machine's Python, not the project's.
        for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
            self.environment.pop(name, None)

    def start(self) -> None:
        address = f"[v1:127.0.0.1:{self.mon_port}/0]"
        monmap = self.home / "monmap"
        self.run("monmaptool", "--create", "--fsid", self.fsid, "--addv", "a", address, str(monmap))
        self.run("ceph-mon", "-i", "a", "--mkfs", "--monmap", str(monmap))
        self.daemon("ceph-mon", "-i", "a", "-f")
        wait_for(lambda: self.ceph("status") == 0, "Ceph's monitor", 120, self.running[-1])
        for command in (
            ("osd", "new", self.osd),
            ("osd", "crush", "add-bucket", "h", "host"),
            ("osd", "crush", "move", "h", "root=default"),
            ("osd", "crush", "add", "osd.0", "1.0", "host=h"),
        ):
            # Each may be repeated; on a busy machine the monitor sometimes answers too late.
            wait_for(partial(self.accepts, command), f"ceph {' '.join(command)}", 120, self.running[-1])
        self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", self.osd)
        self.daemon("ceph-osd", "-i", "0", "-f")
        self.daemon("radosgw", "-n", "client.rgw", "-f")
        try:
            wait_for(self.answers, "the RADOS gateway", 180, self.running[-1])
        except TimeoutError as late:
            raise TimeoutError(f"{late}\n{self.said()}") from late
        self.run(
            "radosgw-admin", "user", "create", "--uid=tests", "--display-name=tests", f"--access-key={ACCESS_KEY}",
            f"--secret-key={SECRET_KEY}",
        )  # fmt: skip

    def run(self, *command: str) -> None:
        subprocess.run(
            command, check=True, timeout=180, env=self.environment, stdout=self.log, stderr=self.log, cwd=self.home
        )

    def ceph(self, *command: str) -> int:
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                ["ceph", "--connect-timeout", "15", *command],
                env=self.environment, stdout=self.log, stderr=self.log, timeout=30, check=False,
            )  # fmt: skip
            return done.returncode
        return -1

    def accepts(self, command: tuple[str, ...]) -> bool:
        return self.ceph(*command) == 0

    def daemon(self, *command: str) -> None:
        self.running.append(
            subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log, cwd=self.home)
        )

    def answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as page:
            return b"ListAllMyBuckets" in page.read()
        return False

    def said(self) -> str:
        """The last lines of each log, and what still runs: says why a cluster does not come up."""
        self.ceph("status")
        logs = [f"{log.name}:\n" + log.read_text(errors="replace")[-3000:] for log in sorted(self.home.glob("*.log"))]
        states = [f"{process.args}: {process.poll()}" for process in self.running]
        return "\n".join([*states, *logs])

    def stop(self) -> None:
        for process in reversed(self.running):
            stop(process, 10)
        self.log.close()


@contextlib.contextmanager
def s3(directory: Path) -> Iterator[S3Server]:
    """A gateway with one user; all it writes is in `directory`. Raises RuntimeError when Ceph is not installed."""
    cluster = _Cluster(directory)
    try:
        cluster.start()
        yield S3Server(f"http://127.0.0.1:{cluster.port}", ACCESS_KEY, SECRET_KEY)
    finally:
        cluster.stop()
