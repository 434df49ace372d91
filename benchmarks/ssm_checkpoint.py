#!/usr/bin/env python3
"""Writes a full-size SSM-TTM checkpoint of random weights as its trainer does, and the codec's folder: python ssm_checkpoint.py DIR

DIR/simba.ckpt, DIR/config.json (24 layers of Prefix SiMBA, 1024 wide, 512 states), a small tokenizer, and DIR/dac_44khz. Needs torch and transformers.
"""
import json
import os
import shutil
import sys

import torch
from transformers import DacConfig, DacModel, T5Config, T5EncoderModel

TOKENIZER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "ssm", "ssmttm-prefix-simba", "checkpoint", "flan-t5")
LAYERS, WIDTH, STATES, HEAD, VOCABULARY, TEXT = 24, 1024, 512, 64, 1025, 768


def main(folder):
    torch.manual_seed(0)
    for name in ("kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "normal_", "uniform_", "trunc_normal_"):
        setattr(torch.nn.init, name, lambda tensor, *a, **k: tensor)
    os.makedirs(folder, exist_ok=True)
    inner = 2 * WIDTH
    heads, convolved = inner // HEAD, inner + 2 * STATES
    state = {}

    def add(name, *shape, scale=0.02, mean=0.0):
        state[name] = mean + scale * torch.randn(*shape)

    add("music_model.condition_norm.weight", WIDTH, mean=1.0)
    add("music_model.condition_norm.bias", WIDTH)
    add("music_model.condition_linear.weight", WIDTH, TEXT)
    add("music_model.condition_linear.bias", WIDTH)
    add("music_model.embedding.0.weight", VOCABULARY, WIDTH, scale=0.7)
    for i in range(LAYERS):
        mamba, ff = f"music_model.backbone.{i}.mamba.", f"music_model.backbone.{i}.ff."
        add(mamba + "norm.weight", WIDTH, mean=1.0)
        add(mamba + "mamba.in_proj.weight", inner + convolved + heads, WIDTH)
        add(mamba + "mamba.conv1d.weight", convolved, 1, 4, scale=0.3)
        add(mamba + "mamba.conv1d.bias", convolved)
        add(mamba + "mamba.dt_bias", heads, mean=-2.0)
        add(mamba + "mamba.A_log", heads)
        add(mamba + "mamba.D", heads, mean=1.0)
        add(mamba + "mamba.norm.weight", inner, mean=1.0)
        add(mamba + "mamba.out_proj.weight", WIDTH, inner)
        add(ff + "norm.weight", WIDTH, mean=1.0)
        add(ff + "feed_forward.0.weight", inner, WIDTH)
        add(ff + "feed_forward.0.bias", inner)
        add(ff + "feed_forward.3.weight", WIDTH, inner)
        add(ff + "feed_forward.3.bias", WIDTH)
    add("music_model.lm_head.0.weight", VOCABULARY, WIDTH)
    text = T5EncoderModel(T5Config(vocab_size=32128, d_model=TEXT, d_kv=64, d_ff=2048, num_layers=12, num_heads=12, feed_forward_proj="gated-gelu"))
    for name, value in text.state_dict().items():
        add("text_encoder." + name, *value.shape, mean=1.0 if "norm" in name else 0.0)
    state["text_encoder.encoder.embed_tokens.weight"] = state["text_encoder.shared.weight"]
    config = {"training": {"name": "random"}, "model": {"layers": LAYERS, "codec_layer": 1, "vocab_size": VOCABULARY, "d_model": WIDTH, "drop_p": 0.3,
                                                        "d_state": STATES, "is_incontext": True}}
    torch.save({"epoch": 0, "global_step": 0, "state_dict": state, "hyper_parameters": {"config": config}}, os.path.join(folder, "simba.ckpt"))
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as f:
        json.dump(config, f)
    codec = DacModel(DacConfig(encoder_hidden_size=64, downsampling_ratios=[2, 4, 8, 8], decoder_hidden_size=1536, n_codebooks=9, codebook_size=1024,
                               codebook_dim=8, sampling_rate=44100))
    for name, p in codec.named_parameters():
        p.data = 0.02 * torch.randn(p.shape) if p.dim() > 1 and "alpha" not in name else p.data
    os.makedirs(os.path.join(folder, "flan-t5"), exist_ok=True)  # any vocabulary does for random weights
    for name in ("spiece.model", "tokenizer_config.json"):
        shutil.copy(os.path.join(TOKENIZER, name), os.path.join(folder, "flan-t5", name))
    codec.save_pretrained(os.path.join(folder, "dac_44khz"))


if __name__ == "__main__":
    main(sys.argv[1])
