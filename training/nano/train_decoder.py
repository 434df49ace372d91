"""Trains the decoder: python -m nano.train_decoder --clips FOLDER --codec codec.npz --out decoder.pt [--minutes 60 --seed 0 --threads 1 --rehearse].

Fits the components first if --codec is not there; an existing file is kept, since the denoiser depends on it. Goes on from --out if that is there.
The last clips of the set are never trained on: nano.gate measures with them.
"""
from pathlib import Path

import numpy as np
import torch

from nano import runs
from nano.codec import Components, energies, pairs, prepare
from nano.features import excitations, features
from nano.networks import HOP, PITCHED, ROLES, Decoder, sound, spectrum

CONTEXT, CROP, BATCH = 16, 112, 4   # frames: context on either side that is not judged; frames that are; crops a step
SHORT, LONG = (256, 512, 1024), (1024, 2048, 4096)      # windows of the transforms: a step draws one of each
QUIET = 3e-4                        # magnitude (window of unit energy) below which differences do not matter
LATENT_NOISE = .1                   # so that the decoder forgives what the denoiser leaves
UNSEEN, FITTED = 24, 200            # clips kept for the gate; clips from which the components come


class Clip:
    """Stems, score and excitations of one clip, the sounds kept in half precision."""

    def __init__(self, stems, notes, plan, first=0):
        self.frames = stems.shape[-1] // (2 * HOP) * 2
        self.stems = torch.as_tensor(stems[:, :self.frames * HOP]).half()
        self.notes, self.plan, self.first = notes, plan, first
        self.programs = torch.tensor(plan.ints()[-len(ROLES):])
        self.excitation = torch.from_numpy(excitations(notes, plan, first, self.frames)).half()

    def crop(self, rng, components):
        """(latents, score, programs, excitation, stems) of a random crop that begins at an even frame."""
        total = CROP + 2 * CONTEXT
        start = 2 * int(rng.integers((self.frames - total) // 2 + 1))
        part = slice(start * HOP, (start + total) * HOP)
        stems = self.stems[:, part].float()
        score = torch.from_numpy(features(self.notes, self.plan, self.first + start, total))
        return components.to_latents(energies(stems)), score, self.programs, self.excitation[:, part].float(), stems

    def whole(self, components):
        return (components.to_latents(energies(self.stems.float())), torch.from_numpy(features(self.notes, self.plan, self.first, self.frames)),
                self.programs, self.excitation.float(), self.stems.float())


def distance(made, wanted, window):
    """Losses of stems [batch, ROLES, samples] and of their mix at one window: log magnitudes (neper) and magnitudes, both weighted by what is audible."""
    hann = torch.hann_window(window)
    hann = hann / hann.square().sum().sqrt()

    def transform(x):
        y = torch.stft(x.flatten(0, 1), window, window // 4, window=hann, center=False, return_complex=True).unflatten(0, x.shape[:2])
        return torch.cat([y, y.sum(1, keepdim=True)], 1)

    a, b = transform(made), transform(wanted)
    a, b = (a.real.square() + a.imag.square() + 1e-12).sqrt(), (b.real.square() + b.imag.square() + 1e-12).sqrt()
    logs = ((a + QUIET).log() - (b + QUIET).log()).abs().mean((2, 3))
    scale = b.square().mean((2, 3)).sqrt() + 3e-3
    linear = (a - b).abs().mean((2, 3)) / scale
    weight = torch.tensor([.15] * len(ROLES) + [.25])
    return (logs * weight).sum(1).mean(), (linear * weight).sum(1).mean()


def losses(decoder, batch, generator, windows, noisy=LATENT_NOISE):
    """Mean log and linear distance of a batch (see Clip.crop) at the given windows."""
    latents, score, programs, excitation, stems = batch
    latents = latents + noisy * torch.randn(latents.shape, generator=generator)
    noise = torch.randn(excitation[:, 0].shape, generator=generator)
    spectra = decoder(latents, score, programs, spectrum(excitation).transpose(1, 2), spectrum(noise))
    made = sound(spectra.transpose(1, 2).flatten(0, 1)).unflatten(0, (-1, len(ROLES)))
    inner = slice(CONTEXT * HOP, -CONTEXT * HOP)
    logs, linear = zip(*[distance(made[..., inner], stems[..., inner], w) for w in windows])
    return sum(logs) / len(logs), sum(linear) / len(linear)


def excitation_levels(clips):
    """Mean log band energy [ROLES, BANDS] of the excitations where the role sounds."""
    levels = []
    for role in range(len(ROLES)):
        e = torch.cat([energies(c.excitation.float())[:, role] for c in clips])
        sounding = e.logsumexp(-1) > 0
        levels.append(e[sounding].mean(0) if sounding.any() else e.mean(0))
    return torch.stack(levels)


def components(path, clips):
    if not path.exists():
        Components.fit(torch.cat([pairs(energies(c.stems.float())) for c in clips[:FITTED]])).save(path)
    return Components.load(path)


def train(args, clips):
    """Runs or goes on; prints the two distances (neper; relative) now and then."""
    codec = components(args.codec, clips)
    run = runs.Run(Decoder, args.out, args.minutes, args.seed)
    if run.steps == 0:
        prepare(run.model, codec, excitation_levels(clips[:FITTED]))
        run.mean.load_state_dict(run.model.state_dict())
    rng, generator = np.random.default_rng((args.seed, run.steps)), torch.Generator().manual_seed(args.seed + run.steps)
    while run.progress < 1:
        batch = [clips[i].crop(rng, codec) for i in rng.integers(len(clips), size=args.batch or BATCH)]
        windows = [int(rng.choice(choice)) for choice in (SHORT, LONG)]
        logs, linear = losses(run.model, [torch.stack(x) for x in zip(*batch)], generator, windows)
        line = run.step(logs + linear, (logs, linear))
        if line:
            print(line, flush=True)
        if run.is_due():
            run.save()
