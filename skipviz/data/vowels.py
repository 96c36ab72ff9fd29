"""Spoken vowels as waveforms, made by a source and a filter from published formants.

The averages of Peterson and Barney (1952), "Control methods used in a study of the vowels", JASA
24, 175-184, table II: fundamental and first three formants of ten vowels, in Hz.
"""

import numpy as np

from skipviz.data.split import Array

RATE = 10_000  # samples per second
LENGTH = 256  # samples that are kept: 26 ms
WARM_UP = 256  # samples until the filter has forgotten its start
PER_CLASS = 120
TILT = 0.9  # pole of the glottis and lips together: about -6 dB per octave
BANDWIDTHS = (60.0, 90.0, 150.0)  # Hz

# fundamental, F1, F2, F3 for heed hid head had hod hawed hood who'd hud heard
MEN = (
    (136, 270, 2290, 3010),
    (135, 390, 1990, 2550),
    (130, 530, 1840, 2480),
    (127, 660, 1720, 2410),
    (124, 730, 1090, 2440),
    (129, 570, 840, 2410),
    (137, 440, 1020, 2240),
    (141, 300, 870, 2240),
    (130, 640, 1190, 2390),
    (133, 490, 1350, 1690),
)
WOMEN = (
    (235, 310, 2790, 3310),
    (232, 430, 2480, 3070),
    (223, 610, 2330, 2990),
    (210, 860, 2050, 2850),
    (212, 850, 1220, 2810),
    (216, 590, 920, 2710),
    (232, 470, 1160, 2680),
    (231, 370, 950, 2670),
    (221, 760, 1400, 2780),
    (218, 500, 1640, 1960),
)
CHILDREN = (
    (272, 370, 3200, 3730),
    (269, 530, 2730, 3600),
    (260, 690, 2610, 3570),
    (251, 1010, 2320, 3320),
    (256, 1030, 1370, 3170),
    (263, 680, 1060, 3180),
    (276, 560, 1410, 3310),
    (274, 430, 1170, 3260),
    (261, 850, 1590, 3360),
    (261, 560, 1820, 2160),
)


def vowels() -> tuple[Array, Array]:
    """x (1200, 256, 1) waveforms of equal loudness, y (1200,) the vowel.

    Every sample is a speaker of a random kind whose pitch differs by 10 % and whose formants
    differ by 4 % (standard deviations) from the average.
    """
    random = np.random.default_rng(0)
    y = np.repeat(np.arange(10), PER_CLASS)
    kind = random.integers(3, size=len(y))
    hertz = np.array([MEN, WOMEN, CHILDREN], dtype=np.float64)[kind, y]
    pitch = hertz[:, 0] * random.normal(1, 0.1, len(y)).clip(0.7, 1.3)
    formants = hertz[:, 1:] * random.normal(1, 0.04, (len(y), 3))
    wave = _recursive(_pulses(pitch, random), TILT, 0.0)
    for place, bandwidth in enumerate(BANDWIDTHS):
        wave = _resonance(wave, formants[:, place], bandwidth)
    wave = wave[:, WARM_UP:] - wave[:, WARM_UP:].mean(1, keepdims=True)
    wave /= np.sqrt(np.mean(wave**2, axis=1, keepdims=True))
    return (wave + random.normal(0, 0.02, wave.shape))[..., None], y


def _pulses(pitch: Array, random: np.random.Generator) -> Array:
    """The glottis: one pulse per period, from a random phase on."""
    periods = np.arange(WARM_UP + LENGTH) * pitch[:, None] / RATE + random.random((len(pitch), 1))
    return np.diff(np.floor(periods), axis=1, prepend=0.0).clip(0, 1)


def _resonance(wave: Array, frequency: Array, bandwidth: float) -> Array:
    """y_t = x_t + 2 r cos(w) y_(t-1) - r² y_(t-2): a pole pair at the frequency (Klatt 1980)."""
    radius = np.exp(-np.pi * bandwidth / RATE)
    return _recursive(wave, 2 * radius * np.cos(2 * np.pi * frequency / RATE), -(radius**2))


def _recursive(wave: Array, first: Array | float, second: float) -> Array:
    """y_t = x_t + first y_(t-1) + second y_(t-2), along the last axis."""
    heard = np.zeros((len(wave), wave.shape[1] + 2))
    for t in range(wave.shape[1]):
        heard[:, t + 2] = wave[:, t] + first * heard[:, t + 1] + second * heard[:, t]
    return heard[:, 2:]
