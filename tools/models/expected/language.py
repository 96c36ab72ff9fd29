"""transformers: models of text, few layers and narrow."""

from typing import Any

from tools.models.entry import Build, Entry, ids, made, normal, of, tokens

BERT: dict[str, Any] = {
    "vocab_size": 64,
    "hidden_size": 32,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}
LLAMA: dict[str, Any] = {
    **BERT,
    "num_hidden_layers": 2,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
}
BART: dict[str, Any] = {
    "vocab_size": 64, "d_model": 32, "encoder_layers": 2, "decoder_layers": 2,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64, "max_position_embeddings": 32, "pad_token_id": 0, "eos_token_id": 2,
}  # fmt: skip
BOTH = of(input_ids=tokens, decoder_input_ids=tokens)


def net(name: str, head: str = "Model", **settings: Any) -> Build:
    """A model of transformers from its configuration."""

    def build() -> Any:
        return made(
            "transformers", name + head, made("transformers", name + "Config", **settings)()
        )()

    return build


def of_bert(name: str, layers: int = 3, **more: Any) -> Build:
    return net(name, **{**BERT, "num_hidden_layers": layers, **more})


def two_sums(name: str, build: Build, layers: int, more: str = "", **said: Any) -> Entry:
    why = f"attention and MLP in {layers} layers{more}"
    return Entry(name, build, ids(), {"add": 2 * layers}, why, **said)


def one_sum(name: str, build: Build) -> Entry:
    return Entry(name, build, ids(), {"add": 3},
                 "3 layers with one sum: attention and MLP run in parallel")  # fmt: skip


