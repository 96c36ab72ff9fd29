"""timm, in real sizes on small pictures, or in small settings where depth is free."""

from typing import Any

from tools.models.entry import Build, Entry, image, made


def net(name: str, **settings: Any) -> Build:
    return made("timm", "create_model", name, pretrained=False, **settings)


def block(module: str, name: str) -> Any:
    """A class of timm that is an argument of another; imported with it."""
    from importlib import import_module

    return getattr(import_module(f"timm.{module}"), name)


def parallel_vit(block_name: str) -> Build:
    def build() -> Any:
        layer = block("models.vision_transformer", block_name)
        return block("models.vision_transformer", "VisionTransformer")(
            img_size=32, patch_size=8, embed_dim=32, depth=3, num_heads=2, block_fn=layer
        )

    return build


MODELS = [
    Entry("PoolFormer-S12", net("poolformer_s12"), image(64), {"add": 24},
          "2 + 2 + 6 + 2 blocks; around pooling with a norm, and around the MLP", new=False),
    Entry("DeiT-Ti, distilled", net("deit_tiny_distilled_patch16_224", img_size=32), image(),
          {"add": 24}, "attention and MLP in 12 blocks"),
    Entry("BEiT",
          made("timm.models.beit", "Beit", img_size=32, patch_size=8, embed_dim=32, depth=4,
               num_heads=2, init_values=0.1),
          image(), {"add": 8}, "attention and MLP in 4 blocks, each with a learned scale"),
    Entry("MLP-Mixer",
          made("timm.models.mlp_mixer", "MlpMixer", img_size=32, patch_size=8, num_blocks=3,
               embed_dim=16),
          image(), {"add": 6}, "3 blocks: over positions, over channels",
          first_look="output unchanged when cut: its head starts at 0; the check was too strict"),
    Entry("gMLP-Ti", net("gmlp_ti16_224", img_size=64), image(64), {"add": 30},
          "30 blocks with one sum each; the spatial gate multiplies one half by the other, and "
          "neither is made of the other",
          first_look="output unchanged when cut: its head starts at 0; the check was too strict"),
    Entry("ResMLP-12", net("resmlp_12_224", img_size=64), image(64), {"add": 24},
          "12 blocks: over positions, over channels",
          first_look="output unchanged when cut: its head starts at 0; the check was too strict"),
    Entry("CoAtNet-0", net("coatnet_0_rw_224", img_size=64), image(64),
          {"add": 19, "projection": 4},
          "2 + 3 MBConv with one sum, 7 + 2 transformer blocks with two; the first sum of every "
          "stage strides: pooling and a 1×1 convolution", gates=5),
    Entry("PVTv2-B0", net("pvt_v2_b0"), image(64), {"add": 16},
          "2 + 2 + 2 + 2 blocks with attention and MLP"),
    Entry("EfficientFormer-L1", net("efficientformer_l1"), image(224), {"add": 30},
          "3 + 2 + 6 + 4 blocks with two sums; pooling with a learned scale is a branch",
          first_look="not built: it takes pictures of 224 only; then as expected"),
    Entry("FocalNet-T", net("focalnet_tiny_srf"), image(64), {"add": 24, "gated": 12},
          "12 blocks with two sums; in each, the context of the first level joins that of the "
          "second, which was convolved from it, both through their gates"),
    Entry("VoVNet-39", net("ese_vovnet39b"), image(64), {"concat": 6, "add": 2},
          "6 one-shot aggregations: input and 4 of 5 states beside the last; a sum around the "
          "second of stages 3 and 4; a squeeze-excite in each", edges=32, gates=6,
          first_look="expectation wrong: timm has squeeze-excite in the last of a stage only"),
    Entry("CaiT-XXS24", net("cait_xxs24_224", img_size=32), image(), {"add": 51, "concat": 2},
          "24 blocks with two sums; 2 class-attention blocks with two, but the first sum is with "
          "a bare weight; the patches come beside the class twice more unchanged"),
    Entry("XCiT-nano", net("xcit_nano_12_p16_224", img_size=64), image(64),
          {"add": 40, "split concat": 4},
          "12 blocks with three sums (attention, local convolutions, MLP); 2 class-attention "
          "blocks with two, where all but the class pass by, twice"),
    Entry("ConvMixer",
          made("timm.models.convmixer", "ConvMixer", dim=16, depth=4, kernel_size=5, patch_size=4),
          image(), {"add": 4}, "a sum around every depthwise convolution"),
    Entry("NF-ResNet-26", net("nf_resnet26"), image(), {"add": 4, "projection": 4},
          "2 + 2 + 2 + 2 blocks without norms; the first of every stage has a 1×1 convolution"),
    Entry("ResNetV2-50", net("resnetv2_50"), image(), {"add": 12, "projection": 4},
          "16 pre-activation bottlenecks, the first of every stage has a 1×1 convolution"),
    Entry("Xception", net("legacy_xception"), image(64), {"add": 8, "projection": 4},
          "12 blocks of separable convolutions (figure 5), 4 of them with a 1×1 convolution"),
    Entry("Inception-ResNet-V2", net("inception_resnet_v2"), image(96),
          {"add": 40, "pooled concat": 2},
          "10 + 20 + 10 blocks; two reductions lay max-pooling beside convolutions"),
    Entry("SE-ResNet-50", net("seresnet50"), image(), {"add": 12, "projection": 4},
          "ResNet-50 with squeeze-excite in all 16 blocks", gates=16),
    Entry("GhostNet", net("ghostnet_100"), image(64),
          {"add": 11, "projection": 5, "concat": 32},
          "16 blocks: 11 of equal shape, 5 with a depthwise and a 1×1 convolution beside; two "
          "ghost modules in each lay a state beside its own convolution; 7 with squeeze-excite",
          gates=7),
    Entry("RepVGG-A0", net("repvgg_a0"), image(), {"add": 17},
          "1 + 2 + 4 + 14 + 1 blocks, 17 of equal shape: past the 3×3 and 1×1 convolutions"),
    Entry("Twins-SVT-S", net("twins_svt_small", img_size=64), image(64), {"add": 40},
          "2 + 2 + 10 + 4 blocks with two sums, and a position convolution with one in each stage"),
    Entry("MambaOut-femto", net("mambaout_femto"), image(64), {"add": 18, "split concat": 18},
          "3 + 3 + 9 + 3 blocks with one sum; in each, part of the channels passes by the "
          "depthwise convolution"),
    Entry("StarNet-S1", net("starnet_s1"), image(64), {"add": 15},
          "2 + 2 + 8 + 3 blocks with one sum; the two factors of the star are made side by side"),
    Entry("EVA-02-Ti", net("eva02_tiny_patch14_224", img_size=28), image(28), {"add": 24},
          "attention with rotations and SwiGLU in 12 blocks"),
    Entry("ViT, branches side by side", parallel_vit("ParallelThingsBlock"), image(), {"add": 6},
          "3 blocks: around two attentions together, around two MLPs together"),
    Entry("ViT, parallel blocks", parallel_vit("ParallelScalingBlock"), image(), {"add": 3},
          "3 blocks: one sum around attention and MLP together"),
]  # fmt: skip
