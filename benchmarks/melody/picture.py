"""Draws errors over steps from what solvers.py wrote: python picture.py RESULTS.json OUT.svg"""
import json
import math
import sys

LINES = (("first linear", "first order (the paper)", "#888888"), ("data2m linear", "DPM-Solver++(2M)", "#c07020"),
         ("trigonometric linear", "second order, on a circle", "#3070c0"), ("adams linear", "second order, straight", "#208040"))
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 360, 60, 30, 40
STEPS = (3, 5, 8, 10, 20)


def x(steps):
    return LEFT + (math.log(steps) - math.log(3)) / math.log(20 / 3) * (WIDTH - LEFT - 210)


def y(error):
    return TOP + (math.log10(0.6) - math.log10(error)) / (math.log10(0.6) - math.log10(0.004)) * (HEIGHT - TOP - BOTTOM)


def main():
    table = json.load(open(sys.argv[1]))["2.5"]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="18">Distance to 1000 steps of first order, guidance 2.5</text>']
    for error in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005):
        out.append(f'<path d="M{LEFT} {y(error):.1f}H{x(20):.1f}" stroke="#dddddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(error) + 4:.1f}" text-anchor="end">{100 * error:g} %</text>')
    for steps in STEPS:
        out.append(f'<text x="{x(steps):.1f}" y="{HEIGHT - 20}" text-anchor="middle">{steps}</text>')
    out.append(f'<text x="{x(8):.1f}" y="{HEIGHT - 4}" text-anchor="middle">steps, as many network evaluations</text>')
    for name, label, colour in LINES:
        points = [(x(s), y(table[name][str(s)][0])) for s in STEPS]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        out.append(f'<text x="{points[-1][0] + 8:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{label}</text>')
    open(sys.argv[2], "w").write("\n".join(out + ["</svg>", ""]))


if __name__ == "__main__":
    main()
