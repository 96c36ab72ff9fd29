"""The plane of two-dimensional data as an arm sees it: its decision boundary."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skipviz.data.plane import CELLS, OUTPUTS, plane_axis
from skipviz.data.split import Split
from skipviz.figures.attribution import diverging
from skipviz.figures.gradient import snapshot_row
from skipviz.figures.style import Spec, arm_style, axis, called, layout
from skipviz.language import _
from skipviz.runs.recording import Recording
from skipviz.types import Array

# Okabe and Ito 2008; the classes in order, then again
CLASSES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#7A8191")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "star", "hexagon")
POINTS, SIZE = 240, 6  # of the data, so that the ground stays visible; pixels
FEW, SMALL = 100, 4  # and in panels side by side
VALUES = 2.5  # the largest quantity with a colour of its own; quantities have deviation 1


def boundary_spec(
    run: Recording, arm: str, split: Split, at: int = -1, theme: str = "light"
) -> Spec:
    """What an arm says of every place (ground) and the training samples on it.

    Ground: the colours of the classes mixed by their probabilities, or the predicted quantity,
    of several the first.
    The last snapshot until row `at`, of the first seed. Axes in deviations from the mean of the
    training samples.
    """
    axes = {"xaxis": _axis(split, theme), "yaxis": _axis(split, theme) | {"scaleanchor": "x"}}
    return {
        "data": [_ground(run, arm, split, at, theme), *_samples(run, split, theme)],
        "layout": layout(
            theme,
            margin={"l": 36, "r": 8, "t": 8, "b": 30},
            meta={"step": int(run.row_steps[at])},
            **axes,
        ),
    }


def boundaries_spec(
    run: Recording, arms: Sequence[str], split: Split, at: int = -1, theme: str = "light"
) -> Spec:
    """`boundary_spec` of some arms side by side, each under its name and without numbers."""
    traces, axes, names = [], {}, []
    width = 1 / len(arms)
    for place, arm in enumerate(arms):
        number = str(place + 1) if place else ""
        domain = [(place + 0.02) * width, (place + 0.98) * width]
        bare = _axis(split, theme) | {"showticklabels": False, "ticks": ""}
        axes[f"xaxis{number}"] = bare | {"domain": domain, "anchor": f"y{number}"}
        axes[f"yaxis{number}"] = bare | {"scaleanchor": f"x{number}", "anchor": f"x{number}"}
        on = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        panel = [_ground(run, arm, split, at, theme), *_samples(run, split, theme, FEW, SMALL)]
        traces += [trace | on for trace in panel]
        names.append(_name(arm, run.label_of(arm), (place + 0.5) * width, theme))
    look = layout(
        theme,
        margin={"l": 4, "r": 4, "t": 22, "b": 4},
        meta={"step": int(run.row_steps[at])},
        annotations=names,
        **axes,
    )
    return {"data": traces, "layout": look}


def _axis(split: Split, theme: str) -> Spec:
    along = plane_axis(split)
    reach = [float(along[0]), float(along[-1])]
    return axis(theme, "", range=reach, showgrid=False, constrain="domain")


def _name(arm: str, label: str, x: float, theme: str) -> Spec:
    """Above its panel, in the colour of the arm."""
    colour = arm_style(arm).text(theme)
    return {
        "text": f"<b>{label}</b>", "x": x, "xref": "paper", "xanchor": "center",
        "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "font": {"size": 12, "color": colour},
    }  # fmt: skip


def _ground(run: Recording, arm: str, split: Split, at: int, theme: str) -> Spec:
    said = run.snapshot(OUTPUTS, arm)[snapshot_row(run, at)]
    along = plane_axis(split)
    mixed = run.info.task == "classification"
    ground = _mixed(said, along, theme) if mixed else _quantity(said[0], along, theme)
    label = run.label_of(arm)
    hover = _("{arm} at ({x}, {y})", arm=label, x="%{x:.2f}", y="%{y:.2f}")
    return ground | {"name": arm, "hovertemplate": hover} | called(label)


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


def _samples(
    run: Recording, split: Split, theme: str, most: int = POINTS, size: int = SIZE
) -> list[Spec]:
    every = max(1, len(split.train_x) // most)
    x, y = split.train_x[::every], split.train_y[::every]
    y = y[:, 0] if len(run.info.targets) > 1 else y
    shared: Spec = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}
    edge = {"color": "#1A1E29" if theme == "dark" else "#FFFFFF", "width": 0.8}
    look: Spec = {"size": size, "line": edge}
    if run.info.task != "classification":
        marker = look | {
            "color": y.ravel(), "colorscale": diverging(theme), "cmin": -VALUES, "cmax": VALUES,
        }  # fmt: skip
        return [shared | {"x": x[:, 0], "y": x[:, 1], "name": "samples", "marker": marker}]
    return [
        shared
        | {
            "x": x[y == k, 0],
            "y": x[y == k, 1],
            "name": _("samples of class {k}", k=k),
            "marker": look
            | {"color": CLASSES[k % len(CLASSES)], "symbol": SYMBOLS[k % len(SYMBOLS)]},
        }
        for k in np.unique(y)
    ]


def _channels(k: int) -> list[int]:
    colour = CLASSES[k % len(CLASSES)]
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
