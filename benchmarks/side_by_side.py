#!/usr/bin/env python3
"""Times Vivace and what a user would run instead, in turn, on the same full-size random weights.

    python side_by_side.py --peers DIR [--work DIR] [--pairs 5] [--only ROW] [--out results/NAME.md]

DIR holds peer.py and onnx_musicgen_step.py (which need torch and transformers). JAVA_HOME names a JDK 25. The weights are
written once by `peer.py … --save`, converted with ./vivace, and kept in the work folder. Every row is a series of
pairs peer, ours, peer, ours …; what counts is the median of the ratios, since the speed of a shared machine drifts.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VIVACE = os.path.join(ROOT, "vivace")
TOKENIZER = os.path.join(ROOT, "golden", "musicgen", "pipeline", "checkpoint")  # any vocabulary does for random weights

# row: (what, model file, our part, peer's arguments, target ratio or None)
ROWS = {
    "step-int8": ("decoder step, batch 2, int8 weights against PyTorch float32", "musicgen-int8", "step", "step", 0.6),
    "step-bf16": ("decoder step, batch 2, bf16 weights against PyTorch float32", "musicgen-bf16", "step", "step", None),
    "step-f32": ("decoder step, batch 2, float32 against PyTorch float32", "musicgen-f32", "step", "step", None),
    "t5": ("T5-base, 32 tokens, float32", "musicgen-f32", "t5", "t5-base", 1.5),
    "encodec": ("EnCodec 32 kHz, decode 5 s, float32", "musicgen-f32", "encodec", "encodec-32k", 1.5),
    "second-int8": ("prompt to 1 s of sound, int8 against PyTorch float32", "musicgen-int8", "second", "musicgen-small", None),
    "simba": ("SSM-TTM's step with embedding and draw, batch 2, float32, against PyTorch's layers alone", "ssm-f32", "step", "simba-step", 0.4),
    "second-f32": ("prompt to 1 s of sound, float32", "musicgen-f32", "second", "musicgen-small", None),
}


def java(*arguments):
    """What our own class measures in a JVM of its own."""
    lib = os.path.join(ROOT, "benchmarks", "target", "lib")
    paths = [os.path.join(ROOT, "benchmarks", "target", "classes")] + [os.path.join(lib, jar) for jar in sorted(os.listdir(lib))]
    home = os.environ["JAVA_HOME"]
    command = [os.path.join(home, "bin", "java"), "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector",
               "--enable-native-access=ALL-UNNAMED", "-XX:MaxRAMPercentage=70", "-cp", os.pathsep.join(paths),
               "io.vivace.benchmarks.PartTimes", *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)


def peer(args, what, runs):
    """Median milliseconds of one call of the peer."""
    if what == "step":  # its first line is PyTorch; what follows exports to ONNX and takes minutes
        script = os.path.join(args.peers, "onnx_musicgen_step.py")
        process = subprocess.Popen([sys.executable, script, "--runs", str(3 * runs), "--work", args.work], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        line = process.stdout.readline()
        process.kill()
        process.wait()
    else:
        line = subprocess.run([sys.executable, os.path.join(args.peers, "peer.py"), what, "--runs", str(runs)], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return json.loads(line)["median_ms"]


def prepare(args):
    """The weights as transformers saves them, and our files made from them; returns conversion figures."""
    source = os.path.join(args.work, "musicgen-small")
    if not os.path.isdir(source):
        subprocess.run([sys.executable, os.path.join(args.peers, "peer.py"), "musicgen-small", "--runs", "1", "--save", source], check=True)
    for name in os.listdir(TOKENIZER):
        if name.startswith("tokenizer"):
            shutil.copy(os.path.join(TOKENIZER, name), source)
    size = sum(os.path.getsize(os.path.join(source, n)) for n in os.listdir(source))
    rows = []
    for dtype in ("f32", "bf16", "int8"):
        target = os.path.join(args.work, f"musicgen-{dtype}.viv")
        start = time.perf_counter()
        subprocess.run([VIVACE, "convert", source, "-o", target, "--dtype", dtype, "--force", "--quiet"], check=True)
        rows.append((dtype, size / 1e6 / (time.perf_counter() - start)))
    return rows


def prepare_ssm(args):
    """SSM-TTM's full size with random weights."""
    source = os.path.join(args.work, "ssm")
    subprocess.run([sys.executable, os.path.join(HERE, "ssm_checkpoint.py"), source], check=True)
    subprocess.run([VIVACE, "convert", source, "--codec", os.path.join(source, "dac_44khz"), "-o", os.path.join(args.work, "ssm-f32.viv"), "--force", "--quiet"],
                   check=True)
    os.remove(os.path.join(source, "simba.ckpt"))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--peers", required=True)
    p.add_argument("--work", default=os.path.join(ROOT, "benchmarks", "target", "work"))
    p.add_argument("--pairs", type=int, default=5)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--only", choices=ROWS)
    p.add_argument("--out", default=os.path.join(HERE, "results", "side-by-side.md"))
    args = p.parse_args()
    os.makedirs(args.work, exist_ok=True)
    lines = ["| what | ours, ms | peer, ms | ratio, median (min to max) | to reach |", "|---|---|---|---|---|"]
    if "JAVA_HOME" not in os.environ or not os.path.isdir(os.path.join(ROOT, "benchmarks", "target", "classes")):
        sys.exit("Set JAVA_HOME to a JDK 25 and build first: ./mvnw -Dmaven.test.skip package")
    conversion = prepare(args) if args.only != "simba" else []
    if args.only in (None, "simba"):
        prepare_ssm(args)
    for name, (what, model, part, other, target) in ROWS.items():
        if args.only not in (None, name):
            continue
        ours, theirs = [], []
        for _ in range(args.pairs):
            theirs.append(peer(args, other, args.runs))
            ours.append(java(os.path.join(args.work, model + ".viv"), part, str(args.runs))["median_ms"])
        ratios = sorted(a / b for a, b in zip(ours, theirs))
        lines.append(f"| {what} | {statistics.median(ours):.1f} | {statistics.median(theirs):.1f} | {statistics.median(ratios):.2f} "
                     f"({ratios[0]:.2f} to {ratios[-1]:.2f}) | {'' if target is None else f'≤ {target}'} |")
        print(lines[-1], flush=True)
    lines += ["", "Conversion, whole process, from the page cache or the disk as it comes: "
              + ", ".join(f"{dtype} {rate:.0f} MB/s" for dtype, rate in conversion) + "."]
    with open(args.out, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
