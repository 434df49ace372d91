"""Log-mel pictures of sound, and the mixtures of stems that the classifier learns from."""
import math

import librosa
import numpy as np
import torch
import torch.nn.functional as F

from nano import data
from nano.networks import ROLES, SAMPLE_RATE
from nano.styles import INSTRUMENTS

MELS, FRAME, FFT = 64, 960, 2048        # 25 frames a second
WINDOW = 62                             # frames of a feature's window, 2.5 s
SOUNDS, SILENT = 4e-3, 1e-3             # rms of a stem in a crop from which its instrument counts as there, and under which as absent; the mix has 0.1
PLAIN, MUTED = .83, .2                  # from this draw on a clip is heard as it is; share of the stems that are silent in one whose levels are changed
HELD_OUT = .15                          # the last clips of each set
STORED = 1e4                            # factor that brings powers into the range of half precision
MEL = torch.from_numpy(librosa.filters.mel(sr=SAMPLE_RATE, n_fft=FFT, n_mels=MELS, fmin=30, fmax=SAMPLE_RATE / 2, norm=None).T.copy())


def mel_power(audio):
    """Samples [.., n] to mel powers [.., frames, MELS]; one value of 1 is a full-scale square wave's whole power."""
    window = torch.hann_window(FFT)
    x = torch.as_tensor(np.asarray(audio), dtype=torch.float32)
    spectra = torch.stft(x.reshape(-1, x.shape[-1]), FFT, FRAME, window=window, return_complex=True).abs() ** 2 * (2 / FFT / window.pow(2).sum())
    return (spectra.transpose(1, 2) @ MEL).reshape(*x.shape[:-1], -1, MELS)


def picture(power):
    """What the network sees of powers [batch, frames, MELS]: logarithms relative to the clip's mean, 50 dB deep, about -1 .. 1."""
    level = power.mean((1, 2), keepdim=True) + 1e-12
    return torch.log(power / level + 1e-5) / 6 + .6


class Mixtures:
    """Mel powers of clips' stems and mixes, and the training batches drawn from them."""

    def __init__(self, folders, count=None):
        """Reads sets made by nano.data; a set's powers are kept in its mels.pt."""
        sets = [self.powers(folder, data.clips(folder, count)) for folder in folders]
        self.stems, self.mixes, self.plans = (torch.cat([s[part] for s in sets]) for part in ("stems", "mixes", "plans"))
        self.held_out = np.concatenate([np.arange(len(s["plans"])) >= (1 - HELD_OUT) * len(s["plans"]) for s in sets])

    @staticmethod
    def powers(folder, clips):
        """Powers (in half precision, times STORED) of the clips' stems and mixes, and the plans."""
        store = folder / "mels.pt"
        kept = torch.load(store) if store.exists() else {}
        for clip in clips:
            if (name := clip.record["file"]) not in kept:
                sounds = clip.stems()
                there = [*np.flatnonzero(sounds.any(1)), len(ROLES)]
                power = torch.zeros(len(ROLES) + 1, sounds.shape[1] // FRAME + 1, MELS)
                power[there] = STORED * mel_power(np.concatenate([sounds, sounds.sum(0, keepdims=True)])[there])
                kept[name] = power.half()
        torch.save(kept, store)
        both = torch.stack([kept[clip.record["file"]] for clip in clips])
        return {"stems": both[:, :-1], "mixes": both[:, -1], "plans": torch.tensor([clip.plan.ints() for clip in clips])}

    @staticmethod
    def labels_of(stems, programs):
        """Instruments that sound in crops: stems [clips, ROLES, frames, MELS], programs [clips, ROLES] to [clips, instruments] of 1, 0, or -1 (too faint)."""
        rms = (stems.sum(-1).mean(-1) / STORED).sqrt()
        state = torch.where(rms >= SOUNDS, 2, torch.where(rms <= SILENT, 0, 1)).float()     # 2 sounds, 1 unsure, 0 silent
        found = torch.zeros(len(programs), len(INSTRUMENTS)).scatter_reduce(1, programs, state, "amax")
        return torch.where(found == 2, 1., torch.where(found == 1, -1., 0.))

    def players(self, pool):
        """For each role {instrument: clips of the pool in which it has this role}."""
        players = [{} for _ in ROLES]
        for clip in pool:
            for role, instrument in enumerate(self.plans[clip, -len(ROLES):].tolist()):
                if instrument:
                    players[role].setdefault(instrument, []).append(int(clip))
        return players

    def batch(self, pool, players, size, rng):
        """Windows of clips of the pool: pictures, styles (-1: a mixture of several clips), instruments (-1: too faint to tell).

        In half of them each role's stem is that of another clip, every instrument as often as any; in a third the clip's own stems at other levels, or silent."""
        rows = torch.as_tensor(rng.choice(pool, size, replace=False))
        length = int(rng.integers(.85 * WINDOW, 1.15 * WINDOW))
        start = int(rng.integers(0, self.stems.shape[2] - length + 1))
        crop = slice(start, start + length)
        style, programs = self.plans[rows, 0].clone(), self.plans[rows, -len(ROLES):].clone()
        stems = self.stems[rows, :, crop].float()
        kind = torch.as_tensor(rng.random(size))
        for i in torch.nonzero(kind < .5)[:, 0]:
            style[i] = -1
            for role, clips in enumerate(players):
                instrument = rng.choice(list(clips))
                stems[i, role], programs[i, role] = self.stems[rng.choice(clips[instrument]), role, crop].float(), int(instrument)
                if rng.random() < .35:
                    stems[i, role] = 0
        gains = torch.as_tensor(10 ** (rng.uniform(-8, 4, (size, len(ROLES))) / 10), dtype=torch.float32)
        gains[(kind >= .5)[:, None] & torch.as_tensor(rng.random(gains.shape) < MUTED)] = 0
        gains[kind >= PLAIN] = 1
        stems = stems * gains[:, :, None, None]
        power = torch.where((kind < PLAIN)[:, None, None], stems.sum(1), self.mixes[rows, crop].float())
        power = F.interpolate(power.transpose(1, 2), WINDOW, mode="linear").transpose(1, 2)        # faster or slower
        return picture(disturb(power, rng)), style, self.labels_of(stems, programs)


def disturb(power, rng):
    """Powers [batch, frames, MELS] as another microphone would hear them: a smooth filter of a few dB, a little noise, a band or a moment missing."""
    n, frames, _ = power.shape
    bands = np.arange(MELS) / MELS
    curve = sum(rng.normal(0, 2 / k, (n, 1)) * np.cos(math.pi * k * bands + rng.uniform(0, 2 * math.pi, (n, 1))) for k in (1, 2, 3))
    power = power * torch.as_tensor(10 ** (curve / 10), dtype=torch.float32)[:, None]
    noise = power.mean((1, 2), keepdim=True) * torch.as_tensor(10 ** rng.uniform(-5, -2, (n, 1, 1)), dtype=torch.float32)
    power = power + noise * torch.rand(power.shape) * torch.as_tensor(rng.random((n, 1, 1)) < .4)
    for i in np.flatnonzero(rng.random(n) < .4):
        at, width = rng.integers(MELS), rng.integers(1, 8)
        power[i, :, at:at + width] = 0
        at, width = rng.integers(frames), rng.integers(1, 12)
        power[i, at:at + width] = 0
    return power
