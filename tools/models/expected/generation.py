"""diffusers: U-Nets, transformers and an autoencoder of image generation."""

from typing import Any

import torch

from tools.models.entry import Build, Entry, made, normal, of

UNET: dict[str, Any] = {
    "sample_size": 16, "block_out_channels": (32, 64), "layers_per_block": 1,
    "norm_num_groups": 8,
}  # fmt: skip


def net(name: str, **settings: Any) -> Build:
    return made("diffusers", name, **settings)


def time() -> torch.Tensor:
    return torch.tensor([3, 7])


MODELS = [
    Entry("UNet2D",
          net("UNet2DModel", **UNET, down_block_types=("DownBlock2D", "DownBlock2D"),
              up_block_types=("UpBlock2D", "UpBlock2D")),
          of(sample=normal(2, 3, 16, 16), timestep=time),
          {"add": 4, "projection": 5, "concat": 4},
          "8 residual blocks, 5 of which change the width: the second way down and the 4 way up, "
          "each behind a concatenation; an attention in the middle", new=False),
    Entry("UNet2D with conditions",
          net("UNet2DConditionModel", **UNET, cross_attention_dim=16, attention_head_dim=8,
              down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
              up_block_types=("UpBlock2D", "CrossAttnUpBlock2D")),
          of(sample=normal(2, 4, 16, 16), timestep=time, encoder_hidden_states=normal(2, 5, 16)),
          {"add": 19, "projection": 5, "concat": 4},
          "8 residual blocks, 5 of which change the width; 4 transformers with a sum around and "
          "three in their block; 4 concatenations"),
    Entry("DiT",
          net("DiTTransformer2DModel", num_attention_heads=2, attention_head_dim=16, in_channels=4,
              num_layers=3, sample_size=8, norm_num_groups=8, num_embeds_ada_norm=10),
          of(hidden_states=normal(2, 4, 8, 8), timestep=time, class_labels=time), {"add": 6},
          "attention and MLP in 3 blocks; what the class shifts is broadcast"),
    Entry("AutoencoderKL",
          net("AutoencoderKL", block_out_channels=(16, 32), layers_per_block=1, norm_num_groups=8,
              down_block_types=("DownEncoderBlock2D",) * 2,
              up_block_types=("UpDecoderBlock2D",) * 2),
          of(sample=normal(2, 3, 16, 16)), {"add": 10, "projection": 2},
          "2 + 2 residual blocks down and in the middle, 2 + 4 there and up, an attention in each "
          "middle; two blocks change the width"),
    Entry("PixArt",
          net("PixArtTransformer2DModel", num_attention_heads=2, attention_head_dim=16,
              in_channels=4, out_channels=8, num_layers=2, sample_size=8, cross_attention_dim=32,
              caption_channels=16, norm_num_groups=8, use_additional_conditions=False),
          of(hidden_states=normal(2, 4, 8, 8), timestep=time,
             encoder_hidden_states=normal(2, 5, 16),
             added_cond_kwargs=lambda: {"resolution": None, "aspect_ratio": None}),
          {"add": 6}, "attention, cross attention and MLP in 2 blocks"),
    Entry("Stable Diffusion 3's transformer",
          net("SD3Transformer2DModel", sample_size=8, patch_size=2, in_channels=4, num_layers=2,
              attention_head_dim=16, num_attention_heads=2, joint_attention_dim=32,
              caption_projection_dim=32, pooled_projection_dim=16, out_channels=4,
              pos_embed_max_size=8),
          of(hidden_states=normal(2, 4, 8, 8), encoder_hidden_states=normal(2, 5, 32),
             pooled_projections=normal(2, 16), timestep=time),
          {"add": 6}, "2 blocks with two sums for the picture, the first with two for the text"),
    Entry("Flux",
          net("FluxTransformer2DModel", patch_size=1, in_channels=4, num_layers=1,
              num_single_layers=2, attention_head_dim=16, num_attention_heads=2,
              joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=(4, 4, 8)),
          of(hidden_states=normal(2, 16, 4), encoder_hidden_states=normal(2, 5, 32),
             pooled_projections=normal(2, 32), timestep=lambda: torch.tensor([0.1, 0.7]),
             img_ids=lambda: torch.zeros(16, 3), txt_ids=lambda: torch.zeros(5, 3)),
          {"add": 6}, "a block of two streams with two sums each; 2 of one stream with one"),
]  # fmt: skip
