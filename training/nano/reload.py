"""Takes the networks out of a model file, to train on from them: python -m nano.reload ../models/vivace-nano.viv --out FOLDER.

Writes text.pt, lm.pt, diffusion.pt and decoder.pt as the trainings leave them, but with fresh optimisers, as precise as the file's weights. The components of the
latents that belong to them are codec.npz here. The file's format is in docs/flat-format.md.
"""
import argparse
import json
import struct
from pathlib import Path

import numpy as np
import torch

from nano import runs
from nano.export import NETWORKS

PAGE, PANEL = 4096, 64


def numbers(raw, storage):
    if storage == "float32":
        return np.frombuffer(raw, np.float32)
    if storage == "bfloat16":
        return (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)
    raise ValueError(f"weights stored as {storage} are too coarse to train on; convert with --dtype f32 or bf16")


def tensors(path):
    """Names and arrays of all weights of a model file."""
    data = path.read_bytes()
    length, = struct.unpack_from("<i", data, 8)
    header = json.loads(data[16:16 + length])
    begin = -(-(16 + length) // PAGE) * PAGE
    for row in header["tensors"]:
        if row["name"] == "tokenizer":
            continue
        at, dims = begin + row["offset"], row["dims"]
        flat = numbers(data[at:at + row["length"]], row["storage"])
        if row["layout"] == "panels":
            flat = flat.reshape(-1, dims[1], PANEL).transpose(0, 2, 1).reshape(-1, dims[1])[:dims[0]]
        yield row["name"], flat.reshape(dims)


def fit(value, shape):
    """A stored array as PyTorch has it; depthwise convolutions lie as [taps, channels]."""
    if len(shape) == 3:
        value = value.T[:, None]
    return torch.from_numpy(np.array(value, order="C")).reshape(shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, default=Path("."))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    stored = dict(tensors(args.model))
    for name, make in NETWORKS.items():
        path = args.out / f"{name}.pt"
        if path.exists():
            raise SystemExit(f"{path} is there already; give another folder with --out")
        run = runs.Run(make, path, 1, 0)
        state = {key: fit(stored[f"{name}.{key}"], value.shape) for key, value in run.model.state_dict().items()}
        run.model.load_state_dict(state)
        run.mean.load_state_dict(state)
        run.steps = 1       # a network with a past: its start is not prepared again
        run.save()


if __name__ == "__main__":
    main()
