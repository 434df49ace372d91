"""Makes the reference cases in golden/nano: what the networks of networks.py and the score of score.py give on small random weights.

`python -m nano.cases --out ../golden/nano`. A case is a folder as docs/parity.md describes it.
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from nano import compose, export, networks, score, train_lm
from nano.captions import examples
from nano.words import Words, build

CODES = 64      # tokens of a stream of the small language model
PROMPTS = ("slow jazz trio in D minor, 75 bpm, with brushed drums", "", "Ünïcode & wörds: ♫ 日本 — TECHNO!! 125bpm", "very " * 60 + "long")


def case(out, name, kind, what, tensors, params=None):
    folder = out / name
    head = {"area": "nano", "case": name, "what": what, "source": f"training/nano/cases.py; torch {torch.__version__.split('+')[0]}", "kind": kind,
            "params": params or {}, "tolerance": {"rel_l2": 1e-4}}
    (folder / "case.json").write_text(json.dumps(head, indent=2, ensure_ascii=False) + "\n")
    save_file({key: torch.as_tensor(value).contiguous() for key, value in tensors.items()}, folder / "io.safetensors")


def shaken(module, seed):
    """Every parameter random, so that norms and biases count too."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in module.named_parameters():
        scale = 1.5 / p.shape[-1] ** .5 if p.ndim > 1 else .1
        p.data = torch.randn(p.shape, generator=generator) * scale + (1. if "norm" in name else 0.)
    return module.eval()


def random_plans(rng, count):
    """Plans with every metre."""
    plans = [plan for _, plan, _ in examples(rng.randrange(1 << 20), 8 * count)]
    plans.sort(key=lambda plan: score.Plan(*plan).table.steps)
    return plans[:count // 2] + plans[-(count - count // 2):]


def text(out):
    pieces = build([text for text, _, _ in examples(1, 500)], 400)
    tower = shaken(networks.TextTower(networks.TextConfig(words=len(pieces), length=24, width=16, heads=2, layers=2, hidden=24, cell=12, link=6)), 1)
    export.write(out / "text" / "checkpoint", {"text": tower}, export.tables(), pieces)
    words, tensors, plans = Words(pieces), {}, torch.tensor(random_plans(random.Random(1), len(PROMPTS)))
    logits = [[] for _ in networks.FIELDS]
    said = []
    for i, prompt in enumerate(PROMPTS):
        ids = torch.tensor([words.encode(prompt)[:tower.config.length]])
        each, says = tower(ids, torch.ones_like(ids, dtype=torch.bool), plans[i:i + 1])
        tensors[f"out.ids.{i}"] = ids[0]
        said.append(says)
        for field, values in zip(logits, each):
            field.append(values)
    tensors |= {"in.plans": plans, "out.said": torch.cat(said)}
    tensors |= {f"out.logits.{name}": torch.cat(field) for name, field in zip(networks.FIELDS, logits)}
    case(out, "text", "text", "Prompts to word pieces, and the scores of given plans' fields.", tensors, {"prompts": list(PROMPTS)})


def small_lm(seed):
    """A language model of few codes, whose window is soon full."""
    networks.STREAM_CODES, networks.NONE = (CODES, CODES), CODES
    train_lm.NONE = CODES
    sizes = networks.LmConfig(width=16, heads=2, layers=2, hidden=24, field=4, link=6, cell=12, bars=8, from_start=12, to_end=5)
    config = export.tables()
    return shaken(networks.BarLm(sizes), seed), {**config, "harmony": config["harmony"][:CODES], "drum_sets": config["drum_sets"][:32]}


def bars_of(rng, plans, count):
    bars = torch.tensor(np.array([[[[rng.randrange(CODES) for _ in range(2)] for _ in range(networks.STEPS)] for _ in range(count)] for _ in plans]))
    for i, plan in enumerate(plans):
        bars[i, :, score.Plan(*plan).table.steps:] = 0
    return bars


def lm(out):
    rng, (model, config) = random.Random(2), small_lm(2)
    plans = random_plans(rng, 4)
    export.write(out / "lm-logits" / "checkpoint", {"lm": model}, config)
    bars, totals = bars_of(rng, plans, 5), torch.tensor([5, 9, 30, 13])
    logits = model(torch.tensor(plans), bars, torch.zeros(4, dtype=torch.long), totals)
    case(out, "lm-logits", "lm-logits", "Scores of given bars' tokens, in triple and common time.",
         {"in.plans": torch.tensor(plans), "in.bars": bars, "in.totals": totals, "out.logits.0": logits[0], "out.logits.1": logits[1]})

    export.write(out / "lm-generate" / "checkpoint", {"lm": model}, config)
    totals = [21, 5, 18, 21]
    written = train_lm.write(model, plans, totals, top_k=1)
    tensors = {f"out.bars.{i}": torch.from_numpy(each.astype(np.int64)) for i, each in enumerate(written)}
    case(out, "lm-generate", "lm-generate", "The likeliest bars, in windows of eight, as one batch of pieces of several lengths.",
         {"in.plans": torch.tensor(plans), "in.totals": torch.tensor(totals), **tensors})


def notes(out):
    """Composed pieces of every style."""
    tower = shaken(networks.TextTower(networks.TextConfig(words=8, width=4, heads=1, layers=0, hidden=4, cell=4, link=4)), 3)
    export.write(out / "score" / "checkpoint", {"text": tower}, export.tables())
    tensors = {}
    for i, style in enumerate(score.NAMES):
        piece = compose.Composer(i, style=style, seconds=12).compose()
        played = score.notes(piece.plan, piece.tokens)
        tensors[f"in.plan.{i}"] = torch.tensor(piece.plan.ints())
        tensors[f"in.bars.{i}"] = torch.tensor(np.asarray(piece.tokens).astype(np.int64))
        tensors[f"out.pitches.{i}"] = torch.tensor([[score.ROLES.index(n.role), n.pitch] for n in played])
        tensors[f"out.times.{i}"] = torch.tensor([[n.start, n.end] for n in played], dtype=torch.float32)
    case(out, "score", "score", "Composed pieces of every style as notes: role and pitch, start and end in seconds.", tensors, {"pieces": len(score.NAMES)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("../golden/nano"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    with torch.no_grad():
        for make in (text, notes, lm):
            make(args.out)


if __name__ == "__main__":
    main()
