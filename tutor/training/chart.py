"""The loss curves of a run as a picture: training, and validation by kind, phase after phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Curves = Mapping[str, Sequence[tuple[float, float]]]

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _LEGEND = 760, 420, 48, 36, 170
_COLOURS = (
    *("#9aa0a6", "#1a73e8", "#d93025", "#188038", "#f29900", "#9334e6", "#12b5cb"),
    *("#c5221f", "#5f6368", "#b06000", "#0d652d", "#a50e6c", "#1967d2", "#e37400"),
)


def draw(record: Sequence[Mapping[str, Any]]) -> str:
    """Return an SVG of ``record``, the lines of ``loss.json``: nats a token by tokens learned."""
    curves = _curves(record)
    points = [point for curve in curves.values() for point in curve]
    most_tokens = max((tokens for tokens, _ in points), default=1.0) or 1.0
    most = max((loss for _, loss in points), default=1.0)
    parts = [*_axes(most_tokens, most)]
    for number, (name, curve) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = " ".join(
            f"{_x(tokens, most_tokens):.1f},{_y(loss, most):.1f}" for tokens, loss in curve
        )
        width = 1 if name == "training" else 2
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="{width}" points="{places}"/>'
        )
        parts.append(_text(_WIDTH - _LEGEND + 12, 20 + 16 * number, name, colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
        + "".join(parts)
        + "</svg>\n"
    )


def _curves(record: Sequence[Mapping[str, Any]]) -> Curves:
    curves: dict[str, list[tuple[float, float]]] = {"training": []}
    for line in record:
        if "loss" in line:
            curves["training"].append((line["tokens"], line["loss"]))
        for kind, loss in line.get("valid", {}).items():
            curves.setdefault(kind, []).append((line["tokens"], loss))
    return curves


def _axes(most_tokens: float, most: float) -> list[str]:
    parts = []
    for step in range(5):
        tokens, loss = most_tokens * step / 4, most * step / 4
        x, y = _x(tokens, most_tokens), _y(loss, most)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _LEGEND}" stroke="#e0e0e0"/>')
        parts.append(_text(8, y + 4, f"{loss:.1f}"))
        parts.append(_text(x - 12, _HEIGHT - 20, f"{tokens:.2g}"))
    parts.append(_text(_LEFT, _HEIGHT - 4, "tokens learned; loss in nats a token"))
    return parts


def _x(tokens: float, most: float) -> float:
    return _LEFT + (_WIDTH - _LEGEND - _LEFT) * tokens / most


def _y(loss: float, most: float) -> float:
    return 12 + (_HEIGHT - _BOTTOM - 12) * (1 - loss / most)


def _text(x: float, y: float, text: str, colour: str = "#3c4043") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{escape(text)}</text>'
