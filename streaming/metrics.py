"""The engines' figures on `/metrics`, asked for when they are scraped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from streaming.contracts import EngineError, EngineHealth
from streaming.gateway import call_sync, get_gateway

_FIGURES: dict[str, tuple[str, Callable[[EngineHealth], float | None]]] = {
    "sessions": ("Calls an engine carries now", lambda one: one.sessions),
    "limit": ("Calls an engine takes by its settings", lambda one: one.limit),
    "capacity": ("Calls an engine carries by what was measured", lambda one: one.room_for),
    "head_room": ("New calls an engine takes now", lambda one: one.head_room),
    "draining": ("1 while an engine takes no new call", lambda one: float(one.draining)),
    "load_ratio": ("Share of a core an engine's process uses", lambda one: one.load),
    "lag_seconds": ("How late an engine's event loop was at worst", lambda one: one.lag_ms / 1000),
    "resident_bytes": ("Memory of an engine's process", lambda one: one.rss_bytes),
    "disk_free_bytes": ("Room for recordings", lambda one: one.disk_free),
    "second_disk_free_bytes": ("Room for recordings in the second place", lambda one: one.spill_free),
    "recordings_stalled": ("Calls that are not recorded though pictures come", lambda one: one.alarms),
    "recordings_second_disk": ("Calls that are recorded to the second place", lambda one: one.spilled),
}


class EngineCollector(Collector):
    """Gauges by engine. When nothing can be asked there is `sightline_engines` 0 and no other figure of theirs."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # asked at registration: no engine is, then

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = call_sync(get_gateway().workers())
        except (EngineError, RuntimeError):
            found = []
        yield GaugeMetricFamily("sightline_engines", "Media engines that answer", value=len(found))
        for name, (words, figure) in _FIGURES.items():
            family = GaugeMetricFamily(f"sightline_engine_{name}", words, labels=["engine"])
            for health in found:
                if (value := figure(health)) is not None:
                    family.add_metric([health.worker_id], value)
            yield family


def register() -> None:
    REGISTRY.register(EngineCollector())
