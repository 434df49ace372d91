#!/usr/bin/env python3
"""Times a step of MeLoDy's language model at the paper's size, Vivace and transformers' LlamaForCausalLM in turn on the same random weights.

    python melody_lm.py [--work DIR] [--pairs 5] [--steps 40] [--threads 2] [--dtypes int8 bf16 f32] [--out results/NAME.md]

Needs torch, transformers, safetensors, and JAVA_HOME for a JDK 25; build first: ./mvnw -Dmaven.test.skip package. The peer runs in float32 with its cache of
keys and values. Its threads wait for each other at every operation, so on a machine that is busy otherwise compare --threads 1. What counts is the
median of the ratios of a pair: the speed of a shared machine drifts.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import side_by_side

# arXiv 2305.15719, table 7 and section 4
CONFIG = {
    "model_type": "vivace-melody",
    "prompt": {"levels": 12, "codebook_size": 1024},
    "semantic": {"tokens": 1024, "window": 250, "frames_per_token": 10, "chunks": 4},
    "lm": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "rms_norm_eps": 1e-6,
           "rope_theta": 10000.0, "max_position_embeddings": 512},
}
SKIPPED = 20


def llama():
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    vocabulary = CONFIG["semantic"]["tokens"] + CONFIG["prompt"]["levels"] * CONFIG["prompt"]["codebook_size"]
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=vocabulary, attn_implementation="sdpa", tie_word_embeddings=False, **CONFIG["lm"])).eval()


def save(folder):
    from safetensors.torch import save_file
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as f:
        json.dump(CONFIG, f, indent=2)
    save_file({"lm." + name: value.contiguous() for name, value in llama().state_dict().items()}, os.path.join(folder, "model.safetensors"))


def peer(steps, threads):
    """Median milliseconds of a step behind the first ones."""
    import torch
    torch.set_num_threads(threads)
    model, times = llama(), []
    with torch.inference_mode():
        out = model(input_ids=torch.arange(12)[None] * 1024 + 1024, use_cache=True)
        for _ in range(SKIPPED + steps):
            start = time.perf_counter()
            token = out.logits[:, -1:, :CONFIG["semantic"]["tokens"]].argmax(-1)
            out = model(input_ids=token, past_key_values=out.past_key_values, use_cache=True)
            times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[SKIPPED:])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--work", default=os.path.join(side_by_side.ROOT, "benchmarks", "target", "work"))
    p.add_argument("--pairs", type=int, default=5)
    p.add_argument("--steps", type=int, default=40)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--dtypes", nargs="+", default=["int8", "bf16", "f32"])
    p.add_argument("--out", default=os.path.join(side_by_side.HERE, "results", "melody-lm.md"))
    p.add_argument("--peer", action="store_true", help="only time the peer, once")
    args = p.parse_args()
    if args.peer:
        print(peer(args.steps, args.threads))
        return
    source = os.path.join(args.work, "melody-lm")
    if not os.path.isdir(source):
        save(source)
    for dtype in args.dtypes:
        if not os.path.exists(f"{source}-{dtype}.viv"):
            subprocess.run([side_by_side.VIVACE, "convert", source, "-o", f"{source}-{dtype}.viv", "--dtype", dtype, "--quiet"], check=True)
    ours, theirs = {dtype: [] for dtype in args.dtypes}, []
    for _ in range(args.pairs):
        command = [sys.executable, __file__, "--peer", "--steps", str(args.steps), "--threads", str(args.threads)]
        theirs.append(float(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout))
        for dtype in args.dtypes:
            ours[dtype].append(side_by_side.java(f"{source}-{dtype}.viv", "melody-step", str(args.steps), str(args.threads))["median_ms"])
            print(dtype, f"{ours[dtype][-1]:.1f} ms, PyTorch float32 {theirs[-1]:.1f} ms", flush=True)
    lines = ["| what | ours, ms | peer, ms | ratio, median (min to max) | to reach |", "|---|---|---|---|---|"]
    for dtype in args.dtypes:
        ratios = sorted(a / b for a, b in zip(ours[dtype], theirs))
        lines.append(f"| MeLoDy's language model, a step, {args.threads} threads, {dtype} weights against PyTorch float32 "
                     f"| {statistics.median(ours[dtype]):.1f} | {statistics.median(theirs):.1f} "
                     f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) | {'≤ 0.4' if dtype == 'int8' else ''} |")
    with open(args.out, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
