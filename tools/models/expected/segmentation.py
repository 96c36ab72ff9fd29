"""monai and segmentation-models-pytorch."""

from typing import Any

from tools.models.entry import Build, Entry, image, made


def monai(name: str, **settings: Any) -> Build:
    return made("monai.networks.nets", name, **settings)


def smp(name: str, **settings: Any) -> Build:
    return made("segmentation_models_pytorch", name, encoder_name="resnet18", encoder_weights=None,
                **settings)  # fmt: skip


PLANE: dict[str, Any] = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2}
VOLUME: dict[str, Any] = {"spatial_dims": 3, "in_channels": 1, "out_channels": 2}

MONAI = [
    Entry("Attention U-Net", monai("AttentionUnet", **PLANE, channels=(8, 16, 32), strides=(2, 2)),
          image(32, 1), {"gated concat": 2, "projection": 2},
          "two resolutions: what is carried is gated; the gate is a sum of one convolution of it "
          "and of what came up from below", new=False),
    Entry("SegResNet", monai("SegResNet", **VOLUME, init_filters=8), image(16, 1, dimensions=3),
          {"add": 15},
          "1 + 2 + 2 + 4 residual blocks down, 3 up, and the 3 sums with what was on the way down"),
    Entry("UNETR",
          monai("UNETR", **VOLUME, img_size=(32, 32, 32), feature_size=8, hidden_size=24,
                mlp_dim=48, num_heads=2),
          image(32, 1, dimensions=3), {"add": 27, "projection": 5},
          "a ViT of 12 blocks; 3 residual blocks of equal width and 5 with a 1×1×1 convolution; "
          "what is carried across is made by branches of their own, so nothing passes by"),
    Entry("DynUNet",
          monai("DynUNet", **VOLUME, kernel_size=[3, 3, 3, 3], strides=[1, 2, 2, 2],
                upsample_kernel_size=[2, 2, 2], filters=[8, 16, 32, 64], res_block=True),
          image(16, 1, dimensions=3), {"projection": 4, "concat": 3},
          "4 residual blocks, each of which changes the width; a concatenation at 3 resolutions"),
    Entry("BasicUNet", monai("BasicUNet", **PLANE, features=(8, 8, 16, 32, 64, 8)), image(32, 1),
          {"concat": 4}, "a concatenation at 4 resolutions"),
    Entry("V-Net", monai("VNet", **PLANE), image(32, 1), {"add": 9, "concat": 4},
          "a residual of the input, 4 on the way down and 4 up, and 4 concatenations"),
    Entry("HighResNet", monai("HighResNet", **PLANE), image(16, 1), {"add": 9},
          "3 × 3 residual blocks; where the width grows the state is padded with zeros"),
]  # fmt: skip

SMP = [
    Entry("U-Net on ResNet-18", smp("Unet"), image(64), {"add": 5, "projection": 3, "concat": 4},
          "those of ResNet-18, and a concatenation at 4 resolutions", new=False),
    Entry("LinkNet on ResNet-18", smp("Linknet"), image(64), {"add": 9, "projection": 3},
          "those of ResNet-18, and a sum at 4 resolutions"),
    Entry("FPN on ResNet-18", smp("FPN"), image(64), {"add": 5, "projection": 7},
          "those of ResNet-18; the pyramid takes in 3 states by a 1×1 convolution; of the four "
          "branches that are summed one has a convolution where the other has two: by the rule "
          "a projection too",
          first_look="6 projections, expectation wrong: the branches are stacked, then summed, and "
          "in what is laid side by side branches of one resolution are parallel"),
    Entry("DeepLabV3+ on ResNet-18", smp("DeepLabV3Plus"), image(64),
          {"add": 5, "projection": 3, "projection concat": 1},
          "those of ResNet-18; an early state comes beside the last by a 1×1 convolution"),
    Entry("PSPNet on ResNet-18", smp("PSPNet"), image(96),
          {"add": 3, "projection": 1, "concat": 1},
          "the first two stages of ResNet-18; the state stands beside its pooled convolutions"),
]  # fmt: skip
