"""Trains the denoiser of latents: python -m nano.train_diffusion --clips FOLDER --codec codec.npz --latents FOLDER --out diffusion.pt --minutes 60.

Lays the latents and scores of the clips into --latents first, if they are not there (see latents.py); goes on from --out if that is there.
"""
import argparse
import math
from pathlib import Path

import numpy as np
import torch

from nano import runs
from nano.codec import Components
from nano.data import clips
from nano.latents import Latents, prepare
from nano.networks import Denoiser

FRAMES = 1000           # latent frames a step, about
LENGTHS = (125, 250, 250, 375, 625)     # of a step's excerpts
NOISE_ALONE = .8        # share of the excerpts that begin as noise: what sounds follows from the score so closely that one step from there makes the best latents
KEEPING, KEPT = .25, .6 # share of the steps that keep frames; at most so much of an excerpt is kept


def angles(count, generator):
    """Angles [count]: pi/2, or one in each of `count` equal parts of the way there; denser towards noise, where few steps are longest."""
    u = (torch.arange(count) + torch.rand(count, generator=generator)) / count
    return torch.where(torch.rand(count, generator=generator) < NOISE_ALONE, math.pi / 2, math.pi / 2 * u.sqrt())


def loss(model, batch, generator, keeps):
    """Mean squared error of the velocity. batch: latents [batch, frames, LATENT], scores, programs. With `keeps` each excerpt begins with frames that are
    kept, up to KEPT of it, on which nothing is judged. Without, all frames of a clip have one angle, which makes the network a sixth cheaper."""
    x, scores, programs = batch
    angle = angles(len(x), generator)[torch.randperm(len(x), generator=generator), None]
    free = torch.ones(x.shape[:2], dtype=torch.bool)
    if keeps:
        free = torch.arange(x.shape[1]) >= torch.rand(len(x), 1, generator=generator) * KEPT * x.shape[1]
        angle = angle * free
    n, c, s = torch.randn(x.shape, generator=generator), angle.cos()[..., None], angle.sin()[..., None]
    with torch.autocast("cpu", torch.bfloat16):
        v = model(c * x + s * n, angle, *model.condition(scores, programs))
    return (v.float() - (c * n - s * x)).square().mean(-1)[free].mean()


@torch.no_grad()
def unseen_loss(model, batch):
    """The loss on the same noise and angles each time."""
    generator = torch.Generator().manual_seed(0)
    return float(np.mean([loss(model, batch, generator, keeps) for keeps in (False, True)]))


def train(args, latents):
    run = runs.Run(Denoiser, args.out, args.minutes, args.seed)
    rng, generator = np.random.default_rng((args.seed, run.steps)), torch.Generator().manual_seed(args.seed + run.steps)
    test = latents.unseen(8)
    while run.progress < 1:
        frames = min(int(rng.choice(LENGTHS)), latents.frames)
        value = loss(run.model, latents.batch(rng, max(1, round(args.batch / frames)), frames), generator, rng.random() < KEEPING)
        line = run.step(value, [value.detach()])
        if line:
            print(line, flush=True)
        if run.is_due():
            run.save()
            print(f"unseen clips: {unseen_loss(run.mean, test):.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, default=Path("clips"))
    parser.add_argument("--codec", type=Path, default=Path("codec.npz"))
    parser.add_argument("--latents", type=Path, default=Path("latents"))
    parser.add_argument("--out", type=Path, default=Path("diffusion.pt"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=FRAMES, help="latent frames a step, about")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rehearse", action="store_true", help="a run of about 1 %%")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.rehearse:
        args.minutes = min(args.minutes, .6)
    prepare(clips(args.clips), Components.load(args.codec), args.latents)
    train(args, Latents(args.latents))


if __name__ == "__main__":
    main()
