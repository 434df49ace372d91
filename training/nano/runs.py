"""What the two small trainings (text, bars) have in common: model, running mean of its weights, optimiser, clock, checkpoint, command line."""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

RATE, DECAY, MEMORY = 1.5e-3, .02, .998     # highest learning rate, weight decay, of the running mean
WARM = 150                                  # steps in which the rate rises
SHOW, SAVE = 30, 180                        # seconds between lines, and between checkpoints


class Run:
    """Goes on from `out` if that is there. The rate falls as a half cosine over the minutes, whatever the machine's speed."""

    def __init__(self, make, out, minutes, seed):
        torch.manual_seed(seed)
        self.out, self.minutes, self.model, self.mean = out, minutes, make(), make().requires_grad_(False)
        self.mean.load_state_dict(self.model.state_dict())
        groups = [{"params": [p for p in self.model.parameters() if p.ndim > 1], "weight_decay": DECAY},
                  {"params": [p for p in self.model.parameters() if p.ndim < 2], "weight_decay": 0.}]
        self.optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(.9, .98), fused=True)
        self.steps, self.seconds, self.next_seed, self.recent = 0, 0., None, []
        if out.exists():
            saved = torch.load(out, weights_only=True)
            self.model.load_state_dict(saved["raw"])
            self.mean.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.steps, self.seconds, self.next_seed = saved["steps"], saved["seconds"], saved["next_seed"]
        self.begun, self.shown, self.saved = time.time() - self.seconds, time.time(), time.time()

    def save(self):
        """`model` is the running mean: that is what is used."""
        partial = self.out.with_suffix(".partial")
        torch.save({"model": self.mean.state_dict(), "raw": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "steps": self.steps,
                    "seconds": self.seconds, "next_seed": self.next_seed}, partial)
        partial.replace(self.out)

    @property
    def progress(self):
        return min(1., self.seconds / (60 * self.minutes))

    def step(self, loss, numbers):
        """One step down the gradient of `loss`; `numbers` are averaged for the next line. Returns that line now and then, else None."""
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * min(1., (1 + self.steps) / WARM) * max(.02, .5 + .5 * math.cos(math.pi * self.progress))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.)
        self.optimizer.step()
        self.steps += 1
        keep = min(MEMORY, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(list(self.mean.parameters()), [p.detach() for p in self.model.parameters()], 1 - keep)
        self.recent.append([float(n) for n in numbers])
        self.seconds = time.time() - self.begun
        return self.line() if time.time() - self.shown > SHOW or self.progress >= 1 else None

    def line(self):
        means, self.recent, self.shown = np.mean(self.recent, 0), [], time.time()
        return f"{self.seconds / 60:.1f} min, step {self.steps}: " + ", ".join(f"{m:.4f}" for m in means)

    def is_due(self):
        """Whether it is time for a checkpoint."""
        if time.time() - self.saved < SAVE and self.progress < 1:
            return False
        self.saved = time.time()
        return True


def load(make, path):
    """The network of a checkpoint, ready for use."""
    model = make().requires_grad_(False).eval()
    model.load_state_dict(torch.load(path, weights_only=True)["model"])
    return model


def arguments(description, out, minutes, rehearsal):
    """The command line; --rehearse makes a run of `rehearsal` minutes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, default=Path(out))
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--batch", type=int, default=0, help="rows a step; 0: the default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rehearse", action="store_true", help="a run of about 1 %%")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.rehearse:
        args.minutes = min(args.minutes, rehearsal)
    return args
