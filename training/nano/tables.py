"""Counts which pairs of events and which drum sets the composer writes, and stores the commonest: python -m nano.tables [--count 6000]."""
import argparse
import json
from collections import Counter

from nano.compose import Composer
from nano.score import DRUM_SETS_MAX, TABLES

HARMONY_MAX = 1024


def count(pieces, seed):
    harmony, drums = Counter(), Counter()
    for i in range(pieces):
        composer = Composer(f"tables:{seed}:{i}", seconds=(10, 20, 30)[i % 3])
        composer.events()
        for row in zip(composer.chord_events.flat, composer.bass_events.flat):
            harmony[tuple(map(int, row))] += 1
        drums.update(map(int, composer.masks.flat))
    return harmony, drums


def commonest(counter, first, limit):
    """The `limit` commonest keys, ordered by value, `first` in front."""
    keys = sorted(counter, key=lambda k: (-counter[k], k))
    return [first] + sorted(k for k in keys[:limit] if k != first)[:limit - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    harmony, drums = count(args.count, args.seed)
    rows, sets = commonest(harmony, (0, 0), HARMONY_MAX), commonest(drums, 0, DRUM_SETS_MAX)
    TABLES.write_text(json.dumps({"harmony": rows, "drum_sets": sets}, separators=(",", ":")).replace("],[", "],\n[") + "\n")
    for name, counter, kept in (("harmony", harmony, rows), ("drums", drums, sets)):
        print(f"{name}: {len(counter)} seen, {len(kept)} kept, {sum(counter[k] for k in kept) / counter.total():.5f} of the steps")


if __name__ == "__main__":
    main()
