"""transformers: models of pictures, sound, series, and of several at once."""

from typing import Any

from tools.models.entry import Entry, Inputs, made, normal, of, tokens
from tools.models.expected.language import BERT, net

VIT: dict[str, Any] = {
    "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, "image_size": 32,
    "patch_size": 8,
}  # fmt: skip
SOUND: dict[str, Any] = {
    **BERT, "conv_dim": [16, 16], "conv_stride": [4, 4], "conv_kernel": [8, 4],
    "num_feat_extract_layers": 2, "num_conv_pos_embeddings": 8, "layerdrop": 0.0,
    "num_conv_pos_embedding_groups": 2, "apply_spec_augment": False,
}  # fmt: skip
WAVE = of(input_values=normal(2, 640))


def picture(size: int = 32, **more: Any) -> Inputs:
    return of(pixel_values=normal(2, 3, size, size), **more)


def detr() -> Any:
    resnet = made("transformers", "ResNetConfig", embedding_size=8, hidden_sizes=[8, 16, 32, 64],
                  depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage4"])()  # fmt: skip
    return net("Detr", d_model=32, encoder_layers=2, decoder_layers=2, encoder_ffn_dim=64,
               decoder_ffn_dim=64, encoder_attention_heads=2, decoder_attention_heads=2,
               num_queries=4, backbone_config=resnet)()  # fmt: skip


def qformer() -> Any:
    config = made("transformers", "Blip2QFormerConfig", **BERT, num_hidden_layers=2,
                  cross_attention_frequency=2, encoder_hidden_size=32)()  # fmt: skip
    return made("transformers", "Blip2QFormerModel", config)()


def sam_encoder() -> Any:
    config = made("transformers", "SamVisionConfig", hidden_size=32, num_hidden_layers=2,
                  num_attention_heads=2, image_size=32, patch_size=4, window_size=4, mlp_dim=64,
                  output_channels=16, global_attn_indexes=[1], num_pos_feats=8)()  # fmt: skip
    return made("transformers", "SamVisionModel", config)()


MODELS = [
    Entry("wav2vec 2.0", net("Wav2Vec2", num_hidden_layers=4, **SOUND), WAVE, {"add": 9},
          "4 layers with two sums, and one around the position convolution", new=False),
    Entry("Whisper",
          net("Whisper", vocab_size=64, d_model=32, encoder_layers=2, decoder_layers=2,
              encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64,
              decoder_ffn_dim=64, num_mel_bins=8, max_source_positions=16, pad_token_id=0,
              max_target_positions=16, decoder_start_token_id=1),
          of(input_features=normal(2, 8, 32), decoder_input_ids=tokens), {"add": 10},
          "2 layers with two sums, 2 with three", new=False),
    Entry("HuBERT", net("Hubert", num_hidden_layers=2, **SOUND), WAVE, {"add": 5},
          "2 layers with two sums, and one around the position convolution"),
    Entry("WavLM", net("WavLM", num_hidden_layers=2, **SOUND), WAVE, {"add": 5},
          "2 layers with two sums, and one around the position convolution",
          first_look="a gate reported: a table of position biases scaled by data was taken for "
          "data; mended"),
    Entry("Conformer (wav2vec 2.0)", net("Wav2Vec2Conformer", num_hidden_layers=2, **SOUND), WAVE,
          {"add": 8}, "2 layers with four sums: half an MLP, attention, convolution, half an MLP"),
    Entry("Speech2Text",
          net("Speech2Text", vocab_size=64, d_model=32, encoder_layers=2, decoder_layers=2,
              encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64,
              decoder_ffn_dim=64, conv_channels=16, input_feat_per_channel=8,
              max_source_positions=64, max_target_positions=32),
          of(input_features=normal(2, 32, 8), decoder_input_ids=tokens), {"add": 10},
          "2 layers with two sums, 2 with three"),
    Entry("CLIP",
          net("CLIP", projection_dim=16, vision_config={**VIT, "num_hidden_layers": 3},
              text_config={**BERT, "num_hidden_layers": 2, "eos_token_id": 2}),
          picture(input_ids=tokens), {"add": 10},
          "two towers: 2 layers of text and 3 of pictures with two sums"),
    Entry("SegFormer",
          net("Segformer", "ForSemanticSegmentation", depths=[1, 1, 1, 1], drop_path_rate=0.0,
              hidden_sizes=[8, 16, 16, 32], num_attention_heads=[1, 2, 2, 2],
              decoder_hidden_size=16),
          picture(64), {"add": 8, "projection concat": 1},
          "4 layers with two sums; the stages' states come beside the last by a linear map each",
          first_look="as expected; what it keeps itself was taken for a trace by the check"),
    Entry("DETR", detr, picture(64), {"add": 10, "projection": 3},
          "a ResNet of 4 blocks, 3 with a 1×1 convolution; 2 layers with two sums, 2 with three, "
          "but the first sum of the queries is with zeros",
          first_look="9 found, expectation wrong: the queries' second sum is with what is made of "
          "weights alone, and that is no operand"),
    Entry("Perceiver",
          net("Perceiver", num_latents=8, d_latents=16, d_model=16, num_blocks=1,
              num_self_attends_per_block=2, num_self_attention_heads=2,
              num_cross_attention_heads=1),
          of(inputs=normal(2, 6, 16)), {"add": 5},
          "2 layers with two sums, and cross attention with one: the other is with bare weights"),
    Entry("ViT-MAE",
          net("ViTMAE", "ForPreTraining", **VIT, num_hidden_layers=2, decoder_hidden_size=16,
              decoder_num_attention_heads=2, decoder_num_hidden_layers=2,
              decoder_intermediate_size=32),
          picture(), {"add": 8}, "attention and MLP in 2 layers of the encoder, 2 of the decoder",
          first_look="9 found: its forward pass computes its loss, and the difference of picture "
          "and prediction in there, x − f(x), was taken for a skip"),
    Entry("VideoMAE",
          net("VideoMAE", **VIT, num_hidden_layers=2, num_frames=4),
          of(pixel_values=normal(2, 4, 3, 32, 32)), {"add": 4}, "attention and MLP in 2 layers"),
    Entry("DINOv2",
          net("Dinov2", hidden_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=32,
              patch_size=8, use_swiglu_ffn=True),
          picture(), {"add": 4}, "attention and SwiGLU in 2 layers, each with a learned scale"),
    Entry("YOLOS", net("Yolos", **{**VIT, "image_size": [32, 32]}, num_hidden_layers=2,
                       num_detection_tokens=4),
          picture(), {"add": 4}, "attention and MLP in 2 layers"),
    Entry("ViLT",
          net("Vilt", **{**BERT, **VIT}, num_hidden_layers=2, max_image_length=-1),
          picture(input_ids=tokens), {"add": 4},
          "attention and MLP in 2 layers over text and picture together"),
    Entry("PatchTST",
          net("PatchTST", num_input_channels=2, context_length=16, patch_length=4, patch_stride=4,
              num_hidden_layers=2, d_model=16, num_attention_heads=2, ffn_dim=32),
          of(past_values=normal(4, 16, 2)), {"add": 4}, "attention and MLP in 2 layers"),
    Entry("BLIP-2's Q-Former",
          qformer,
          of(query_embeds=normal(2, 4, 32), encoder_hidden_states=normal(2, 6, 32)), {"add": 5},
          "2 layers with two sums, and one for the cross attention in the first"),
    Entry("SAM's picture encoder", sam_encoder, picture(),
          {"add": 4}, "attention and MLP in 2 layers, one of them in windows"),
    Entry("Swin V2 (transformers)",
          net("Swinv2", image_size=32, patch_size=2, embed_dim=16, depths=[2, 2],
              num_heads=[2, 2], window_size=4, drop_path_rate=0.0),
          picture(), {"add": 8}, "2 + 2 blocks with attention and MLP"),
]  # fmt: skip
