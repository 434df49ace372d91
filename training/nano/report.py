"""Writes the report of an evaluation: one table of all measures, one by style, one by instrument; and draws mel spectrograms."""
from pathlib import Path

import numpy as np

from nano import hearing, measures

REACH = {"tempo": .95, "tempo, exact": None, "key, basic-pitch": .85, "key, chroma": None, "instruments": .85, "style": .9}
FAULTS = ("clipped", "NaN", "DC", "silence", "loudness")


def mean(values):
    values = list(values)
    return float(np.mean(values)) if values else None


def show(value):
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(show(cell) for cell in line) + " |" for line in lines)


def scores(rows, heard, measure):
    """Verdicts on one measure of all clips for which the prompt states the fact."""
    each = [hearing.verdicts(row, clip) for row, clip in zip(rows, heard)]
    return [float(v[measure]) for v in each if measure in v]


def shuffled(rows, heard, measure, turns=(7, 23, 41)):
    """Mean score if every clip is judged by another clip's facts: what chance gives."""
    return mean(s for turn in turns for s in scores(rows[turn % len(rows):] + rows[:turn % len(rows)], heard, measure))


def overall(sets):
    (rows, heard), *others = sets.values()
    lines = []
    for measure, reach in REACH.items():
        values = scores(rows, heard, measure)
        lines.append([measure, "" if reach is None else f"≥ {reach:g}", mean(values), len(values), shuffled(rows, heard, measure)]
                     + [mean(scores(*other, measure)) for other in others])
    for word in FAULTS:
        lines.append([f"clips with a fault: {word}", "0", count(heard, word), len(heard), ""] + [count(h, word) for _, h in others])
    lines.append(["LUFS, lowest / mean / highest", "−23 … −14", lufs(heard), len(heard), ""] + [lufs(h) for _, h in others])
    return table(["measure", "reach", *names(sets)[:1], "clips", "facts of other clips", *names(sets)[1:]], lines)


def names(sets):
    return [Path(folder).name for folder in sets]


def count(heard, word):
    return sum(word in measures.faults(clip["health"]) for clip in heard)


def lufs(heard):
    values = [clip["health"]["loudness"] for clip in heard]
    return f"{min(values):.1f} / {np.mean(values):.1f} / {max(values):.1f}"


def distances(sets):
    """Fréchet distances to the last set (real renders), and how many times that of the renders among themselves."""
    folders = list(sets)
    if len(folders) < 2 or "features" not in sets[folders[0]][1][0]:
        return ""
    all_features = [hearing.features(heard) for _, heard in sets.values()]
    far = [measures.frechet(f, all_features[-1]) for f in all_features[:-1]]
    line = f"Fréchet distance to {folders[-1].name} in the classifier's features: " + ", ".join(f"{n} {d:.2f}" for n, d in zip(names(sets), far))
    return line + (f"; {far[0] / far[1]:.1f} times that between renders (reach: ≤ 3)." if len(far) > 1 else ".")


def by_style(sets):
    """One line a stated style: its scores, and those of the first renders in brackets."""
    (rows, heard), *others = sets.values()
    shown = [m for m in REACH if scores(rows, heard, m)]
    lines = []
    for style in sorted({row["style"] for row in rows if row.get("style")}):
        line = [style, sum(row.get("style") == style for row in rows)]
        for measure in shown:
            cells = [mean(scores(*of_style(s, style), measure)) for s in ((rows, heard), *others[:1])]
            line.append(show(cells[0]) + (f" ({show(cells[1])})" if others else ""))
        loud = [clip["health"]["loudness"] for clip in of_style((rows, heard), style)[1]]
        lines.append(line + [f"{np.mean(loud):.1f}"])
    return table(["style", "clips", *shown, "LUFS"], lines)


def of_style(pair, style):
    kept = [(row, clip) for row, clip in zip(*pair) if row.get("style") == style]
    return [row for row, _ in kept], [clip for _, clip in kept]


def by_instrument(sets):
    pairs = [hearing.found(*pair) for pair in sets.values()]
    lines = [[name, stated, *(f"{p[name][1] / p[name][0]:.2f}" if name in p else None for p in pairs)] for name, (stated, _) in sorted(pairs[0].items())]
    return table(["instrument", "stated", *names(sets)], lines)


def write(sets, about):
    """The report, markdown. sets: {folder: (prompts, what was heard)}, the judged folder first."""
    parts = [overall(sets), distances(sets)]
    if about:
        parts.append("The classifier on renders held out: " + ", ".join(f"{k} {show(v)}" for k, v in about["held_out"].items())
                     + f"; instruments with {about['false_alarms']:.0%} false alarms.")
    parts.append(by_style(sets))
    if about:
        parts.append(by_instrument(sets))
    return "\n\n".join(p for p in parts if p) + "\n"


# ---------------------------------------------------------------- pictures

def pictures(folder, prompts, files):
    """Mel spectrograms (128 bands, dB under the loudest) of files of a folder as PNG beside them; all files if none is named."""
    import librosa
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plot
    for name in files or prompts:
        audio = measures.load(Path(folder) / name)
        power = librosa.feature.melspectrogram(y=audio.astype(np.float32), sr=measures.SAMPLE_RATE, n_fft=2048, hop_length=240, n_mels=128, fmin=30)
        figure, axes = plot.subplots(figsize=(10, 3.2), layout="constrained")
        axes.imshow(librosa.power_to_db(power, ref=np.max, top_db=70), origin="lower", aspect="auto", cmap="magma",
                    extent=(0, audio.size / measures.SAMPLE_RATE, 0, 128))
        bands = librosa.mel_frequencies(128, fmin=30, fmax=12000)
        ticks = (60, 125, 250, 500, 1000, 2000, 4000, 8000)
        axes.set_yticks(np.interp(ticks, bands, np.arange(128)), [f"{t} Hz" for t in ticks], fontsize=7)
        axes.set_xlabel("seconds", fontsize=8)
        axes.set_title(prompts.get(name, name), fontsize=9)
        figure.savefig((Path(folder) / name).with_suffix(".png"), dpi=80)
        plot.close(figure)
