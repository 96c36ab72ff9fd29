"""Images and waves as tiles: plain data that a browser draws."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skipviz.data.split import Array

Picture = dict[str, Any]
"""Plain data of a few kB that a browser can draw: its `kind`, and numbers as bytes in base64."""
TILE_BYTES = 784  # of one image, a digit of MNIST; larger ones are made coarser
WAVE = 128  # points of one wave


def tiles_of(x: Array, names: list[str]) -> Picture:
    """Images or waves x (samples, ..) under their names; where that is "" the tile is empty."""
    made = plain_tiles(x, names)
    tiles = [tile if tile["name"] else tile | {"values": ""} for tile in made["tiles"]]
    return made | {"tiles": tiles, "named": True}


def plain_tiles(x: Array, names: list[str]) -> Picture:
    """Images or waves x (samples, ..), named where `names` has any."""
    if x.ndim == 3 and x.shape[2] == 1:
        return _waves(x[..., 0], names)
    return images(x.transpose(0, 2, 1)[:, None] if x.ndim == 3 else x, names)


def images(x: Array, names: list[str]) -> Picture:
    """Tiles of x (samples, channels, height, width)."""
    kept = x if x.shape[1] in (1, 3) else x[:, :1]
    coarse = _coarser(kept.astype(np.float64))
    values = bytes_between(coarse, float(coarse.min()), float(coarse.max()))
    channels, height, width = coarse.shape[1:]
    tiles = [_tile(tile.transpose(1, 2, 0), names, k) for k, tile in enumerate(values)]
    size = {"channels": channels, "width": width, "height": height}
    return {"kind": "tiles", "draw": "image", "tiles": tiles, **size}


def _waves(x: Array, names: list[str]) -> Picture:
    """x (samples, steps); each wave between its own least and largest value."""
    kept = x[:, :: -(-x.shape[1] // WAVE)].astype(np.float64)
    tiles = [
        _tile(bytes_between(wave, float(wave.min()), float(wave.max())), names, k)
        for k, wave in enumerate(kept)
    ]
    return {"kind": "tiles", "draw": "wave", "tiles": tiles}


def _tile(values: NDArray[np.uint8], names: list[str], k: int) -> dict[str, str]:
    return {"name": names[k] if names else "", "values": text_of(values)}


def _coarser(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Images of at most TILE_BYTES numbers: means over squares of pixels."""
    step = int(np.ceil(np.sqrt(np.prod(x.shape[1:]) / TILE_BYTES)))
    for axis in (2, 3):
        starts = np.arange(0, x.shape[axis], step)
        sizes = np.diff([*starts, x.shape[axis]])
        shape = [-1 if a == axis else 1 for a in range(4)]
        x = np.add.reduceat(x, starts, axis=axis) / sizes.reshape(shape)
    return x


def bytes_between(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """0 at `low` and below, 255 at `high` and above."""
    share = (values.astype(np.float64) - low) / ((high - low) or 1.0)
    return np.round(np.clip(share, 0, 1) * 255).astype(np.uint8)


def text_of(values: NDArray[np.uint8]) -> str:
    """The bytes in base64."""
    return base64.b64encode(values.tobytes()).decode("ascii")
