"""The plane of two-dimensional data as an arm sees it: its decision boundary."""

import numpy as np
from numpy.typing import NDArray

from skipviz.arms import arm_label
from skipviz.data.plane import CELLS, OUTPUTS, plane_axis
from skipviz.data.split import Split
from skipviz.figures.attribution import diverging
from skipviz.figures.gradient import snapshot_row
from skipviz.figures.style import Spec, axis, layout
from skipviz.runs.recording import Recording
from skipviz.types import Array

# Okabe and Ito 2008; the classes in order, then again
CLASSES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#7A8191")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "star", "hexagon")
POINTS = 240  # of the data, so that the ground stays visible
VALUES = 2.5  # the largest quantity with a colour of its own; quantities have deviation 1


def boundary_spec(
    run: Recording, arm: str, split: Split, at: int = -1, theme: str = "light"
) -> Spec:
    """What an arm says of every place (ground) and the training samples on it.

    Ground: the colours of the classes mixed by their probabilities, or the predicted quantity.
    The last snapshot until row `at`, of the first seed. Axes in deviations from the mean of the
    training samples.
    """
    said = run.snapshot(OUTPUTS, arm)[snapshot_row(run, at)]
    along = plane_axis(split)
    classes = run.info.task == "classification"
    ground = _mixed(said, along, theme) if classes else _quantity(said[0], along, theme)
    reach = [float(along[0]), float(along[-1])]
    look = layout(
        theme,
        margin={"l": 36, "r": 8, "t": 8, "b": 30},
        xaxis=axis(theme, "", range=reach, showgrid=False, constrain="domain"),
        yaxis=axis(theme, "", range=reach, showgrid=False, scaleanchor="x", constrain="domain"),
        meta={"step": int(run.row_steps[at])},
    )
    name = {"name": arm, "hovertemplate": f"{arm_label(arm)} at (%{{x:.2f}}, %{{y:.2f}})"}
    return {"data": [ground | name, *_samples(split, classes, theme)], "layout": look}


def _mixed(said: Array, along: NDArray[np.float32], theme: str) -> Spec:
    """An image: each place in the colour of its classes, the clearer the surer."""
    paper = np.array([26, 30, 41] if theme == "dark" else [255, 255, 255], dtype=np.float64)
    colours = np.array([_channels(k) for k in range(len(said))])
    sure = np.nan_to_num((said.max(0) * len(said) - 1) / max(len(said) - 1, 1))
    mixed = np.einsum("kp,kc->pc", np.nan_to_num(said), colours)
    strength = 0.15 + 0.55 * sure[:, None]
    image = paper * (1 - strength) + mixed * strength
    step = float(along[1] - along[0])
    return {
        "type": "image",
        "z": image.reshape(CELLS, CELLS, 3).round().astype(int).tolist(),
        "x0": float(along[0]), "dx": step, "y0": float(along[0]), "dy": step,
    }  # fmt: skip


def _quantity(values: Array, along: NDArray[np.float32], theme: str) -> Spec:
    return {
        "type": "heatmap",
        "x": along,
        "y": along,
        "z": values.reshape(CELLS, CELLS).astype(np.float32),
        "colorscale": diverging(theme),
        "zmin": -VALUES,
        "zmax": VALUES,
        "showscale": False,
    }


def _samples(split: Split, classes: bool, theme: str) -> list[Spec]:
    every = max(1, len(split.train_x) // POINTS)
    x, y = split.train_x[::every], split.train_y[::every]
    shared: Spec = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
    edge = {"color": "#1A1E29" if theme == "dark" else "#FFFFFF", "width": 0.8}
    if not classes:
        marker = {
            "size": 6, "line": edge, "color": y.ravel(), "colorscale": diverging(theme),
            "cmin": -VALUES, "cmax": VALUES,
        }  # fmt: skip
        return [shared | {"x": x[:, 0], "y": x[:, 1], "name": "samples", "marker": marker}]
    return [
        shared
        | {
            "x": x[y == k, 0],
            "y": x[y == k, 1],
            "name": f"samples of class {k}",
            "marker": {
                "size": 6, "line": edge, "color": CLASSES[k % len(CLASSES)],
                "symbol": SYMBOLS[k % len(SYMBOLS)],
            },
        }
        for k in np.unique(y)
    ]  # fmt: skip


def _channels(k: int) -> list[int]:
    colour = CLASSES[k % len(CLASSES)]
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
