"""x-transformers and vit-pytorch."""

from typing import Any

from tools.models.entry import Build, Entry, image, made, tokens

VIT: dict[str, Any] = {
    "image_size": 32, "patch_size": 8, "num_classes": 5, "dim": 32, "heads": 2, "mlp_dim": 64,
}  # fmt: skip


def of_text(kind: str, **settings: Any) -> Build:
    def build() -> Any:
        layers = made("x_transformers", kind, dim=32, heads=2, **settings)()
        return made("x_transformers", "TransformerWrapper", num_tokens=64, max_seq_len=16,
                    attn_layers=layers)()  # fmt: skip

    return build


X_TRANSFORMERS = [
    Entry("Decoder", of_text("Decoder", depth=3), lambda: (tokens(),), {"add": 6},
          "attention and MLP in 3 layers"),
    Entry("Encoder, macaron", of_text("Encoder", depth=2, macaron=True), lambda: (tokens(),),
          {"add": 6}, "2 layers with three sums: MLP, attention, MLP"),
    Entry("Encoder and decoder",
          made("x_transformers", "XTransformer", dim=32, enc_num_tokens=64, enc_depth=2,
               enc_heads=2, enc_max_seq_len=16, dec_num_tokens=64, dec_depth=2, dec_heads=2,
               dec_max_seq_len=16),
          lambda: (tokens(), tokens()), {"add": 10}, "2 layers with two sums, 2 with three"),
]  # fmt: skip

VIT_PYTORCH = [
    Entry("CvT",
          made("vit_pytorch.cvt", "CvT", num_classes=5, s1_emb_dim=16, s2_emb_dim=32, s2_heads=2,
               s3_emb_dim=32, s3_heads=2, s3_depth=2),
          image(64), {"add": 10}, "1 + 2 + 2 layers with attention and MLP"),
    Entry("DeepViT", made("vit_pytorch.deepvit", "DeepViT", **VIT, depth=3), image(), {"add": 6},
          "attention and MLP in 3 layers"),
    Entry("Parallel ViT", made("vit_pytorch.parallel_vit", "ViT", **VIT, depth=3), image(),
          {"add": 6}, "3 layers: around two attentions together, around two MLPs together"),
    Entry("Simple U-ViT", made("vit_pytorch.simple_uvit", "SimpleUViT", **VIT, depth=4), image(),
          {"add": 8, "concat": 2},
          "attention and MLP in 4 layers; the states before the first two come beside those "
          "before the last two"),
    Entry("MobileViT-XS",
          made("vit_pytorch.mobile_vit", "MobileViT", (64, 64), [96, 120, 144],
               [16, 32, 48, 48, 64, 64, 80, 80, 96, 96, 384], num_classes=5),
          image(64), {"add": 20, "concat": 3},
          "2 inverted residuals of equal shape; 2 + 4 + 3 layers with attention and MLP; each of "
          "the three blocks has its input beside its output",
          first_look="not built: a width was listed wrongly; then as expected"),
]  # fmt: skip
