"""Writes a checkpoint folder that `vivace convert` reads: config.json with the tables and the networks' sizes, model.safetensors, vocab.txt, and the model card.

`python -m nano.export --models DIR --out checkpoint` collects text.pt, lm.pt, diffusion.pt and decoder.pt; `--random SEED` takes untrained networks instead.
"""
import argparse
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from nano import networks
from nano.runs import load
from nano.score import describe

NETWORKS = {"text": networks.TextTower, "lm": networks.BarLm, "diffusion": networks.Denoiser, "decoder": networks.Decoder}
WINDOW, OVERLAP = 625, 125      # latent frames that diffusion makes at once, and those of them that the window before has made
TEMPERATURE, TOP_K = .6, 0     # how the language model draws: so bars come again as often as in composed pieces
EXAMPLES = (
    "slow jazz trio in D minor, 75 bpm, with brushed drums",
    "techno, 125 bpm, saw bass",
    "a calm waltz for piano and strings in E flat major",
    "upbeat funk with slap bass and brass, 108 bpm",
    "lo-fi beat with electric piano, sleepy, 80 bpm",
    "heavy metal in E minor, distorted guitars, 160 bpm",
    "reggae with organ and steel drums",
    "gentle folk tune on nylon guitar and flute, 6/8",
    "music box lullaby, very quiet",
    "epic orchestral music with choir and french horn in C minor",
)


def tables():
    """What the engine needs to know of music."""
    music = describe()
    return {**music, "modes": list(music["modes"]), "fields": list(networks.FIELDS.values()), "codes": list(networks.STREAM_CODES), "examples": list(EXAMPLES)}


def section(name, module):
    """A network's sizes, and what belongs to its use."""
    more = {"lm": {"temperature": TEMPERATURE, "top_k": TOP_K}, "diffusion": {"window": WINDOW, "overlap": OVERLAP}}
    return {**asdict(module.config), **more.get(name, {})}


def write(folder, modules, config, pieces=None):
    """modules: networks by name; config: tables(), perhaps changed; pieces: the vocabulary, a piece an entry."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"model_type": "vivace-nano", **config, **{name: section(name, module) for name, module in modules.items()}}
    tensors = {f"{name}.{key}": value.detach().float().contiguous() for name, module in modules.items() for key, value in module.state_dict().items()}
    (folder / "config.json").write_text(json.dumps(whole, separators=(",", ":")) + "\n")
    save_file(tensors, folder / "model.safetensors")
    if pieces:
        (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return sum(t.numel() for t in tensors.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path("."))
    parser.add_argument("--random", type=int, metavar="SEED", help="untrained networks")
    parser.add_argument("--vocabulary", type=Path, default=Path(__file__).with_name("vocab.txt"))
    parser.add_argument("--card", type=Path, help="the model card")
    parser.add_argument("--out", type=Path, default=Path("checkpoint"))
    args = parser.parse_args()
    if args.random is None:
        modules = {name: load(make, args.models / f"{name}.pt") for name, make in NETWORKS.items()}
    else:
        torch.manual_seed(args.random)
        modules = {name: make() for name, make in NETWORKS.items()}
    count = write(args.out, modules, tables(), args.vocabulary.read_text(encoding="utf-8").splitlines())
    if args.card:
        shutil.copy(args.card, args.out / "README.md")
    print(f"{args.out}: {count / 1e6:.2f} M numbers")


if __name__ == "__main__":
    main()
