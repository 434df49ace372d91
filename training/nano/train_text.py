"""Trains the text tower on captions made on the fly, and makes plans of texts with it.

`python -m nano.train_text --out text.pt --minutes 15` goes on from text.pt if that is there.
"""
import random

import numpy as np
import torch
import torch.nn.functional as F

from nano.captions import examples
from nano.networks import FIELDS, TextTower
from nano.runs import Run, arguments
from nano.words import UNKNOWN, Words

BATCH = 128
POOL = 16               # batches made at once, so that texts of one length come together
FORGOTTEN = .01         # share of pieces that training sees as unknown
DISTURBED = .4          # share of texts in which words that only join others are replaced, and others are put in
COMMON = """the of and to is it you that he was for on are with as his they be at one have this from or had by but some what there we can out other were all your when
up use word how said an each she which do their time if will way about many then them would write like so these her make thing see him has look more day could go come
did my most who over know than call first people may side been now find any new work part take get place made live where after back only round man year came show every
good me give our under name very through just form much great think say help turn""".split()       # the commonest words of English, without numbers
JOINING = {"with", "featuring", "feat.", "by", "of", "in", "at", "the", "on", "and", "&", "played", "instruments:", "key", "tempo", "for", "key:", "tempo:"}
MARKS = (", ", ", ", "; ", ". ", " - ", ": ", " (", ") ", " / ", " ", " \"", "\" ", "! ", "\n")
OPEN = .7               # temperature of the fields that a text leaves open: rather what is usual
HELD_OUT = 0            # first seed of the captions never trained on; training counts up from TRAINED
TRAINED = 1_000_000_000


def batches(seed, size):
    """Endless pairs of a list of examples of similar length, and the seed to go on with."""
    while True:
        rng = random.Random(seed)
        some = [(disturb(text, rng) if rng.random() < DISTURBED else text, plan, said) for text, plan, said in examples(seed, POOL * size)]
        some.sort(key=lambda e: len(e[0]))
        seed, order = seed + POOL * size, list(range(POOL))
        rng.shuffle(order)
        yield from ((some[i * size:(i + 1) * size], seed) for i in order)


def filler(rng):
    """One or two words that say nothing: common ones, or ones that nobody knows."""
    return " ".join(rng.choice(COMMON) if rng.random() < .7 else "".join(rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") for _ in range(rng.randint(1, 4)))
                    for _ in range(rng.choice((1, 1, 2))))


def disturb(text, rng):
    """The text in words that no caption uses: joining words replaced, others put in before them and at the ends, commas replaced by other marks."""
    words = text.split(" ")
    for i, word in enumerate(words):
        is_article = i + 1 < len(words) and words[i + 1].lower() == "a"     # or a key: the word before decides
        if word.lower() in JOINING and not is_article and rng.random() < .5:
            words[i] = filler(rng) if rng.random() < .6 else f"{filler(rng)} {word}"
    text = " ".join(words)
    if rng.random() < .5:
        text = rng.choice(MARKS).join(text.split(", "))
    if rng.random() < .4:
        text = filler(rng) + rng.choice((" ", *MARKS)) + text
    return text + rng.choice((" ", *MARKS)) + filler(rng) if rng.random() < .4 else text


def tensors(some, words, rng=None):
    """Examples (text, plan, said) as ids, which are there, plan [batch, fields], said [batch, fields]; with rng some pieces are forgotten."""
    ids, keep = words.batch([text for text, _, _ in some])
    if rng is not None:
        ids = torch.where(keep & (torch.rand(ids.shape, generator=rng) < FORGOTTEN), UNKNOWN, ids)
    return ids, keep, torch.tensor(np.array([plan for _, plan, _ in some])).long(), torch.tensor(np.array([said for _, _, said in some])).float()


def losses(model, ids, keep, plan, said):
    """Mean cross-entropy of each field [fields], and of what is said."""
    logits, says = model(ids, keep, plan)
    fields = torch.stack([F.cross_entropy(each.float(), plan[:, i]) for i, each in enumerate(logits)])
    return fields, F.binary_cross_entropy_with_logits(says.float(), said)


@torch.no_grad()
def plans(model, texts, seed=0, words=None):
    """Plans of texts: what a text states is taken as understood (the likeliest value), the rest is drawn. Returns plan [texts, fields] and said [texts, fields]
    (bool). Text i draws from the seed `seed + i` alone."""
    ids, keep = (words or Words()).batch(texts)
    luck = torch.stack([torch.rand(len(FIELDS), generator=torch.Generator().manual_seed(seed + i)) for i in range(len(texts))])
    pooled = model.encode(ids, keep)
    said, c, chosen = model.said(pooled) > 0, torch.tanh(model.start(pooled)), []
    for i in range(len(FIELDS)):
        c, logits = model.link(i, c, chosen[-1] if i else None)
        chances = (logits / OPEN).softmax(-1).cumsum(-1)
        drawn = (chances < luck[:, i:i + 1] * chances[:, -1:]).sum(-1).clamp(max=logits.shape[-1] - 1)
        chosen.append(torch.where(said[:, i], logits.argmax(-1), drawn))
    return torch.stack(chosen, 1), said


@torch.no_grad()
def evaluate(model, words, count=2000):
    """On captions never trained on: share of stated fields that come out right [fields], of right `said` [fields], cross-entropy of unstated fields [fields]."""
    some = examples(HELD_OUT, count)
    ids, keep, plan, said = tensors(some, words)
    stated = said > .5
    found, says = plans(model, [text for text, _, _ in some], 0, words)
    right = ((found == plan) & stated).sum(0) / stated.sum(0).clamp(min=1)
    logits, _ = model(ids, keep, plan)
    surprise = torch.stack([F.cross_entropy(each, plan[:, i], reduction="none") for i, each in enumerate(logits)], 1)
    return right, (says == stated).float().mean(0), (surprise * ~stated).sum(0) / (~stated).sum(0).clamp(min=1)


def report(model, words):
    right, says, surprise = evaluate(model, words)
    for i, name in enumerate(FIELDS):
        print(f"  {name}: {100 * right[i]:.1f} % of stated right, said {100 * says[i]:.1f} %, unstated {surprise[i]:.3f} nats", flush=True)


def train(args):
    run, words, rng = Run(TextTower, args.out, args.minutes, args.seed), Words(), torch.Generator().manual_seed(args.seed)
    for some, next_seed in batches(run.next_seed or TRAINED + args.seed * 100_000_000, args.batch or BATCH):
        run.next_seed = next_seed
        with torch.autocast("cpu", torch.bfloat16):
            fields, says = losses(run.model, *tensors(some, words, rng))
        line = run.step(fields.sum() + says * len(FIELDS), [fields.detach().sum(), says.detach()])
        if line:
            print(line, "nats (fields, said)", flush=True)
        if run.is_due():
            run.save()
            report(run.mean, words)
        if run.progress >= 1:
            return


if __name__ == "__main__":
    train(arguments(__doc__.splitlines()[0], "text.pt", 15, .2))
