"""How few steps do: python -m nano.measure_diffusion --clips FOLDER --codec codec.npz --latents FOLDER --model diffusion.pt [--font FONT].

On clips that the denoiser has not seen, for each solver and number of steps: the mean absolute difference of log band energies in dB between sampled latents
and those of the render, role by role, where the role sounds in the render; and the sampled variance over the render's. With --font also the difference of a
second real render of the same score with other chances, which is the spread that music has anyway. `floor` is what the components themselves lose.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from nano import latents, render
from nano.codec import FLOOR, Components, energies
from nano.compose import Piece
from nano.data import FRAME, clips
from nano.diffusion import sample
from nano.networks import HOP, ROLES, Denoiser
from nano.runs import load

SETTINGS = [(1, 1), *((order, steps) for order in (1, 2) for steps in (3, 4, 6, 10, 50))]
DB = 10 / np.log(10)
SOUNDING = 3.       # neper above the floor that the loudest band of a frame has where a role sounds


def compare(made, wanted):
    """Difference in dB of each role and of all where they sound, and the variance of energies, made over wanted. Both [clips, frames, ROLES, BANDS]."""
    sounds = wanted.amax(-1) > np.log(FLOOR) + SOUNDING
    difference = (made - wanted).abs().mean(-1) * DB
    roles = [float(difference[..., r][sounds[..., r]].mean()) for r in range(len(ROLES))]
    mean = wanted.mean((0, 1))
    return [*roles, float(difference[sounds].mean()), float((made - mean).square().mean() / (wanted - mean).square().mean())]


def second_render(clip, renderer, seconds):
    """Stems of the clip's score with other chances: velocities and onsets within the renderer's own limits."""
    kept = render.random.Random
    render.random.Random = lambda seed: kept(f"again:{seed}")
    try:
        return renderer.stems(Piece(clip.plan, clip.tokens), seconds, clip.first * FRAME)
    finally:
        render.random.Random = kept


def line(name, numbers):
    print(f"{name:14}" + "".join(f"{n:9.2f}" for n in numbers), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, default=Path("clips"))
    parser.add_argument("--codec", type=Path, default=Path("codec.npz"))
    parser.add_argument("--latents", type=Path, default=Path("latents"))
    parser.add_argument("--model", type=Path, default=Path("diffusion.pt"))
    parser.add_argument("--font", type=Path)
    parser.add_argument("--count", type=int, default=latents.UNSEEN, help="clips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    components, prepared = Components.load(args.codec), latents.Latents(args.latents)
    x, scores, programs = prepared.unseen(args.count)
    found = clips(args.clips, prepared.count)[prepared.trained:][:len(x)]
    stems = np.stack([clip.stems()[:, :2 * x.shape[1] * HOP] for clip in found])
    wanted = energies(torch.from_numpy(stems))
    print(f"{'':14}" + "".join(f"{name:>9}" for name in (*ROLES, "all dB", "variance")))
    line("floor", compare(components.to_energies(x), wanted))
    if args.font:
        renderer = render.Renderer(args.font)
        again = np.stack([second_render(clip, renderer, stems.shape[-1] / 24000) for clip in found])
        line("second render", compare(energies(torch.from_numpy(again)), wanted))
        line("its latents", compare(components.to_energies(components.to_latents(energies(torch.from_numpy(again)))), wanted))
    model = load(Denoiser, args.model)
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(args.seed))
    for order, steps in SETTINGS:
        made = torch.cat([sample(model, scores[i:i + 4], programs[i:i + 4], noise[i:i + 4], None, steps, order) for i in range(0, len(x), 4)])
        line(f"order {order}, {steps:2}", compare(components.to_energies(made), wanted))


if __name__ == "__main__":
    main()
