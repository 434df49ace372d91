"""Compares solvers for MeLoDy's angle schedule on a trained network: distance to many small steps, and what guidance on part of the steps costs.

    python solvers.py MAKE CHECKPOINT [OUT.json]

CHECKPOINT is one of train_small.py. Every solver here is a way to go from (z, v) at an angle to z at the next, given what the step before left behind;
first and adams are io.vivace.model.melody.FirstOrder and SecondOrder, the others were candidates.
"""
import json
import math
import sys

import torch

sys.path.insert(0, sys.argv[1])
import melody_torch as mt
from train_small import tokens as draw_tokens


def first(z, v, angle, width, memory):
    return math.cos(width) * z - math.sin(width) * v, None


def trigonometric(z, v, angle, width, memory):
    """x'' + x = g, where x goes on a circle if g is 0; g from the last two velocities."""
    if memory is None:
        return first(z, v, angle, width, None)[0], (v, width)
    before, last = memory
    share = (1 - math.cos(width)) / math.sin(last)
    return z - (math.sin(width) + share * math.cos(last)) * v + share * before, (v, width)


def adams(z, v, angle, width, memory):
    """Adams and Bashforth's second formula for uneven steps."""
    if memory is None:
        return z - width * v, (v, width)
    before, last = memory
    slope = (v - before) / last
    return z - width * v - width ** 2 / 2 * slope, (v, width)


def data2m(z, v, angle, width, memory):
    """DPM-Solver++(2M): latents linear in the logarithm of the signal's strength. That is infinite at both ends: the first two
    steps and the last are of first order."""
    data = math.cos(angle) * z - math.sin(angle) * v
    log = lambda a: -math.log(math.tan(a))
    end, wanted = angle - width, data
    if memory is not None and end > 1e-9:
        before, last = memory
        h, h_last = log(end) - log(angle), log(angle) - (log(last) if last < math.pi / 2 - 1e-9 else -math.inf)
        wanted = data + h / (2 * h_last) * (data - before)
    # From data and angle: noise is what is left of z.
    noise = (z - math.cos(angle) * data) / math.sin(angle)
    out = math.sin(end) / math.sin(angle) * z + math.sin(width) / math.sin(angle) * wanted
    return (out if memory is not None and end > 1e-9 else math.cos(end) * data + math.sin(end) * noise), (data, angle)


def data_linear(z, v, angle, width, memory):
    """Latents linear in the angle, integrated exactly: x / sin has the derivative -latents / sin^2."""
    data = math.cos(angle) * z - math.sin(angle) * v
    end = max(angle - width, 0.0)
    if memory is None:
        return first(z, v, angle, width, None)[0], (data, angle)
    before, last = memory
    slope = (data - before) / (angle - last)
    if end < 1e-9:
        return data - angle * slope, (data, angle)
    # The integral of (phi - angle) / sin^2 phi from end to angle.
    moment = -(end - angle) * -(math.cos(end) / math.sin(end)) + math.log(math.sin(angle) / math.sin(end))
    return math.sin(end) / math.sin(angle) * z + math.sin(width) / math.sin(angle) * data + math.sin(end) * moment * slope, (data, angle)


SOLVERS = {"first": first, "trigonometric": trigonometric, "adams": adams, "data2m": data2m, "data_linear": data_linear}


def walk(net, noise, tokens, steps, guidance, solver, interval=(0, 1), schedule="linear"):
    """Returns the latents and the rows that the network was evaluated for."""
    widths, z, memory, rows = mt.angle_steps(steps, schedule).tolist(), noise, None, 0
    angle = sum(widths)
    for i, width in enumerate(reversed(widths)):
        guided = guidance != 1 and interval[0] * steps <= i < interval[1] * steps
        v = net.guided(z, torch.full(z.shape[:2], angle), tokens, guidance if guided else 1)
        rows += 2 if guided else 1
        z, memory = SOLVERS[solver](z, v, angle, width, memory)
        angle -= width
    return z, rows


@torch.inference_mode()
def main():
    torch.set_num_threads(1)
    net = mt.Melody.load(sys.argv[2]).diffusion
    generator = torch.Generator().manual_seed(99)
    noise, tokens = torch.randn(2, 128, 8, generator=generator), draw_tokens(2, generator)
    rms = lambda x: float(x.pow(2).mean().sqrt())
    result = {}
    for guidance in (1.0, 2.5):
        many = walk(net, noise, tokens, 1000, guidance, "first")[0]
        hundred = walk(net, noise, tokens, 100, guidance, "first")[0]
        table = {"rms": rms(many), "hundred to thousand": rms(hundred - many) / rms(many)}
        print("guidance", guidance, table, flush=True)
        for solver in SOLVERS:
            for schedule in ("linear", "uniform"):
                table[f"{solver} {schedule}"] = row = {}
                for steps in (3, 5, 8, 10, 20):
                    z = walk(net, noise, tokens, steps, guidance, solver, schedule=schedule)[0]
                    row[steps] = rms(z - many) / rms(many), rms(z - hundred) / rms(hundred)
                print(f"{solver:14s} {schedule:8s}", "  ".join(f"{s}: {a:.4f} ({b:.4f})" for s, (a, b) in row.items()), flush=True)
        if guidance != 1:
            for steps in (10, 20):
                full = walk(net, noise, tokens, steps, guidance, "adams")[0]
                for interval in ((0, 1), (0, 0.8), (0.2, 1), (0, 0.6), (0.2, 0.8), (0.4, 1), (0, 0.4), (0, 0)):
                    z, rows = walk(net, noise, tokens, steps, guidance, "adams", interval)
                    table[f"interval {interval} {steps}"] = rows, rms(z - many) / rms(many), rms(z - full) / rms(full)
                    print("interval", interval, steps, "steps", rows, "rows", table[f"interval {interval} {steps}"], flush=True)
        result[guidance] = table
    if len(sys.argv) > 3:
        json.dump(result, open(sys.argv[3], "w"), indent=1)


if __name__ == "__main__":
    main()
