"""Sets of captioned clips: python -m nano.data OUT --font FONT --count 700 --seed 1 --seconds 10 --jobs 1.

OUT/00000.npy holds a clip's stems, int16 [5 roles, samples] (SCALE is 1.0); OUT/clips.jsonl a line a clip: plan, tokens of the whole piece, `first` (the
clip's first frame of 8 ms in the piece; even), caption, seed. Clips are whole short pieces and excerpts of longer ones. The same seed gives the same clips
whatever the number of jobs; files that are there already are kept. Read a set with `clips`.
"""
import argparse
import json
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nano.compose import Composer, Piece
from nano.score import Plan, notes

SCALE = 16384           # of int16; stems may exceed 1
FRAME, RATE = .008, 24000
SHORT, LONG = (.72, 1.02), (2.0, 4.0)   # lengths of pieces, in clips
KINDS = {"whole": 6, "beginning": 5, "middle": 6, "end": 5}     # weights
FONT = "/usr/share/sounds/sf3/FluidR3Mono_GM.sf3"
RINGING = .5            # seconds heard after the end of a piece whose end is in the clip


@dataclass
class Clip:
    """One clip of a set. `notes` stand in seconds of the piece, of which the clip is `stems` from frame `first` on."""
    record: dict
    path: Path

    @cached_property
    def plan(self):
        return Plan(*self.record["plan"])

    @cached_property
    def tokens(self):
        return np.array(self.record["tokens"], np.int16)

    @cached_property
    def notes(self):
        return notes(self.plan, self.tokens)

    @property
    def first(self):
        return self.record["first"]

    @property
    def caption(self):
        return self.record["caption"]

    def stems(self):
        """float32 [5 roles, samples]; their sum is the mix."""
        return np.load(self.path).astype(np.float32) / SCALE


def clips(folder, count=None):
    """The clips of a set, in order; those whose sound is not there yet are left out."""
    found = []
    for line in (Path(folder) / "clips.jsonl").read_text().splitlines()[:count]:
        record = json.loads(line)
        path = Path(folder) / record["file"]
        if path.exists():
            found.append(Clip(record, path))
    return found


def piece_of(seed, seconds, style=None):
    """(Piece, first frame) of a clip."""
    rng = random.Random(f"clip:{seed}")
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    low, high = SHORT if kind == "whole" else LONG
    piece = Composer(seed, style, seconds * rng.uniform(low, high)).compose()
    spare = max(0.0, piece.seconds - seconds)
    offset = {"whole": 0.0, "beginning": 0.0, "middle": rng.uniform(0, spare), "end": min(spare + RINGING, piece.seconds)}[kind]
    return piece, 2 * round(offset / (2 * FRAME)) if spare else 0


def describe(index, args):
    """The line of clips.jsonl, without sound."""
    from nano.captions import caption
    seed = f"{args.seed}:{index}"
    piece, first = piece_of(seed, args.seconds, args.style)
    text, said = caption(piece, random.Random(f"caption:{seed}"))
    return {"file": f"{index:05d}.npy", "seed": seed, "caption": text, "said": [int(s) for s in said], "plan": piece.plan.ints(), "first": first,
            "form": piece.facts["form"], "tokens": piece.tokens.tolist()}


def start(font):
    """Loads the font once in each worker."""
    from nano.render import Renderer
    global renderer
    renderer = Renderer(font)


def render(task):
    record, folder, seconds = task
    path = folder / record["file"]
    if not path.exists():
        piece = Piece(Plan(*record["plan"]), np.array(record["tokens"], np.int16))
        stems = renderer.stems(piece, seconds, record["first"] * FRAME)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, np.clip(np.round(stems * SCALE), -32768, 32767).astype(np.int16))
        partial.rename(path)
    return record["file"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--font", default=FONT)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--style")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    records = [describe(i, args) for i in range(args.count)]
    (args.out / "clips.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    tasks = [(record, args.out, args.seconds) for record in records]
    with ProcessPoolExecutor(args.jobs, initializer=start, initargs=(args.font,)) as pool:
        for i, _ in enumerate(pool.map(render, tasks, chunksize=4), 1):
            if i % 100 == 0 or i == args.count:
                print(f"{i} of {args.count} clips", flush=True)


if __name__ == "__main__":
    main()
