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
FALSE_ALARMS = .05                      # share of the clips without an instrument in which it is heard all the same: sets the thresholds


class Residual(nn.Module):
    """Two convolutions beside a shortcut; the first, and the shortcut, take steps of `stride` (frames, bands)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        return F.gelu(self.shortcut(x) + self.norms[1](self.second(F.gelu(self.norms[0](self.first(x))))))


class Classifier(nn.Module):
    """Pictures [batch, frames, MELS] of any length to features [batch, CHANNELS], and these to logits of styles and of instruments."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(nn.Conv2d(1, 32, 5, (1, 2), 2, bias=False), nn.BatchNorm2d(32), nn.GELU(),
                                          Residual(32, 64, (2, 2)), Residual(64, 96, (1, 2)), Residual(96, 128, (2, 2)))
        self.over_time = nn.Sequential(nn.Conv1d(128 * MELS // 16, 256, 3, padding=1, bias=False), nn.BatchNorm1d(256), nn.GELU())
        self.features = nn.Linear(512, CHANNELS)
        self.drop, self.drop_style = nn.Dropout(.1), nn.Dropout(.4)     # there are few pieces of a style, but many mixtures with an instrument
        self.style, self.instruments = nn.Linear(CHANNELS, len(STYLES)), nn.Linear(CHANNELS, len(INSTRUMENTS))

    def embed(self, x):
        h = self.convolutions(x[:, None]).transpose(2, 3).flatten(1, 2)
        h = self.over_time(h)
        return self.features(torch.cat([h.mean(2), h.amax(2)], 1))

    def forward(self, x):
        h = F.gelu(self.embed(x))
        return self.style(self.drop_style(h)), self.instruments(self.drop(h))


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

def train(mixtures, rows, minutes, seed, first=None, size=16, rate=2e-3, say=print):
    """Trains for so many minutes of processor time, over which the rate falls to zero: not bit-reproducible, the file made is the reference.
    `first`: weights to start from."""
    torch.manual_seed(seed)
    rng, net, players = np.random.default_rng(seed), Classifier(), mixtures.players(rows)
    if first:
        net.load_state_dict(first)
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=.02)
    start, steps, shown = time.process_time(), 0, []
    while (part := (time.process_time() - start) / max(1e-9, 60 * minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / 100) * (.5 + .5 * math.cos(math.pi * part))
        x, style, present = mixtures.batch(rows, players, size, rng)
        with torch.autocast("cpu", torch.bfloat16):
            a, b = (y.float() for y in net(x))
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
    """Of whole mixes of these rows: what every instrument's probability must exceed to count as there, and accuracies at that."""
    rows = torch.as_tensor(rows)
    judged = [judge(net, mix.float()) for mix in mixtures.mixes[rows]]
    style = torch.tensor([int(styles.argmax()) for styles, _, _ in judged])
    probability = np.array([there for _, there, _ in judged])
    truth = Mixtures.labels_of(mixtures.stems[rows].float(), mixtures.plans[rows, -len(ROLES):]).numpy()
    truth = np.where(truth < 0, .5, truth)                          # too faint to tell: between absent and there
    truth[:, 0] = .5                                                # "none" is no instrument
    thresholds, recall, each = detection(probability, truth)
    held_out = {"clips": len(rows), "style": float((style == mixtures.plans[rows, 0]).float().mean()), "instruments": recall}
    return {"thresholds": thresholds, "held_out": held_out, "false_alarms": FALSE_ALARMS,
            "instruments": {i.name: each[k] for k, i in enumerate(INSTRUMENTS) if k in each}}


def detection(probability, truth):
    """Thresholds that FALSE_ALARMS of the clips without the instrument pass, the share of (clip, instrument) there that pass, and
    {instrument: (clips with it, share of them that pass)}."""
    thresholds = [float(np.quantile(p[t == 0], 1 - FALSE_ALARMS)) if (t == 0).any() else 1. for p, t in zip(probability.T, truth.T)]
    heard, there = probability > np.array(thresholds), truth == 1
    each = {k: (int(t.sum()), float(h[t].mean())) for k, (h, t) in enumerate(zip(heard.T, there.T)) if t.any()}
    return thresholds, float(heard[there].mean()), each


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
    about |= {"steps": steps, "minutes": minutes, "seed": args.seed, "start": first and {k: first["about"][k] for k in ("seed", "minutes", "steps")},
              "sets": [described(data.clips(folder, count)) for folder in args.clips]}
    torch.save({"network": net.state_dict(), "about": about}, args.out)
    print(about["held_out"], f"{steps} steps")
    print(", ".join(f"{name} {share:.2f} ({n})" for name, (n, share) in about["instruments"].items()))


def described(clips):
    return f"{len(clips)} clips of seed {clips[0].record['seed'].split(':')[0]}"


if __name__ == "__main__":
    main()
