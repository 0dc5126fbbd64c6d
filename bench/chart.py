"""Draws the sweeps of `bench media --out` as an SVG and writes their table in Markdown."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError

WIDTH, HEIGHT = 460, 300  # of one panel
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 40, 48
COLOURS = ("#1d4ed8", "#b45309", "#047857", "#7c3aed", "#be123c")
TICKS = 5
_STYLE = """\
text { font: 12px system-ui, sans-serif; fill: #334155 }
.title { font-weight: 600; fill: #0f172a }
.grid { stroke: #cbd5e1; stroke-width: 1 }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #cbd5e1 } .title { fill: #f8fafc } .grid { stroke: #475569 } }
"""

Row = dict[str, Any]
Points = list[tuple[float, float]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sweeps", type=Path, nargs="+", help="files that `bench media --sweep --out` has written")
    parser.add_argument("--svg", type=Path, default=Path("docs/media-cost.svg"))
    parser.add_argument("--table", type=Path, help="write the table here as well")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Where the chart is, and the table's lines. BenchmarkError when a file holds no sweep."""
    rows = [json.loads(line) for path in options.sweeps for line in path.read_text(encoding="utf-8").splitlines()]
    if not rows:
        raise BenchmarkError("no measurement in " + ", ".join(map(str, options.sweeps)))
    options.svg.write_text(svg(rows), encoding="utf-8")
    lines = table(rows)
    if options.table:
        options.table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"svg": str(options.svg), "rows": len(rows), "table": lines}


def table(rows: Sequence[Row]) -> list[str]:
    """One line a measurement; costs are CPU seconds of the server per session-second."""
    lines = [
        "| size | sessions | viewers | engine CPU | delivered | MB | beside it | its CPU | delivered | MB | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        peer = row.get("peer") or {}
        ours = [_cost(row), _share(row), _number(row, "rss_mb_per_session")]
        theirs = [peer.get("name", ""), _cost(peer), _share(peer), _number(peer, "rss_mb_per_session")]
        ratio = _number(row, "cpu_ratio_to_peer") if "failed" not in row else "failed: " + row["failed"]
        cells = [row.get("size", ""), row["sessions"], row["viewers"], *ours, *theirs, ratio]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def _cost(row: Row) -> str:
    return f"{row['cpu_per_session_second']:.4f}" if "cpu_per_session_second" in row else ""


def _share(row: Row) -> str:
    return f"{row['delivery_ratio']:.4f}" if "delivery_ratio" in row else ""


def _number(row: Row, name: str) -> str:
    return f"{row[name]:.2f}" if name in row else ""


def svg(rows: Sequence[Row]) -> str:
    """Two panels: cores by sessions, and the cost of one session by its viewers."""
    growing = curves(rows, "sessions", "cores", viewers=1)
    watched = curves(rows, "viewers", "cpu_per_session_second", sessions=10)
    panels = [
        ("Cores used, one viewer each", "sessions", growing),
        ("CPU per session-second, ten sessions", "viewers of each", watched),
    ]
    parts = [_panel(x * WIDTH, title, axis, lines) for x, (title, axis, lines) in enumerate(panels)]
    size = f'width="{2 * WIDTH}" height="{HEIGHT}" viewBox="0 0 {2 * WIDTH} {HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="What a media session costs">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>"]) + "\n"


def curves(rows: Sequence[Row], x: str, y: str, **fixed: int) -> dict[str, Points]:
    """Points by name (server and size) of the measurements with these numbers; failed ones are left out."""
    found: dict[str, Points] = {}
    for row in rows:
        if "failed" in row or any(row[name] != value for name, value in fixed.items()):
            continue
        size = row.get("size", "")
        found.setdefault(f"engine {size}".strip(), []).append((row[x], row[y]))
        if peer := row.get("peer"):
            found.setdefault(f"{peer['name']} {size}".strip(), []).append((row[x], peer[y]))
    return {name: sorted(points) for name, points in found.items()}


def _panel(left: int, title: str, axis: str, lines: dict[str, Points]) -> str:
    most_x = max((x for points in lines.values() for x, _ in points), default=1)
    most_y = _round_up(max((y for points in lines.values() for _, y in points), default=1))
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        return left + LEFT + width * x / most_x, TOP + height * (1 - y / most_y)

    parts = [_text(left + LEFT, 20, title, "title"), _text(left + LEFT + width / 2, HEIGHT - 10, axis, anchor="middle")]
    for tick in range(TICKS + 1):
        x, y = at(most_x, most_y * tick / TICKS)
        parts.append(f'<line class="grid" x1="{left + LEFT}" x2="{x:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(left + LEFT - 6, y + 4, f"{most_y * tick / TICKS:.3g}", anchor="end"))
    marks = sorted({x for points in lines.values() for x, _ in points})
    parts += [_text(at(x, 0)[0], HEIGHT - 30, f"{x:g}", anchor="middle") for x in marks]
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts += [f'<circle r="3" fill="{colour}" cx="{x:.1f}" cy="{y:.1f}"/>' for x, y in (at(*p) for p in points)]
        parts.append(
            f'<rect x="{left + LEFT + 8}" y="{TOP + 6 + 16 * number}" width="10" height="10" fill="{colour}"/>'
        )
        parts.append(_text(left + LEFT + 24, TOP + 15 + 16 * number, name))
    return "\n".join(parts)


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _round_up(value: float) -> float:
    """To the next 1, 2 or 5 of its power of ten."""
    power: float = 10.0 ** (len(f"{value:.0f}") - 1)
    while power > value:
        power /= 10
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