MODELS = [
    two_sums("GPT-2", net("GPT2", vocab_size=64, n_embd=32, n_layer=12, n_head=2), 12, new=False),
    two_sums("BERT", of_bert("Bert", 4), 4, new=False),
    Entry("T5", net("T5", vocab_size=64, d_model=32, d_kv=16, d_ff=64, num_layers=3, num_heads=2),
          BOTH, {"add": 15}, "3 layers with two sums, 3 with three", new=False),
    two_sums("Llama", net("Llama", **LLAMA), 2, new=False),
    Entry("GPT-NeoX", of_bert("GPTNeoX"), ids(), {"add": 3},
          "3 layers with one sum: attention and MLP run in parallel", new=False),
    two_sums("Mixtral", net("Mixtral", **LLAMA, num_local_experts=4), 2,
             ", experts for the MLP", new=False),
    Entry("ALBERT", of_bert("Albert", 4, embedding_size=16), ids(), {"add": 2},
          "one layer with two sums, used 4 times",
          uses={"encoder.albert_layer_groups.0.albert_layers.0": 4}, new=False),
    Entry("Mamba", net("Mamba", vocab_size=64, hidden_size=32, num_hidden_layers=2, state_size=4),
          ids(), {"add": 4}, "2 layers: around the block, and D x around the scan", new=False),
    two_sums("RoBERTa", of_bert("Roberta"), 3),
    two_sums("ELECTRA", of_bert("Electra", embedding_size=16), 3),
    two_sums("DeBERTa-v2",
             of_bert("DebertaV2", relative_attention=True, pos_att_type=["c2p", "p2c"]), 3,
             "; scores of content and position are branches side by side"),
    two_sums("MPNet", of_bert("MPNet"), 3,
             first_look="8 found: one table of position biases for all layers, written out for "
             "every sample, was taken for a state; mended"),
    two_sums("XLNet", net("XLNet", vocab_size=64, d_model=32, n_layer=3, n_head=2, d_inner=64), 3,
             "; scores of content and position are branches side by side"),
    two_sums("Longformer", of_bert("Longformer", 2, attention_window=4), 2),
    Entry("Funnel",
          net("Funnel", vocab_size=64, block_sizes=[2, 2, 2], d_model=32, n_head=2, d_head=16,
              d_inner=64),
          ids(16), {"add": 17},
          "6 layers and 2 of the decoder with two sums; the first block's state joins in again",
          first_look="as expected; what it keeps itself was taken for a trace by the check"),
    two_sums("OPT",
             net("OPT", vocab_size=64, hidden_size=32, num_hidden_layers=3, num_attention_heads=2,
                 ffn_dim=64, word_embed_proj_dim=32, max_position_embeddings=32), 3),
    two_sums("BLOOM", net("Bloom", vocab_size=64, hidden_size=32, n_layer=3, n_head=2), 3),
    one_sum("Falcon",
            net("Falcon", vocab_size=64, hidden_size=32, num_hidden_layers=3,
                num_attention_heads=2)),
    one_sum("Phi", of_bert("Phi", pad_token_id=0)),
    one_sum("GPT-J", net("GPTJ", vocab_size=64, n_embd=32, n_layer=3, n_head=2, rotary_dim=8)),
    one_sum("Cohere", net("Cohere", **{**LLAMA, "num_hidden_layers": 3})),
    two_sums("Phi-3", net("Phi3", **LLAMA), 2),
    two_sums("Gemma 2", net("Gemma2", **LLAMA, head_dim=16), 2,
             ", norms before and behind them"),
    two_sums("Qwen2", net("Qwen2", **LLAMA), 2),
    two_sums("Qwen2-MoE",
             net("Qwen2Moe", **LLAMA, num_experts=4, moe_intermediate_size=16,
                 shared_expert_intermediate_size=16), 2,
             ", experts and a shared one side by side for the MLP"),
    two_sums("Mistral", net("Mistral", **LLAMA), 2),
    two_sums("OLMo 2", net("Olmo2", **LLAMA), 2, ", norms behind them"),
    two_sums("Granite", net("Granite", **LLAMA, residual_multiplier=0.5), 2,
             ", branches times 0.5"),
    Entry("BART", net("Bart", **BART), BOTH, {"add": 10}, "2 layers with two sums, 2 with three"),
    Entry("Pegasus", net("Pegasus", **BART), BOTH, {"add": 10},
          "2 layers with two sums, 2 with three"),
    Entry("Marian", net("Marian", **BART, decoder_start_token_id=0), BOTH, {"add": 10},
          "2 layers with two sums, 2 with three"),
    Entry("Blenderbot", net("Blenderbot", **BART), BOTH, {"add": 10},
          "2 layers with two sums, 2 with three"),
    two_sums("SqueezeBERT", of_bert("SqueezeBert", 2, embedding_size=32), 2),
    two_sums("BigBird", of_bert("BigBird", 2, attention_type="original_full"), 2),
    Entry("Nyströmformer", of_bert("Nystromformer", 2, num_landmarks=4, segment_means_seq_len=16,
                                   conv_kernel_size=3),
          ids(16), {"add": 4, "projection": 2},
          "2 layers with two sums; in each the values pass attention by one convolution"),
    two_sums("FNet", of_bert("FNet", 2), 2, ", Fourier transforms for attention"),
    two_sums("RWKV", net("Rwkv", vocab_size=64, hidden_size=32, num_hidden_layers=2,
                         context_length=16), 2, ", time mixing for attention",
             first_look="6 found: an exponent less its largest value so far, with a learned decay, "
             "was taken for a sum around a light branch; mended"),
    Entry("Reformer",
          net("Reformer", vocab_size=64, hidden_size=32, attn_layers=["local", "local"],
              num_attention_heads=2, attention_head_size=16, feed_forward_size=32,
              hidden_dropout_prob=0.0, local_attention_probs_dropout_prob=0.0,
              axial_pos_embds=False, local_attn_chunk_length=4, max_position_embeddings=64),
          ids(16), {},
          "reversible: its sums are inside of an autograd.Function without gradient, where no "
          "skip can be switched; that has to be said", told=True,
          first_look="told as expected; bits differed: it draws seeds from the clock, watched or "
          "not; now without dropout, and what differs between two bare runs is left out"),
    Entry("Mamba-2", net("Mamba2", vocab_size=64, hidden_size=32, num_hidden_layers=2, num_heads=4,
                         head_dim=16, state_size=4, n_groups=1, chunk_size=4),
          ids(), {"add": 4}, "2 layers: around the block, and D x around the scan"),
    two_sums("LayoutLM", of_bert("LayoutLM", 2), 2),
    Entry("LXMERT",
          net("Lxmert", **BERT, l_layers=2, r_layers=1, x_layers=1, visual_feat_dim=8),
          of(input_ids=tokens, visual_feats=normal(2, 4, 8), visual_pos=normal(2, 4, 4)),
          {"add": 11},
          "2 layers of text and 1 of pictures with two sums; 1 of both with one for the cross "
          "attention that is used both ways, and two for each",
          uses={"encoder.x_layers.0.visual_attention.output": 2}),
    Entry("XLM", net("XLM", vocab_size=64, emb_dim=32, n_layers=2, n_heads=2), ids(), {"add": 4},
          "attention and MLP in 2 layers"),
    Entry("CTRL", net("CTRL", vocab_size=64, n_embd=32, dff=64, n_layer=2, n_head=2), ids(),
          {"add": 4}, "attention and MLP in 2 layers"),
    Entry("Switch Transformer",
          net("SwitchTransformers", vocab_size=64, d_model=32, d_kv=16, d_ff=64, num_layers=2,
              num_decoder_layers=2, num_heads=2, num_experts=4, num_sparse_encoder_layers=1,
              num_sparse_decoder_layers=1),
          BOTH, {"add": 10}, "2 layers with two sums, 2 with three; experts in every second MLP",
          first_look="12 found: the position bias that layers hand on was taken for a sum around a "
          "light branch; mended"),
    Entry("ProphetNet",
          net("ProphetNet", vocab_size=64, hidden_size=32, encoder_ffn_dim=64,
              num_encoder_layers=2, num_encoder_attention_heads=2, decoder_ffn_dim=64,
              num_decoder_layers=2, num_decoder_attention_heads=2, max_position_embeddings=32,
              pad_token_id=0),
          BOTH, {"add": 10}, "2 layers with two sums, 2 with three"),
]  # fmt: skip
