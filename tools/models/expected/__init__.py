"""What the architectures have, package by package."""

from collections.abc import Mapping, Sequence

from tools.models.entry import Entry
from tools.models.expected import (
    generation,
    language,
    others,
    segmentation,
    senses,
    timm_models,
    torchvision_models,
)

PACKAGES: Mapping[str, Sequence[Entry]] = {
    "torchvision": torchvision_models.MODELS,
    "timm": timm_models.MODELS,
    "transformers": [*language.MODELS, *senses.MODELS],
    "diffusers": generation.MODELS,
    "monai": segmentation.MONAI,
    "segmentation-models-pytorch": segmentation.SMP,
    "x-transformers": others.X_TRANSFORMERS,
    "vit-pytorch": others.VIT_PYTORCH,
}
