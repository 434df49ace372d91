"""Trains the language model of bars on pieces composed on the fly, and writes pieces with it.

`python -m nano.train_lm --out lm.pt --minutes 60` goes on from lm.pt if that is there. `write` samples one bar a pass; a window that has reached LmConfig.bars
bars is followed by one that begins with its last half. Training sees such windows too.
"""
import math
import random

import numpy as np
import torch
import torch.nn.functional as F

from nano.compose import Composer
from nano.networks import NONE, STEPS, BarLm
from nano.runs import Run, arguments
from nano.score import HARMONY
from nano.styles import NAMES, STYLES
from nano.token_measures import compare

AHEAD = 8               # bars of NONE in front of a piece: the farthest that a link looks back
BATCH = 160             # bars a step, about
SECONDS, LONGEST = (5, 150), 160        # of pieces; bars
UNUSUAL = {"mode": 3, "tempo": 121, "energy": 3, "bass": 1, "arp": 1, "melody": 1, "kit": 1}     # a field's first so many values
HELD_OUT = 0            # first seed of the pieces never trained on; training counts up from TRAINED
TRAINED = 1_000_000


def steps_of(plan):
    return STYLES[NAMES[plan[0]]].steps


class Window:
    """`count` bars of a composed piece from bar `first` on. plan [fields]; tokens [bars, STEPS, 2] of the whole piece. Later windows begin at whole halves, as in
    `write`. Some plans have fields that the style would hardly choose, since texts ask for such things too."""

    def __init__(self, seed, longest):
        rng = random.Random(seed)
        low, high = SECONDS
        unusual = {name: rng.randrange(size) for name, size in UNUSUAL.items() if rng.random() < .06}
        composer = Composer(seed, seconds=low * (high / low) ** rng.random(), longest=LONGEST, **unusual)
        self.plan, self.tokens = composer.plan.ints(), composer.compose().tokens
        self.steps, bars, half = steps_of(self.plan), len(self.tokens), longest // 2
        self.first = half * rng.randrange(1 + max(0, (bars - 1) // half - 1))
        self.count = min(longest, bars - self.first)


def batches(seed, longest, size):
    """Endless pairs of a list of windows of equal metre, about `size` bars in all, of similar lengths; and the seed to go on with."""
    while True:
        some = [Window(s, longest) for s in range(seed, seed + max(8, size))]
        seed, ready = seed + len(some), []
        for steps in (12, 16):
            group = []
            for each in sorted((w for w in some if w.steps == steps), key=lambda w: w.count):
                group.append(each)
                if sum(w.count for w in group) >= size:
                    ready.append(group)
                    group = []
            if group and (sum(w.count for w in group) > size // 2 or not ready):
                ready.append(group)
        random.Random(seed).shuffle(ready)
        yield from ((group, seed) for group in ready)


def tensors(group):
    """What the model reads of a list of windows: plan [batch, fields]; before [batch, n, STEPS, 2], each the bar before the one to be written; first, total [batch];
    which bars are there [batch, n]; and for those, as rows: bars [rows, STEPS, 2] and the four earlier ones [rows, STEPS, 2, back]."""
    n = max(w.count for w in group)
    before, there = np.full((len(group), n, STEPS, 2), NONE, np.int64), np.zeros((len(group), n), bool)
    rows, earlier = [], []
    for i, w in enumerate(group):
        padded = np.concatenate([np.full((AHEAD, STEPS, 2), NONE, np.int64), w.tokens])
        ago = {k: padded[AHEAD + w.first - k:AHEAD + w.first - k + w.count] for k in (0, 1, 2, 4, 8)}
        before[i, :w.count], there[i, :w.count] = ago[1], True
        rows.append(ago[0])
        earlier.append(np.stack([ago[k] for k in (1, 2, 4, 8)], -1))
    plan, first, total = (torch.tensor(x) for x in ([w.plan for w in group], [w.first for w in group], [len(w.tokens) for w in group]))
    before, there, rows, earlier = (torch.from_numpy(x) for x in (before, there, np.concatenate(rows), np.concatenate(earlier)))
    return plan, before, first, total, there, rows, earlier


def states(model, start, bars, earlier, steps):
    """The chain's states [2 steps, rows, cell], teacher-forced; the same as BarLm.link, with all that does not wait for the state computed first."""
    inner = model.config.link
    flat = bars[:, :steps].flatten(1)
    x = model.position[:2 * steps].expand(len(bars), -1, -1)
    parts = []
    for s in (0, 1):
        table = torch.cat([t[s].weight for t in model.earlier])
        index = earlier[:, :steps, s] + torch.arange(len(model.earlier)) * (NONE + 1)
        parts.append(F.embedding_bag(index.flatten(0, 1), table, mode="sum").unflatten(0, (-1, steps)))
    x = x + torch.stack(parts, 2).flatten(1, 2)
    table = torch.cat([t.weight for t in model.tokens])
    previous = F.embedding(flat[:, :-1] + (torch.arange(2 * steps - 1) % 2) * NONE, table)
    x = x + F.pad(previous, (0, 0, 1, 0))
    weight, bias = model.cell.linear.weight, model.cell.linear.bias
    x = F.linear(x.transpose(0, 1), weight[:, :inner], bias)
    inside, c, all_states = weight[:, inner:].t().contiguous(), start, []
    for each in x.unbind(0):
        z, n = (each + c @ inside).float().chunk(2, -1)
        c = c + torch.sigmoid(z) * (torch.tanh(n) - c)
        all_states.append(c)
    return torch.stack(all_states)


def losses(model, batch):
    """Summed cross-entropies of the two streams (nats), and the number of tokens in each."""
    plan, before, first, total, there, bars, earlier = tensors(batch)
    steps = batch[0].steps
    start = model.backbone(model.inputs(plan, before, first, total))[there].float()
    c = model.link_norm(states(model, start, bars, earlier, steps))
    sums = [F.cross_entropy(model.heads[s](c[s::2]).flatten(0, 1).float(), bars[:, :steps, s].t().flatten(), reduction="sum") for s in (0, 1)]
    return sums, len(bars) * steps


@torch.no_grad()
def write(model, plan, bars, seed=0, temperature=1.0, top_k=0):
    """Pieces: plan [batch, fields] and how many bars each has, to a list of tokens [bars, STEPS, 2] (int16). Piece i draws from the seed `seed + i` alone."""
    generators = [torch.Generator().manual_seed(seed + i) for i in range(len(plan))]
    plan, total = torch.as_tensor(np.asarray(plan)).long(), torch.tensor(bars)
    steps = torch.tensor([steps_of(p) for p in plan.tolist()])
    done = torch.full((len(plan), AHEAD + int(total.max()), STEPS, 2), NONE)
    window = model.config.bars
    for b in range(int(total.max())):
        alive = torch.nonzero(b < total)[:, 0]
        first = 0 if b < window else (b - window // 2) // (window // 2) * (window // 2)
        x = model.inputs(plan[alive], done[alive, AHEAD + first - 1:AHEAD + b], torch.full((len(alive),), first), total[alive])
        luck = torch.stack([torch.rand(2 * STEPS, generator=generators[i]) for i in alive.tolist()])
        earlier = torch.stack([done[alive, AHEAD + b - k] for k in model.config.back], -1)
        done[alive, AHEAD + b] = chain(model, model.backbone(x)[:, -1], earlier, luck, steps[alive], temperature, top_k)
    return [done[i, AHEAD:AHEAD + n].numpy().astype(np.int16) for i, n in enumerate(total.tolist())]


def chain(model, c, earlier, luck, steps, temperature, top_k):
    """One bar: c [rows, cell], earlier [rows, STEPS, 2, back], luck [rows, 2 STEPS] uniform in 0..1, steps [rows] of the metre, to tokens [rows, STEPS, 2]."""
    tokens, previous = torch.zeros(len(c), STEPS, 2, dtype=torch.long), None
    for j in range(2 * int(steps.max())):
        c = model.link(j, c, previous, earlier[:, j // 2, j % 2])
        previous = draw(model.logits(j, c), luck[:, j], temperature, top_k)
        tokens[:, j // 2, j % 2] = torch.where(j // 2 < steps, previous, 0)
    return tokens


def draw(logits, luck, temperature, top_k):
    """One token a row: of the top_k (0: of all) in falling order the first at which the summed probability passes `luck`."""
    values, order = logits.topk(top_k or logits.shape[-1], -1)
    chances = torch.softmax(values / temperature, -1).cumsum(-1)
    place = (chances < luck[:, None] * chances[:, -1:]).sum(-1).clamp(max=values.shape[-1] - 1)
    return order.gather(-1, place[:, None])[:, 0]


@torch.no_grad()
def perplexities(model, some):
    """Perplexity of each stream over windows."""
    sums, tokens = [0., 0.], 0
    for steps in (12, 16):
        mine = sorted((w for w in some if w.steps == steps), key=lambda w: w.count)
        for at in range(0, len(mine), 16):
            each, number = losses(model, mine[at:at + 16])
            sums, tokens = [a + float(b) for a, b in zip(sums, each)], tokens + number
    return [math.exp(s / tokens) for s in sums]


def report(model, some, temperature=1.0, top_k=0):
    """Prints the measures of written pieces next to those of the composed ones that have the same plans and lengths."""
    written = write(model, [w.plan for w in some], [len(w.tokens) for w in some], 0, temperature, top_k)
    rows = compare([(w.plan, w.tokens) for w in some], [(w.plan, tokens) for w, tokens in zip(some, written)])
    for name, composed, mine in rows:
        print(f"  {name:50} composed {composed:8.3f}   written {mine:8.3f}")


def silence(model):
    """Makes the codes beyond the harmony table impossible, whatever the temperature."""
    with torch.no_grad():
        model.heads[0].bias[len(HARMONY):] = -100.
    return model


def train(args):
    run = Run(lambda: silence(BarLm()), args.out, args.minutes, args.seed)
    longest = run.model.config.bars
    unseen = [Window(seed, longest) for seed in range(HELD_OUT, HELD_OUT + 128)]
    for batch, next_seed in batches(run.next_seed or TRAINED + args.seed * 100_000_000, longest, args.batch or BATCH):
        with torch.autocast("cpu", torch.bfloat16):
            sums, tokens = losses(run.model, batch)
        run.next_seed = next_seed
        line = run.step((sums[0] + sums[1]) / tokens, [s.detach() / tokens for s in sums] + [sum(w.count for w in batch)])
        if line:
            print(line, f"(harmony, melody: nats a token; bars a step); {run.steps / run.seconds:.2f} steps/s", flush=True)
        if run.is_due():
            run.save()
            print("perplexities of unseen pieces: {:.4f} harmony, {:.4f} melody".format(*perplexities(run.mean, unseen)), flush=True)
        if run.progress >= 1:
            return report(run.mean, unseen)


if __name__ == "__main__":
    train(arguments(__doc__.splitlines()[0], "lm.pt", 60, .5))
