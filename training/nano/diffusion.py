"""Samples latents: the way from noise over a few angles (the engine's AngleSteps, FirstOrder and SecondOrder), and windows for clips of any length."""
import math

import torch

from nano.networks import LATENT

WINDOW, CONTEXT, SEGMENT = 625, 125, 25     # latent frames: of a window; of its beginning, kept from the one before; a clip is a whole number of segments
FIRST = 375                                 # of the first window, so that sound comes early
STEPS, ORDER = 1, 2


def widths(steps):
    """Widths of steps 1 .. steps, which are walked from the last to the first: linear, their sum is pi / 2."""
    return [math.pi / (6 * steps) + 2 * math.pi * (i + 1) / (3 * steps * (steps + 1)) for i in range(steps)]


def move(z, v, width, last, order):
    """One step of `width` down from z with velocity v. last: velocity and width of the step before, or None."""
    if order == 1:
        return math.cos(width) * z - math.sin(width) * v
    if last is None:
        return z - width * v
    before, old = last
    return z - width * v - width * width / (2 * old) * (v - before)


@torch.no_grad()
def sample(model, features, programs, z, kept=None, steps=STEPS, order=ORDER):
    """Latents [batch, frames, LATENT]. features [batch, frames, 2 FEATURES], programs [batch, ROLES]; z: noise, and in frames that are kept
    ([frames] bool, or None) their latents."""
    score, instruments = model.condition(features, programs)
    free = torch.ones(z.shape[1], dtype=torch.bool) if kept is None else ~kept
    angle, last = math.pi / 2, None
    for width in reversed(widths(steps)):
        v = model(z, (angle * free).expand(len(z), -1), score, instruments)
        z = torch.where(free[:, None], move(z, v, width, last, order if steps > 1 else 1), z)
        angle, last = angle - width, (v, width)
    return z


def padded(frames):
    """Latent frames of a whole number of segments."""
    return -(-frames // SEGMENT) * SEGMENT


def windows(frames):
    """(start, first new frame, end) of the windows of a clip."""
    start, made, found = 0, 0, []
    while made < frames:
        end = min(start + (WINDOW if made else FIRST), frames)
        found.append((start, made, end))
        start, made = end - CONTEXT, end
    return found


def sample_long(model, features, programs, noise, steps=STEPS, order=ORDER):
    """Latents of any length, window by window: features [frames, 2 FEATURES], programs [ROLES], noise [frames, LATENT], frames a whole number of segments."""
    latents = noise.clone()
    for start, new, end in windows(len(noise)):
        kept = torch.arange(start, end) < new
        latents[start:end] = sample(model, features[None, start:end], programs[None], latents[None, start:end], kept, steps, order)[0]
    return latents


def noise(seed, frames):
    return torch.randn(frames, LATENT, generator=torch.Generator().manual_seed(seed))
