"""Trains the decoder: python -m nano.train_decoder --clips FOLDER --codec codec.npz --out decoder.pt [--minutes 60 --seed 0 --threads 1 --rehearse].

Fits the components first if --codec is not there; an existing file is kept, since the denoiser depends on it. Goes on from --out if that is there.
The last clips of the set are never trained on: nano.gate measures with them.
"""
import argparse
from functools import cache, cached_property
from pathlib import Path

import librosa
import numpy as np
import torch

from nano import data, runs
from nano.codec import Components, energies, pairs, prepare
from nano.features import excitations, features
from nano.networks import HOP, ROLES, SAMPLE_RATE, Decoder, sound, spectrum

CONTEXT, CROP, BATCH = 16, 112, 4   # frames: context on either side that is not judged; frames that are; crops a step
SHORT, LONG = (256, 512, 1024), (1024, 2048, 4096, 8192)      # windows of the transforms: a step draws one of each
MELS = {256: 20, 512: 32, 1024: 48, 2048: 64, 4096: 80, 8192: 96}
POOL = 4                            # frames over which band energies are averaged
SHARES = (1., 1., .5)               # of the three distances in the loss
WEIGHTS = (.15,) * len(ROLES) + (.25,)      # of the stems and of the mix
QUIET = 3e-4                        # magnitude (window of unit energy) below which differences do not matter
LATENT_NOISE = .25                  # at most, so that the decoder forgives what the denoiser leaves
UNSEEN, FITTED = 24, 200            # clips kept for the gate; clips from which the components come


class Clip:
    """Stems, score and excitations of one clip, made when they are first needed, the sounds kept in half precision."""

    def __init__(self, clip):
        """clip: a data.Clip."""
        self.clip, self.notes, self.plan, self.first = clip, clip.notes, clip.plan, clip.first
        self.programs = torch.tensor(self.plan.ints()[-len(ROLES):])

    @cached_property
    def stems(self):
        stems = torch.from_numpy(self.clip.stems()).half()
        return stems[:, :stems.shape[1] // (2 * HOP) * 2 * HOP]

    @property
    def frames(self):
        return self.stems.shape[1] // HOP

    @cached_property
    def excitation(self):
        return torch.from_numpy(excitations(self.notes, self.plan, self.first, self.frames)).half()

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


@cache
def transform(window):
    """(Hann window of unit energy, mel weights [bins, MELS]) for a transform of `window` samples."""
    hann = torch.hann_window(window)
    weights = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=window, n_mels=MELS[window], fmin=30, norm=None)
    return hann / hann.square().sum().sqrt(), torch.from_numpy(weights.T.copy())


def distances(made, wanted, window):
    """How far stems [batch, ROLES, samples] and their mix are from those wanted: of log magnitudes and
    of log mel band energies (neper), of magnitudes (relative)."""
    hann, mels = transform(window)

    def power(x):
        y = torch.stft(x.flatten(0, 1), window, window // 4, window=hann, center=False, return_complex=True).unflatten(0, x.shape[:2])
        y = torch.cat([y, y.sum(1, keepdim=True)], 1)
        return y.real.square() + y.imag.square() + 1e-12

    def mean(x):
        return (x.abs().mean((2, 3)) * torch.tensor(WEIGHTS)).sum(1).mean()

    a, b = power(made), power(wanted)
    bands = [x.unfold(3, POOL, POOL).mean(4).transpose(2, 3) @ mels for x in (a, b)]     # smooth enough for levels to be right on average
    bands = [(x + QUIET ** 2).log() / 2 for x in bands]
    a, b = a.sqrt(), b.sqrt()
    scale = b.square().mean((2, 3), keepdim=True).sqrt() + 3e-3
    return torch.stack([mean((a + QUIET).log() - (b + QUIET).log()), mean(bands[0] - bands[1]), mean((a - b) / scale)])


def losses(decoder, batch, generator, windows):
    """The three distances of a batch (see Clip.crop), means over the given windows."""
    latents, score, programs, excitation, stems = batch
    latents = latents + LATENT_NOISE * torch.rand(len(latents), 1, 1, generator=generator) * torch.randn(latents.shape, generator=generator)
    noise = torch.randn(excitation[:, 0].shape, generator=generator)
    spectra = decoder(latents, score, programs, spectrum(excitation).transpose(1, 2), spectrum(noise))
    made = sound(spectra.transpose(1, 2).flatten(0, 1)).unflatten(0, (-1, len(ROLES)))
    inner = slice(CONTEXT * HOP, -CONTEXT * HOP)
    return torch.stack([distances(made[..., inner], stems[..., inner], w) for w in windows]).mean(0)


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
    """Runs or goes on; prints the three distances now and then."""
    codec = components(args.codec, clips)
    run = runs.Run(Decoder, args.out, args.minutes, args.seed)
    if run.steps == 0:
        prepare(run.model, codec, excitation_levels(clips[:FITTED // 4]))
        run.mean.load_state_dict(run.model.state_dict())
    rng, generator = np.random.default_rng((args.seed, run.steps)), torch.Generator().manual_seed(args.seed + run.steps)
    while run.progress < 1:
        batch = [clips[i].crop(rng, codec) for i in rng.integers(len(clips), size=args.batch)]
        windows = [int(rng.choice(choice)) for choice in (SHORT, LONG)]
        parts = losses(run.model, [torch.stack(x) for x in zip(*batch)], generator, windows)
        line = run.step((parts * torch.tensor(SHARES)).sum(), parts.detach())
        if line:
            print(line, flush=True)
        if run.is_due():
            run.save()


def read(folder, unseen):
    """The clips of a set (nano.data) whose sound is there: those never trained on, or the rest. A clip of 10 s takes 5 MB."""
    count = len((folder / "clips.jsonl").read_text().splitlines())
    first = max(count - UNSEEN, count // 2)
    return [Clip(c) for c in data.clips(folder) if (int(c.path.stem) >= first) == unseen]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--codec", type=Path, default=Path("codec.npz"))
    parser.add_argument("--out", type=Path, default=Path("decoder.pt"))
    parser.add_argument("--minutes", type=float, default=60.)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rehearse", action="store_true", help="a run of about 1 %%")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.minutes = min(args.minutes, .6) if args.rehearse else args.minutes
    train(args, read(args.clips, unseen=False))


if __name__ == "__main__":
    main()
