"""A small convolutional network that hears styles and instruments, trained on renders only: `python -m nano.classifier CLIPS --out classifier.pt`.

It judges generated music, so it must not deduce instruments from the style: a share of its training mixtures joins stems of several clips, labelled with
what sounds.
Its 64 features, over windows of 2.5 s, are those of the Fréchet distance. Prints its accuracy on clips held out.
"""
import argparse
import math
import time
from pathlib import Path

import librosa
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from nano import data
from nano.networks import ROLES, SAMPLE_RATE
from nano.styles import INSTRUMENTS, STYLES

MELS, FRAME, FFT = 64, 960, 2048        # 25 frames a second
WINDOW = 62                             # frames of a feature's window, 2.5 s
CHANNELS = 64                           # of the features
SOUNDS, SILENT = 4e-3, 1e-3             # rms of a stem in a crop from which its instrument counts as there, and under which as absent; the mix has 0.1
HELD_OUT = .15
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


class Classifier(nn.Module):
    """Pictures [batch, frames, MELS] of any length to features [batch, CHANNELS], and these to logits of styles and of instruments."""

    def __init__(self):
        super().__init__()
        sizes = ((1, 24, (1, 2), 5), (24, 48, (2, 2), 3), (48, 64, (1, 2), 3), (64, 96, (2, 2), 3))
        self.convolutions = nn.Sequential(*(nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o), nn.GELU()) for i, o, s, k in sizes))
        self.over_time = nn.Sequential(nn.Conv1d(96 * MELS // 16, 128, 3, padding=1, bias=False), nn.BatchNorm1d(128), nn.GELU())
        self.features = nn.Linear(256, CHANNELS)
        self.drop = nn.Dropout(.2)
        self.style, self.instruments = nn.Linear(CHANNELS, len(STYLES)), nn.Linear(CHANNELS, len(INSTRUMENTS))

    def embed(self, x):
        h = self.convolutions(x[:, None]).transpose(2, 3).flatten(1, 2)
        h = self.over_time(h)
        return self.features(torch.cat([h.mean(2), h.amax(2)], 1))

    def forward(self, x):
        h = self.drop(F.gelu(self.embed(x)))
        return self.style(h), self.instruments(h)


# ---------------------------------------------------------------- judging

def windows(power):
    """Powers [frames, MELS] of a clip as windows [n, WINDOW, MELS]; the rest at the end is left out. A shorter clip is one window."""
    return power[:len(power) // WINDOW * WINDOW].reshape(-1, WINDOW, MELS) if len(power) >= WINDOW else power[None]


@torch.no_grad()
def judge(net, power):
    """Of mel powers [frames, MELS]: logits of the styles, the mean over windows; probabilities of the instruments, the highest of any window; features."""
    x = picture(windows(power))
    style, instruments = net(x)
    return style.mean(0).numpy(), instruments.sigmoid().amax(0).numpy(), net.embed(x).numpy()


def load(path):
    """The network of a file written by this module, ready to judge, and what the file says about it (thresholds, accuracies, training set)."""
    stored = torch.load(path, weights_only=True)
    net = Classifier()
    net.load_state_dict(stored["network"])
    return net.eval(), stored["about"]


# ---------------------------------------------------------------- training

class Mixtures:
    """Mel powers of clips' stems and mixes, and the training batches drawn from them."""

    def __init__(self, folders, count=None):
        """Reads sets made by nano.data; a set's powers are kept in its mels.pt."""
        sets = [self.powers(folder, data.clips(folder, count)) for folder in folders]
        self.stems, self.mixes, self.plans = (torch.cat([s[part] for s in sets]) for part in ("stems", "mixes", "plans"))

    @staticmethod
    def powers(folder, clips):
        store, names = folder / "mels.pt", [clip.record["file"] for clip in clips]
        if store.exists() and (kept := torch.load(store))["names"][:len(names)] == names:
            return {part: values[:len(names)] for part, values in kept.items()}
        stems, mixes = [], []
        for clip in clips:
            sounds = clip.stems()
            power = (STORED * mel_power(np.concatenate([sounds, sounds.sum(0, keepdims=True)]))).half()
            stems.append(power[:-1])
            mixes.append(power[-1])
        made = {"names": names, "stems": torch.stack(stems), "mixes": torch.stack(mixes), "plans": torch.tensor([clip.plan.ints() for clip in clips])}
        torch.save(made, store)
        return made

    @staticmethod
    def labels_of(stems, programs):
        """Instruments that sound in crops: stems [clips, ROLES, frames, MELS], programs [clips, ROLES] to [clips, instruments] of 1, 0, or -1 (too faint)."""
        rms = (stems.sum(-1).mean(-1) / STORED).sqrt()
        state = torch.where(rms >= SOUNDS, 2, torch.where(rms <= SILENT, 0, 1)).float()     # 2 sounds, 1 unsure, 0 silent
        found = torch.zeros(len(programs), len(INSTRUMENTS)).scatter_reduce(1, programs, state, "amax")
        return torch.where(found == 2, 1., torch.where(found == 1, -1., 0.))

    def batch(self, pool, size, rng):
        """Windows of clips of the pool: pictures, styles (-1: a mixture of several clips), instruments (-1: too faint to tell)."""
        start = int(rng.integers(0, self.stems.shape[2] - WINDOW + 1))
        rows = torch.as_tensor(rng.choice(pool, size, replace=False))
        crop = slice(start, start + WINDOW)
        style, programs = self.plans[rows, 0].clone(), self.plans[rows, -len(ROLES):].clone()
        stems = self.stems[rows, :, crop].float()
        kind = torch.as_tensor(rng.random(size))        # under .35: stems of several clips; under .7: the stems at other levels; else the render's mix
        for i in torch.nonzero(kind < .35)[:, 0]:
            style[i] = -1
            for role in range(len(ROLES)):
                other = int(rng.choice(pool))
                stems[i, role], programs[i, role] = self.stems[other, role, crop].float(), self.plans[other, role - len(ROLES)]
                if rng.random() < .25:
                    stems[i, role] = 0
        gains = torch.as_tensor(10 ** (rng.uniform(-8, 4, (size, len(ROLES))) / 10), dtype=torch.float32)
        gains[kind >= .7] = 1
        stems = stems * gains[:, :, None, None]
        power = torch.where((kind < .7)[:, None, None], stems.sum(1), self.mixes[rows, crop].float())
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


def train(mixtures, rows, minutes, seed, size=16, rate=2e-3, say=print):
    """Trains for so many minutes of processor time, over which the rate falls to zero: not bit-reproducible, the file made is the reference."""
    torch.manual_seed(seed)
    rng, net = np.random.default_rng(seed), Classifier()
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=.02)
    start, steps, shown = time.process_time(), 0, []
    while (part := (time.process_time() - start) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / 100) * (.5 + .5 * math.cos(math.pi * part))
        x, style, present = mixtures.batch(rows, size, rng)
        a, b = net(x)
        known = present >= 0
        of_style = F.cross_entropy(a, style, ignore_index=-1, label_smoothing=.05) if (style >= 0).any() else a.sum() * 0
        loss = of_style + 8 * F.binary_cross_entropy_with_logits(b[known], present[known])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
        shown.append(float(loss.detach()))
        if steps % 200 == 0:
            say(f"step {steps} ({60 * minutes * part:.0f} s): loss {np.mean(shown[-200:]):.3f}", flush=True)
    return net.eval(), steps


# ---------------------------------------------------------------- accuracy on renders held out

@torch.no_grad()
def appraise(net, mixtures, rows):
    """The threshold of presence with the highest F1 on whole mixes of these rows, accuracies there, and {instrument: (clips, share heard)}."""
    rows = torch.as_tensor(rows)
    judged = [judge(net, mix.float()) for mix in mixtures.mixes[rows]]
    style = torch.tensor([int(styles.argmax()) for styles, _, _ in judged])
    probability = torch.tensor(np.array([there for _, there, _ in judged]))
    truth = Mixtures.labels_of(mixtures.stems[rows].float(), mixtures.plans[rows, -len(ROLES):])
    truth[:, 0] = -1                                                # "none" is no instrument
    threshold, f1 = max(((t / 100, scores_at(probability, truth, t / 100)["F1"]) for t in range(5, 96)), key=lambda pair: pair[1])
    scores = scores_at(probability, truth, threshold)
    each = {i.name: (int(n), float((probability[:, k] >= threshold)[truth[:, k] == 1].float().mean()))
            for k, i in enumerate(INSTRUMENTS) if (n := (truth[:, k] == 1).sum())}
    return threshold, {"clips": len(rows), "style": float((style == mixtures.plans[rows, 0]).float().mean()), **scores}, each


def scores_at(probability, truth, threshold):
    """Of all (clip, instrument) pairs: share of those there that are heard, share of those heard that are there, F1, share right of those absent."""
    heard, there, absent = probability >= threshold, truth == 1, truth == 0
    right, wrong = (heard & there).sum().item(), (heard & absent).sum().item()
    recall, precision = right / max(1, there.sum().item()), right / max(1, right + wrong)
    return {"recall": recall, "precision": precision, "F1": 2 * recall * precision / max(1e-9, recall + precision),
            "specificity": 1 - wrong / max(1, absent.sum().item())}


# ---------------------------------------------------------------- command line

def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path, nargs="+", help="sets made by nano.data")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, help="use at most this many clips of each set")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rehearse", action="store_true", help="a few clips, a few seconds")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    count, minutes = (24, .05) if args.rehearse else (args.count, args.minutes)
    mixtures = Mixtures(args.clips, count)
    order = np.random.default_rng(args.seed).permutation(len(mixtures.plans))
    kept = round(HELD_OUT * len(order))
    net, steps = train(mixtures, order[kept:], minutes, args.seed)
    threshold, held_out, each = appraise(net, mixtures, order[:kept])
    about = {"threshold": threshold, "held_out": held_out, "instruments": each, "steps": steps, "minutes": minutes, "seed": args.seed,
             "sets": [described(data.clips(folder, count)) for folder in args.clips]}
    torch.save({"network": net.state_dict(), "about": about}, args.out)
    print({k: v for k, v in about.items() if k != "instruments"})
    print(", ".join(f"{name} {share:.2f} ({n})" for name, (n, share) in each.items()))


def described(clips):
    return f"{len(clips)} clips of seed {clips[0].record['seed'].split(':')[0]}"


if __name__ == "__main__":
    main()
