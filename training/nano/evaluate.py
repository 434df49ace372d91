"""Measures generated clips against what their prompts state, beside real renders of the same facts.

    python -m nano.evaluate FOLDER --make 120 --seed 9                      # writes FOLDER/prompts.jsonl
    python -m nano.evaluate FOLDER --run "./vivace generate {prompt} --seconds 10 --seed {seed} -o {file}"
    python -m nano.evaluate RENDERS --compose FOLDER --seed 1 --font FONT    # real renders of the same facts
    python -m nano.evaluate FOLDER --renders RENDERS RENDERS2 --classifier classifier.pt --basic-pitch PYTHON

The last one prints the report and writes FOLDER/report.md. A line of prompts.jsonl holds file, prompt, seed and the facts that the prompt states (null: not
stated): bpm, key, mode, style, instruments. What a fact has no statement for is not counted. Slow measurements are kept in FOLDER/signals.json.
"""
import argparse
import json
import shlex
import subprocess
from pathlib import Path

import torch

from nano import captions, classifier, report
from nano.hearing import measure
from nano.rerender import rerender


def prompts(folder):
    path = Path(folder) / "prompts.jsonl"
    if not path.exists():
        raise SystemExit(f"{path} is missing: make it with --make 120, or copy that of another folder")
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_prompts(folder, rows):
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


# ---------------------------------------------------------------- making clips

def make(folder, count, seed):
    """The evaluation prompts, whose phrasings no training run draws."""
    write_prompts(folder, [{"file": f"{i:03d}.wav", "seed": i, **row} for i, row in enumerate(captions.eval_prompts(count, seed))])


def run(folder, command):
    """Runs the generator once for every prompt whose file is missing. {prompt}, {seed} and {file} of the command are filled in."""
    for row in prompts(folder):
        path = Path(folder) / row["file"]
        if not path.exists():
            values = {"prompt": row["prompt"], "seed": row["seed"], "file": str(path)}
            subprocess.run([word.format(**values) for word in shlex.split(command)], check=True)


# ---------------------------------------------------------------- command line

def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", type=int, metavar="COUNT", help="write this many evaluation prompts")
    parser.add_argument("--run", metavar="COMMAND", help="generate the missing clips with this command")
    parser.add_argument("--compose", type=Path, metavar="PROMPTS", help="compose and render the prompts of another folder into this one")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=10.)
    parser.add_argument("--font", type=Path)
    parser.add_argument("--renders", type=Path, nargs="+", default=[], help="folders of real renders of the same facts; two for the distance between renders")
    parser.add_argument("--classifier", type=Path)
    parser.add_argument("--basic-pitch", type=Path, metavar="PYTHON", help="interpreter that has basic-pitch")
    parser.add_argument("--pictures", nargs="*", metavar="FILE", help="draw mel spectrograms of these files into FOLDER")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    if args.make:
        return make(args.folder, args.make, args.seed)
    if args.compose:
        rows = prompts(args.compose)
        write_prompts(args.folder, rows)
        return rerender(args.folder, rows, args.seed, args.seconds, args.font)
    if args.run:
        return run(args.folder, args.run)
    if args.pictures is not None:
        return report.pictures(args.folder, {row["file"]: row["prompt"] for row in prompts(args.folder)}, args.pictures)
    net, about = classifier.load(args.classifier) if args.classifier else (None, None)
    sets = {}
    for folder in (args.folder, *args.renders):
        rows = [row for row in prompts(folder) if (folder / row["file"]).exists()]
        if not rows:
            raise SystemExit(f"{folder} has none of the clips that its prompts.jsonl names: make them with --run or --compose")
        sets[folder] = rows, measure(folder, rows, net, about, args.basic_pitch)
    text = report.write(sets, about)
    (args.folder / "report.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
