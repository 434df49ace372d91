#!/usr/bin/env python3
"""Times what PyTorch and transformers do for the same ends on the same machine; part of the bundle, which starts it.

    compare.py kernels kernels.jsonl [small]     each operation of the rows that say how PyTorch does it
    compare.py musicgen CHECKPOINT [small]       MusicGenForConditionalGeneration on the checkpoint that the bundle made

Prints a line of JSON a figure. Ends with status 3, after a line that says why, where there is no PyTorch or no GPU for it; "small" takes the CPU then.
"""
import json
import sys
import time

SKIPPED = 3
UNCACHED = 192e6


def skip(reason):
    print(json.dumps({"skipped": reason}))
    sys.exit(SKIPPED)


def row(**members):
    print(json.dumps(members, ensure_ascii=True), flush=True)


try:
    import torch
    import torch.nn.functional as F
except ImportError:
    skip("PyTorch is not installed")


def linear(p, make):
    x = make(p["rows"], p["inputs"])

    def copy():
        w, b = make(p["outputs"], p["inputs"]), make(p["outputs"])
        return lambda: F.linear(x, w, b)
    return copy, p["inputs"] * p["outputs"]


def attention(p, make):
    q, k, v = (make(1, p["heads"], p["frames"], p["size"]) for _ in range(3))
    return (lambda: lambda: F.scaled_dot_product_attention(q, k, v, is_causal=p["causal"])), None


def decode(p, make):
    q = make(2, p["heads"], 1, p["size"])

    def copy():
        k, v = (make(2, p["heads"], p["frames"], p["size"]) for _ in range(2))
        return lambda: F.scaled_dot_product_attention(q, k, v)
    return copy, None


def group_norm(p, make):
    x, scale, shift = make(1, p["channels"], p["frames"]), make(1, p["channels"], 1), make(1, p["channels"], 1)

    def copy():
        g, b = make(p["channels"]), make(p["channels"])
        return lambda: F.silu(F.group_norm(x, 32, g, b, 1e-5) * (1 + scale) + shift)
    return copy, None


def layer_norm(p, make):
    x = make(p["rows"], p["channels"])

    def copy():
        g, b = make(p["channels"]), make(p["channels"])
        return lambda: F.layer_norm(x, (p["channels"],), g, b, 1e-5)
    return copy, None


def conv1d(p, make):
    x, pad = make(1, p["inputs"], p["frames"]), p["kernel"] // 2

    def copy():
        w, b = make(p["outputs"], p["inputs"], p["kernel"]), make(p["outputs"])
        return lambda: F.conv1d(F.pad(x, (pad, pad), mode="reflect"), w, b)
    return copy, None


def transposed(p, make):
    x = make(1, p["inputs"], p["frames"])

    def copy():
        w, b = make(p["inputs"], p["outputs"], p["kernel"]), make(p["outputs"])
        return lambda: F.conv_transpose1d(x, w, b, p["stride"], p["stride"] // 2)
    return copy, None


def depthwise(p, make):
    x = make(1, p["channels"], p["frames"])

    def copy():
        w, b = make(p["channels"], 1, 4), make(p["channels"])
        return lambda: F.silu(F.conv1d(F.pad(x, (3, 0)), w, b, groups=p["channels"]))
    return copy, None


def lstm(p, make):
    x = make(p["frames"], 1, p["units"])

    def copy():
        layer = torch.nn.LSTM(p["units"], p["units"]).to(x.device, x.dtype)
        return lambda: layer(x)
    return copy, None


def sample(p, make):
    logits = make(4, p["vocabulary"])

    def once():
        least = torch.topk(logits, min(250, p["vocabulary"])).values[:, -1:]
        return torch.multinomial(torch.softmax(logits.masked_fill(logits < least, float("-inf")), -1), 1)
    return (lambda: once), None


OPS = {"linear": linear, "attention": attention, "decode": decode, "group norm": group_norm, "layer norm": layer_norm, "conv1d": conv1d,
       "transposed": transposed, "depthwise": depthwise, "lstm": lstm, "sample": sample}


def captured(copies):
    """All copies as one CUDA graph, as ours is; None where something in them cannot be captured."""
    stream = torch.cuda.Stream()
    try:
        with torch.cuda.stream(stream):
            for _ in range(2):
                for copy in copies:
                    copy()
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for copy in copies:
                copy()
        return graph.replay
    except RuntimeError:
        torch.cuda.synchronize()
        return None


def micros(run, device, small):
    """Of one run, the best of a few batches of runs."""
    def batch(runs):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(runs):
            run()
        if device == "cuda":
            torch.cuda.synchronize()
        return 1e6 * (time.perf_counter() - start) / runs
    once = batch(3)
    if small:
        return once
    runs = int(min(2000, max(3, 0.05e6 / batch(3))))
    return min(batch(runs) for _ in range(3))


def kernels(file, device, small):
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    for line in open(file, encoding="utf-8"):
        if not line.startswith("{"):
            continue
        ours = json.loads(line)
        p = ours.get("torch")
        if not p:
            continue
        dtype = torch.bfloat16 if p["bf16"] else torch.float32
        try:
            with torch.inference_mode():
                copy, _ = OPS[p["op"]](p, lambda *dims: torch.randn(*dims, device=device).to(dtype) * 0.03)
                copies = [copy() for _ in range(ours["copies"])]
                graph = captured(copies) if device == "cuda" else None
                time_of = micros(graph or (lambda: [c() for c in copies]), device, small)
            row(**{"name": ours["name"], "\u00b5s": time_of / len(copies), "graph": graph is not None})
        except RuntimeError as e:
            row(name=ours["name"], failed=str(e).splitlines()[0])
        if device == "cuda":
            torch.cuda.empty_cache()


def musicgen(checkpoint, device, small):
    try:
        import transformers
        from transformers import MusicgenForConditionalGeneration
    except ImportError:
        skip("transformers is not installed")
    model = MusicgenForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.bfloat16).to(device).eval()
    ids = torch.arange(3, 15, device=device)[None]

    def compose(seconds, remark):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        with torch.inference_mode():
            model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=True, top_k=250, guidance_scale=3.0, max_new_tokens=int(50 * seconds))
        if device == "cuda":
            torch.cuda.synchronize()
        elapsed = time.perf_counter() - start
        row(**{"what": f"{seconds} s, bf16{remark}, transformers {transformers.__version__}, PyTorch {torch.__version__}", "batch": 1, "seconds": seconds,
               "elapsed s": elapsed, "seconds a second": seconds / elapsed, "ms a step": 1e3 * elapsed / (50 * seconds)})
    compose(0.2 if small else 1, ", the first")
    compose(0.2 if small else 5, "")
    if not small:
        compose(30, "")


def main():
    what, file, small = sys.argv[1], sys.argv[2], len(sys.argv) > 3
    if not torch.cuda.is_available() and not small:
        skip("PyTorch is installed, but finds no GPU")
    device = "cpu" if small else "cuda"
    (kernels if what == "kernels" else musicgen)(file, device, small)


main()
