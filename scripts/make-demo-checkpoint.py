#!/usr/bin/env python3
"""Makes demo/checkpoint: a tiny MusicGen with random weights, in the layout of transformers, for a first sound without a download.

    python3 scripts/make-demo-checkpoint.py golden/musicgen/pipeline/checkpoint demo/checkpoint

The first folder gives the tokenizer. Needs nothing but Python; the same arguments give the same bytes.
"""
import json
import pathlib
import random
import shutil
import struct
import sys

TEXT = dict(model_type="t5", d_model=32, d_kv=8, d_ff=64, num_heads=4, num_layers=2, vocab_size=640, feed_forward_proj="relu",
            relative_attention_num_buckets=32, relative_attention_max_distance=128, layer_norm_epsilon=1e-6, pad_token_id=0)
DECODER = dict(model_type="musicgen_decoder", hidden_size=64, num_hidden_layers=3, num_attention_heads=4, ffn_dim=128, vocab_size=64,
               num_codebooks=4, audio_channels=1, pad_token_id=64, bos_token_id=64, max_position_embeddings=2048, activation_function="gelu")
CODEC = dict(model_type="encodec", sampling_rate=32000, audio_channels=1, num_filters=4, upsampling_ratios=[8, 5, 4, 4], hidden_size=32,
             codebook_dim=32, codebook_size=64, num_residual_layers=1, num_lstm_layers=2, kernel_size=7, last_kernel_size=7,
             residual_kernel_size=3, dilation_growth_rate=2, compress=2, use_causal_conv=False, use_conv_shortcut=False, pad_mode="reflect",
             trim_right_ratio=1.0, norm_type="weight_norm", normalize=False, chunk_length_s=None, overlap=None, target_bandwidths=[1.2])
LOUDNESS = 0.2  # of the codec's last layer: about -20 LUFS

rng = random.Random(2)
tensors = {}


def normal(name, *dims, fan=None, scale=1.0):
    """Gaussian weights that keep the variance of what they are applied to, times a scale."""
    count = 1
    for d in dims:
        count *= d
    deviation = scale / (fan or 1) ** 0.5
    tensors[name] = (dims, [rng.gauss(0, deviation) for _ in range(count)])


def constant(name, size, value):
    tensors[name] = ((size,), [value] * size)


def linear(name, outputs, inputs, scale=1.0):
    normal(name + ".weight", outputs, inputs, fan=inputs, scale=scale)


def norm(name, size, bias=True):
    constant(name + ".weight", size, 1.0)
    if bias:
        constant(name + ".bias", size, 0.0)


def text_encoder():
    width, inner = TEXT["d_model"], TEXT["num_heads"] * TEXT["d_kv"]
    normal("text_encoder.shared.weight", TEXT["vocab_size"], width)
    for i in range(TEXT["num_layers"]):
        block = f"text_encoder.encoder.block.{i}.layer."
        for part in "qkv":
            linear(block + "0.SelfAttention." + part, inner, width)
        linear(block + "0.SelfAttention.o", width, inner)
        if i == 0:
            normal(block + "0.SelfAttention.relative_attention_bias.weight", TEXT["relative_attention_num_buckets"], TEXT["num_heads"])
        norm(block + "0.layer_norm", width, bias=False)
        linear(block + "1.DenseReluDense.wi", TEXT["d_ff"], width)
        linear(block + "1.DenseReluDense.wo", width, TEXT["d_ff"])
        norm(block + "1.layer_norm", width, bias=False)
    norm("text_encoder.encoder.final_layer_norm", width, bias=False)


