"""A small convolutional network that hears styles and instruments, trained on renders only: `python -m nano.classifier CLIPS --out classifier.pt`.

It judges generated music, so it must not deduce instruments from the style: a share of its training mixtures joins stems of several clips, labelled with
what sounds.
Its 64 features, over windows of 2.5 s, are those of the Fréchet distance. Prints its accuracy on clips held out.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from nano import data
from nano.mixtures import MELS, WINDOW, Mixtures, picture
from nano.networks import ROLES
from nano.styles import INSTRUMENTS, STYLES

CHANNELS = 64                           # of the features
FAMILIES = 17                           # General MIDI's sixteen of 8 programs each, and the kits
FAMILY = np.array([16 if i.keys else i.program // 8 for i in INSTRUMENTS])


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


def families(values):
    """The highest value of each family's instruments: [.., instruments] to [.., FAMILIES]; families without instruments have the lowest of all."""
    members = [[i for i in np.flatnonzero(FAMILY == f) if i] for f in range(FAMILIES)]
    return np.stack([values[..., m].max(-1) if m else np.full(values.shape[:-1], values.min()) for m in members], -1)


def load(path):
    """The network of a file written by this module, ready to judge, and what the file says about it (thresholds, accuracies, training set)."""
    stored = torch.load(path, weights_only=True)
    net = Classifier()
    net.load_state_dict(stored["network"])
    return net.eval(), stored["about"]


# ---------------------------------------------------------------- training

def train(mixtures, rows, minutes, seed, first=None, size=16, rate=2e-3, say=print):
    """Trains for so many minutes of processor time, over which the rate falls to zero: not bit-reproducible, the file made is the reference.
    `first`: weights to start from."""
    torch.manual_seed(seed)
    rng, net, players = np.random.default_rng(seed), Classifier(), mixtures.players(rows)
    if first:
        net.load_state_dict(first)
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=.02)
    start, steps, shown = time.process_time(), 0, []
    while (part := (time.process_time() - start) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / 100) * (.5 + .5 * math.cos(math.pi * part))
        x, style, present = mixtures.batch(rows, players, size, rng)
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
    """Of whole mixes of these rows: thresholds of presence with the highest F1, accuracies there, and {instrument: (clips, share heard)}."""
    rows = torch.as_tensor(rows)
    judged = [judge(net, mix.float()) for mix in mixtures.mixes[rows]]
    style = torch.tensor([int(styles.argmax()) for styles, _, _ in judged])
    probability = torch.tensor(np.array([there for _, there, _ in judged]))
    truth = Mixtures.labels_of(mixtures.stems[rows].float(), mixtures.plans[rows, -len(ROLES):])
    truth[:, 0] = -1                                                # "none" is no instrument
    threshold, scores = best(probability, truth)
    unsure = torch.where(truth < 0, .5, truth)                      # between absent and there
    of_families = torch.from_numpy(families(unsure.numpy()))
    family_threshold, family_scores = best(torch.from_numpy(families(probability.numpy())), of_families)
    each = {i.name: (int(n), float((probability[:, k] >= threshold)[truth[:, k] == 1].float().mean()))
            for k, i in enumerate(INSTRUMENTS) if (n := (truth[:, k] == 1).sum())}
    held_out = {"clips": len(rows), "style": float((style == mixtures.plans[rows, 0]).float().mean()), **scores}
    return {"threshold": threshold, "family_threshold": family_threshold, "instruments": each,
            "held_out": held_out | {f"family {name}": value for name, value in family_scores.items()}}


def best(probability, truth):
    """The threshold (in hundredths) of the highest F1, and the scores there."""
    return max(((t / 100, scores_at(probability, truth, t / 100)) for t in range(5, 96)), key=lambda pair: pair[1]["F1"])


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
    parser.add_argument("--start", type=Path, help="go on from this classifier, which held out the same clips")
    parser.add_argument("--count", type=int, help="use at most this many clips of each set")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rehearse", action="store_true", help="a few clips, a few seconds")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    count, minutes = (24, .05) if args.rehearse else (args.count, args.minutes)
    mixtures = Mixtures(args.clips, count)
    first = torch.load(args.start, weights_only=True) if args.start else None
    net, steps = train(mixtures, np.flatnonzero(~mixtures.held_out), minutes, args.seed, first and first["network"])
    about = appraise(net, mixtures, np.flatnonzero(mixtures.held_out))
    about |= {"steps": steps, "minutes": minutes, "seed": args.seed, "start": first and first["about"],
              "sets": [described(data.clips(folder, count)) for folder in args.clips]}
    torch.save({"network": net.state_dict(), "about": about}, args.out)
    print({k: v for k, v in about.items() if k != "instruments"})
    print(", ".join(f"{name} {share:.2f} ({n})" for name, (n, share) in about["instruments"].items()))


def described(clips):
    return f"{len(clips)} clips of seed {clips[0].record['seed'].split(':')[0]}"


if __name__ == "__main__":
    main()
