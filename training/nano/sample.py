"""The whole chain in Python: python -m nano.sample "slow jazz trio in D minor" --seconds 10 --seed 1 -o x.wav.

Text to plan, bars of tokens, notes, latents, sound; the networks come from --models (text.pt, lm.pt, diffusion.pt, decoder.pt). --plan states all ten fields,
--score plays a score as it is (JSON with plan and tokens, as a line of clips.jsonl), --prompts makes every clip of an evaluation folder that is missing.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import soundfile
import torch

from nano import diffusion, train_lm, train_text
from nano.codec import decode
from nano.features import features
from nano.networks import FEATURES, HOP, ROLES, SAMPLE_RATE, BarLm, Decoder, Denoiser, TextTower
from nano.export import TEMPERATURE, TOP_K
from nano.runs import load
from nano.score import Plan, notes
from nano.words import Words

RING = .8       # seconds that the last bar's chord rings at least: that bar is the last one that begins early enough


class Chain:
    """The four networks of a folder, each read when it is first needed."""

    def __init__(self, folder, steps=diffusion.STEPS, order=diffusion.ORDER):
        self.folder, self.steps, self.order, self.loaded = Path(folder), steps, order, {}

    def network(self, name, make):
        if name not in self.loaded:
            self.loaded[name] = load(make, self.folder / f"{name}.pt")
        return self.loaded[name]

    def plan(self, prompt, seed):
        """What the text tower understands of a prompt; the rest it draws."""
        plan, _ = train_text.plans(self.network("text", TextTower), [prompt], seed, Words())
        return Plan(*plan[0].tolist())

    def tokens(self, plan, seconds, seed, temperature=TEMPERATURE, top_k=TOP_K):
        """Bars of tokens, [bars, STEPS, 2], of about so many seconds."""
        bars = max(2, 1 + math.floor((seconds - RING) / plan.bar_seconds))
        return train_lm.write(self.network("lm", BarLm), [plan.ints()], [bars], seed, temperature, top_k)[0]

    def latents(self, plan, played, seconds, seed):
        """Latents [frames, LATENT], a whole number of segments, of notes."""
        frames = diffusion.padded(math.ceil(seconds * SAMPLE_RATE / (2 * HOP)))
        score = torch.from_numpy(features(played, plan, 0, 2 * frames)).reshape(frames, 2 * FEATURES)
        programs = torch.tensor(plan.ints()[-len(ROLES):])
        return diffusion.sample_long(self.network("diffusion", Denoiser), score, programs, diffusion.noise(seed, frames), self.steps, self.order)

    def sound(self, plan, tokens, seconds, seed):
        """Samples [seconds * SAMPLE_RATE] of a score."""
        played = notes(plan, tokens)
        return decode(self.network("decoder", Decoder), self.latents(plan, played, seconds, seed), played, plan, seconds, seed + 1)


def write(path, sound):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, SAMPLE_RATE, "PCM_16")


def make_all(chain, folder, seconds):
    """The clips of an evaluation folder (see evaluate.py) that are not there."""
    for row in map(json.loads, (folder / "prompts.jsonl").read_text().splitlines()):
        if not (folder / row["file"]).exists():
            plan = chain.plan(row["prompt"], row["seed"])
            write(folder / row["file"], chain.sound(plan, chain.tokens(plan, seconds, row["seed"]), seconds, row["seed"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prompt", nargs="?", default="")
    parser.add_argument("--plan", help="the ten fields, with commas between them")
    parser.add_argument("--score", type=Path, help="JSON with plan and tokens")
    parser.add_argument("--prompts", type=Path, help="evaluation folder")
    parser.add_argument("--models", type=Path, default=Path("."))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=diffusion.STEPS)
    parser.add_argument("--order", type=int, choices=(1, 2), default=diffusion.ORDER)
    parser.add_argument("--temperature", type=float, default=TEMPERATURE)
    parser.add_argument("--top-k", type=int, default=TOP_K)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("-o", "--out", type=Path, default=Path("out.wav"))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    chain = Chain(args.models, args.steps, args.order)
    if args.prompts:
        return make_all(chain, args.prompts, args.seconds)
    if args.score:
        score = json.loads(args.score.read_text())
        plan, tokens = Plan(*score["plan"]), np.array(score["tokens"])
    else:
        plan = Plan(*map(int, args.plan.split(","))) if args.plan else chain.plan(args.prompt, args.seed)
        tokens = chain.tokens(plan, args.seconds, args.seed, args.temperature, args.top_k)
    print(plan, f"{len(tokens)} bars", flush=True)
    write(args.out, chain.sound(plan, tokens, args.seconds, args.seed))


if __name__ == "__main__":
    main()
