"""The ground under the force's maps, from what the settings name: pure, read once at start.

Nothing named: a plain grid, and no browser asks anybody but this site. What is named opens exactly its own hosts in the
Content Security Policy, so that a style which wants more is refused by the browser and not by hope.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

PMTILES_ADDRESS = "/map/base.pmtiles"
OS_ADDRESS = "/map/os/{z}/{x}/{y}/"
OS_TILES = "/maps/raster/v1/zxy/Light_3857/{z}/{x}/{y}.png"
OS_CREDIT = "Contains OS data © Crown copyright and database rights"


@dataclass(frozen=True, kw_only=True)
class BaseMap:
    """`kind` is none, style, raster or pmtiles; `hosts` are what the browser may ask beside this site; `asks` is what
    this site itself asks for a tile, with the key that no page is told."""

    kind: str = "none"
    address: str = ""
    credit: str = ""
    hosts: tuple[str, ...] = ()
    asks: str = field(default="", repr=False)

    @property
    def for_page(self) -> str:
        """What the page's script is told, as JSON."""
        return json.dumps({"kind": self.kind, "address": self.address, "credit": self.credit})


def choose_base_map(
    *, pmtiles: Path | None = None, style_url: str = "", os_key: str = "", os_url: str = "", hosts: list[str]
) -> BaseMap:
    """A file first, then a style, then the OS Maps API. Raises ValueError when an address cannot be one."""
    more = tuple(_origin(host) for host in hosts)
    if pmtiles is not None:
        if not pmtiles.is_file():
            raise ValueError(f"MAP_PMTILES names {pmtiles}, which is not a file")
        return BaseMap(kind="pmtiles", address=PMTILES_ADDRESS)
    if style_url.startswith("/") and not style_url.startswith("//"):
        return BaseMap(kind="style", address=style_url, hosts=more)
    if style_url:
        return BaseMap(kind="style", address=style_url, hosts=(_origin(style_url), *more))
    if os_key:
        asks = f"{_origin(os_url)}{urlsplit(os_url).path.rstrip('/')}{OS_TILES}?key={quote(os_key, safe='')}"
        return BaseMap(kind="raster", address=OS_ADDRESS, credit=OS_CREDIT, asks=asks)
    return BaseMap()


def _origin(address: str) -> str:
    """https://host[:port] of an address; anything that could widen the policy is refused."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    local = name in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ValueError(f"A map address starts with https://, not like {address!r}")
    if not name or "*" in name or parts.username is not None or any(char in address for char in " ;,'\"\n"):
        raise ValueError(f"{address!r} is not the address of one host")
    return f"{parts.scheme}://{parts.netloc}"
