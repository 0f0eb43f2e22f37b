"""The growth curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

from benchmarks.reads.growth import Curve

matplotlib.use("svg")
# The same figures make the same file.
matplotlib.rcParams.update({"svg.hashsalt": "growth", "font.size": 9})
STYLES = {
    "peer": {"color": "#b3403a", "marker": "o", "label": "peer (FastAPI, the plan)"},
    "production": {"color": "#1f6f4a", "marker": "s", "label": "ours, production"},
    "simple": {"color": "#3b6ea8", "marker": "^", "label": "ours, simple"},
}


def draw(curves: Sequence[Curve], target: Path) -> None:
    """One panel a curve, CPU milliseconds a request over size, both logarithmic."""
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(
        1, len(curves), figsize=(3.1 * len(curves), 3.2), sharey=True, squeeze=False
    )
    for panel, curve in zip(panels[0], curves, strict=True):
        for name, style in STYLES.items():
            points = zip(curve.sizes, curve.cpu_ms(name), strict=True)
            known = [(size, cpu) for size, cpu in points if cpu]
            panel.plot(*zip(*known, strict=True), linewidth=1.6, markersize=4, **style)
        panel.set(xscale="log", yscale="log", title=curve.name, xlabel=curve.over)
        panel.grid(True, which="major", color="#dddddd", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("CPU ms per request")
    panels[0][0].legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(target, format="svg", metadata={"Date": None})
    pyplot.close(figure)
