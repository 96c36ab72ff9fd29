"""torchvision, in real sizes on small pictures."""

from typing import Any

from tools.models.entry import Build, Entry, image, made


def net(name: str, **settings: Any) -> Build:
    return made("torchvision.models", name, weights=None, **settings)


MODELS = [
    Entry("ResNet-18", net("resnet18"), image(), {"add": 5, "projection": 3},
          "8 basic blocks; the first of stages 2 to 4 has a 1×1 convolution", new=False),
    Entry("ResNet-50", net("resnet50"), image(), {"add": 12, "projection": 4},
          "3 + 4 + 6 + 3 bottlenecks; the first of every stage has a 1×1 convolution", new=False),
    Entry("DenseNet-121", net("densenet121"), image(), {"concat": 58},
          "blocks of 6, 12, 24, 16 layers; one of L layers has L merges with 1 + .. + L edges",
          edges=535, new=False),
    Entry("MobileNetV2", net("mobilenet_v2"), image(), {"add": 10},
          "17 inverted residuals, 10 of them with stride 1 and equal width", new=False),
    Entry("EfficientNet-B0", net("efficientnet_b0"), image(), {"add": 9},
          "16 MBConv, 9 with stride 1 and equal width; a squeeze-excite gate in each", gates=16,
          new=False),
    Entry("Swin-T", net("swin_t"), image(64), {"add": 24},
          "2 + 2 + 6 + 2 blocks with attention and MLP", new=False),
    Entry("ConvNeXt-T", net("convnext_tiny"), image(), {"add": 18},
          "3 + 3 + 9 + 3 blocks with one sum each", new=False),
    Entry("ViT, 12 blocks",
          made("torchvision.models", "VisionTransformer", 32, 8, 12, 2, 32, 64), image(),
          {"add": 24}, "attention and MLP in 12 blocks", new=False,
          first_look="output and gradients unchanged when cut: its head starts at 0, where the "
          "loss of the check had no gradient; it has one now"),
    Entry("VGG-11", net("vgg11_bn"), image(), {}, "a chain", new=False),
    Entry("GoogLeNet", net("googlenet", init_weights=False), image(64), {},
          "every branch of an inception has a convolution, also that behind the pooling",
          new=False),
    Entry("SqueezeNet", net("squeezenet1_1"), image(64), {},
          "two convolutions side by side", new=False),
    Entry("ResNeXt-50", net("resnext50_32x4d"), image(), {"add": 12, "projection": 4},
          "ResNet-50 with grouped convolutions: 16 bottlenecks, 4 with a 1×1 convolution"),
    Entry("Wide ResNet-50-2", net("wide_resnet50_2"), image(), {"add": 12, "projection": 4},
          "ResNet-50 with wider bottlenecks"),
    Entry("RegNetX-400MF", net("regnet_x_400mf"), image(), {"add": 18, "projection": 4},
          "1 + 2 + 7 + 12 blocks; the first of every stage changes width and resolution"),
    Entry("RegNetY-400MF", net("regnet_y_400mf"), image(), {"add": 12, "projection": 4},
          "1 + 3 + 6 + 6 blocks, 4 projections; squeeze-excite in every block", gates=16),
    Entry("MobileNetV3-Small", net("mobilenet_v3_small"), image(), {"add": 6},
          "11 blocks (table 2): 6 with stride 1 and equal width; 9 with squeeze-excite", gates=9),
    Entry("MobileNetV3-Large", net("mobilenet_v3_large"), image(), {"add": 10},
          "15 blocks (table 1): 10 with stride 1 and equal width; 8 with squeeze-excite", gates=8),
    Entry("MNASNet-1.0", net("mnasnet1_0"), image(), {"add": 10},
          "stacks of 3, 3, 3, 2, 4, 1 blocks, the first of each changes the width: 2+2+2+1+3+0"),
    Entry("ShuffleNetV2", net("shufflenet_v2_x1_0"), image(64), {"split concat": 13},
          "4 + 8 + 4 units: half of the channels pass by, but in the first of a stage, where both "
          "halves are convolved"),
    Entry("MaxViT",
          made("torchvision.models", "MaxVit", (64, 64), 16, 2, [16, 32, 64, 128], [1, 1, 2, 1],
               8, 0.0),
          image(64), {"add": 21, "projection": 4},
          "5 layers: an MBConv (1, with a 1×1 convolution where it strides: 4), window attention "
          "and grid attention with an MLP each (4)", gates=5),
    Entry("Swin V2-T", net("swin_v2_t"), image(64), {"add": 24},
          "12 blocks with attention and MLP, norms behind them"),
    Entry("DeepLabV3 on ResNet-50",
          made("torchvision.models.segmentation", "deeplabv3_resnet50", weights=None,
               weights_backbone=None),
          image(), {"add": 12, "projection": 4},
          "those of ResNet-50; the five branches of the pyramid run side by side"),
    Entry("LRASPP on MobileNetV3",
          made("torchvision.models.segmentation", "lraspp_mobilenet_v3_large", weights=None,
               weights_backbone=None),
          image(64), {"add": 10, "projection": 1},
          "the backbone's 10; low features come to the sum of scores by one convolution", gates=8),
    Entry("ResNet3D-18", made("torchvision.models.video", "r3d_18", weights=None),
          image(16, dimensions=3), {"add": 5, "projection": 3},
          "8 blocks of 3×3×3 convolutions, 3 with a 1×1×1 convolution"),
    Entry("Inception V3", net("inception_v3", init_weights=False, aux_logits=False), image(96),
          {"pooled concat": 2},
          "the two reductions lay max-pooling beside convolutions; all other branches of "
          "pooling end in a convolution",
          first_look="not built: 80 is too small for its second head; without it as expected"),
]  # fmt: skip
