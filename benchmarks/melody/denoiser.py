"""One evaluation of MeLoDy's diffusion network in PyTorch and in Vivace, in turn, batch 1, float32, the same random weights.

    python denoiser.py MAKE CHECKPOINT MODEL.viv [FRAMES] [GUIDANCE] [ROUNDS] [THREADS]

MAKE is the folder with melody_torch.py; MODEL.viv is the converted checkpoint; JAVA names the JVM. Beside the clock's time stands the processor's, which
others on the machine disturb less.
"""
import json
import os
import subprocess
import sys
import time

import torch

sys.path.insert(0, sys.argv[1])
import melody_torch as mt


def vivace(model, frames, guidance, threads):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    out = subprocess.run([os.environ.get("JAVA", "java"), "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Xmx6g", "-cp",
                          f"{root}/benchmarks/target/classes:{root}/benchmarks/target/lib/*", "io.vivace.benchmarks.DenoiserTimes", model, str(frames),
                          str(guidance), "2", str(threads)], stdout=subprocess.PIPE, text=True, check=True).stdout
    times = json.loads(out)
    return times["min_s"], times["processor_s"]


def pytorch(net, frames, guidance):
    x, angle = torch.randn(1, frames, net.config["latent_channels"]), torch.full((1, frames), 1.0)
    tokens = torch.arange(-(-frames // net.semantic["frames_per_token"]))[None] * 37 % net.semantic["tokens"]
    times = []
    for _ in range(3):
        start, processor = time.perf_counter(), time.process_time()
        net.guided(x, angle, tokens, guidance)
        times.append((time.perf_counter() - start, time.process_time() - processor))
    return min(t for t, _ in times[1:]), sum(p for _, p in times[1:]) / 2


@torch.inference_mode()
def main():
    frames, guidance, rounds, threads = (kind(text) for kind, text in zip((int, float, int, int), sys.argv[4:] + ["500", "1", "1", "2"][len(sys.argv) - 4:]))
    torch.set_num_threads(threads)
    net = mt.Melody.load(sys.argv[2]).diffusion
    for _ in range(rounds):
        for name, run in (("PyTorch", lambda: pytorch(net, frames, guidance)), ("Vivace", lambda: vivace(sys.argv[3], frames, guidance, threads))):
            wall, processor = run()
            print(f"{name:8s} {frames} frames, guidance {guidance}, {threads} threads: {wall:.2f} s, processor {processor:.2f} s", flush=True)


if __name__ == "__main__":
    main()