def decoder():
    width = DECODER["hidden_size"]
    linear("enc_to_dec_proj", width, TEXT["d_model"])
    constant("enc_to_dec_proj.bias", width, 0.0)
    for k in range(DECODER["num_codebooks"]):
        normal(f"decoder.model.decoder.embed_tokens.{k}.weight", DECODER["vocab_size"] + 1, width)
        linear(f"decoder.lm_heads.{k}", DECODER["vocab_size"], width, scale=2.0)
    for i in range(DECODER["num_hidden_layers"]):
        layer = f"decoder.model.decoder.layers.{i}."
        for attention in "self_attn", "encoder_attn":
            for part in "q_proj", "k_proj", "v_proj", "out_proj":
                linear(layer + attention + "." + part, width, width)
            norm(layer + attention + "_layer_norm", width)
        linear(layer + "fc1", DECODER["ffn_dim"], width)
        linear(layer + "fc2", width, DECODER["ffn_dim"])
        norm(layer + "final_layer_norm", width)
    norm("decoder.model.decoder.layer_norm", width)


def conv(name, outputs, inputs, kernel, scale=1.0):
    normal(name + ".conv.weight", outputs, inputs, kernel, fan=inputs * kernel, scale=scale)
    constant(name + ".conv.bias", outputs, 0.0)


def residual(name, channels):
    conv(name + ".block.1", channels // CODEC["compress"], channels, CODEC["residual_kernel_size"])
    conv(name + ".block.3", channels, channels // CODEC["compress"], 1)


def lstm(name, channels):
    for i in range(CODEC["num_lstm_layers"]):
        for part in "ih", "hh":
            normal(f"{name}.lstm.weight_{part}_l{i}", 4 * channels, channels, fan=channels)
            constant(f"{name}.lstm.bias_{part}_l{i}", 4 * channels, 0.0)


def codec():
    channels, ratios = CODEC["num_filters"], CODEC["upsampling_ratios"]
    for q in range(4):
        normal(f"audio_encoder.quantizer.layers.{q}.codebook.embed", CODEC["codebook_size"], CODEC["hidden_size"], scale=0.5 ** q)
    encoder, at = "audio_encoder.encoder.layers.", 1
    conv(encoder + "0", channels, CODEC["audio_channels"], CODEC["kernel_size"])
    for ratio in reversed(ratios):
        residual(f"{encoder}{at}", channels)
        conv(f"{encoder}{at + 2}", 2 * channels, channels, 2 * ratio)
        channels, at = 2 * channels, at + 3
    lstm(f"{encoder}{at}", channels)
    conv(f"{encoder}{at + 2}", CODEC["hidden_size"], channels, CODEC["last_kernel_size"])
    decoder_layers, at = "audio_encoder.decoder.layers.", 3
    conv(decoder_layers + "0", channels, CODEC["hidden_size"], CODEC["kernel_size"])
    lstm(decoder_layers + "1", channels)
    for ratio in ratios:
        # two of the 2·ratio taps meet in each sample
        normal(f"{decoder_layers}{at}.conv.weight", channels, channels // 2, 2 * ratio, fan=2 * channels)
        constant(f"{decoder_layers}{at}.conv.bias", channels // 2, 0.0)
        channels //= 2
        residual(f"{decoder_layers}{at + 1}", channels)
        at += 3
    conv(f"{decoder_layers}{at}", CODEC["audio_channels"], channels, CODEC["last_kernel_size"], scale=LOUDNESS)


def write(folder):
    """Half precision, in order of name."""
    header, data = {"__metadata__": {"format": "pt"}}, bytearray()
    for name in sorted(tensors):
        dims, values = tensors[name]
        start = len(data)
        data += struct.pack(f"<{len(values)}e", *values)
        header[name] = {"dtype": "F16", "shape": list(dims), "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    config = dict(architectures=["MusicgenForConditionalGeneration"], model_type="musicgen", text_encoder=TEXT, decoder=DECODER, audio_encoder=CODEC)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    generation = dict(do_sample=True, guidance_scale=3.0, max_length=1500, pad_token_id=64, bos_token_id=64, decoder_start_token_id=64)
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")


def main():
    template, folder = map(pathlib.Path, sys.argv[1:3])
    folder.mkdir(parents=True, exist_ok=True)
    for name in "spiece.model", "tokenizer_config.json":
        shutil.copyfile(template / name, folder / name)
    text_encoder()
    decoder()
    codec()
    write(folder)


if __name__ == "__main__":
    main()
