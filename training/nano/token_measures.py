"""What can be told of pieces from their plans and tokens alone, to compare what the language model writes with what the composer makes."""
from collections import defaultdict

import numpy as np

from nano.score import ARP, DRUM_SETS, DRUM_SETS_MAX, HARMONY, ONSET, QUALITIES, QUALITY, STRIKE
from nano.styles import FIELDS, MODES, NAMES, ROLES, STYLES

BACK = (1, 2, 4, 8)


def split(plan, tokens):
    """Chord, bass, melody events and drum masks, each [bars, steps]."""
    tokens = np.asarray(tokens)[:, :STYLES[NAMES[plan[0]]].steps].astype(np.int64)
    harmony, drums = np.array(HARMONY)[tokens[..., 0]], np.array(DRUM_SETS)[tokens[..., 1] % DRUM_SETS_MAX]
    return harmony[..., 0], harmony[..., 1], tokens[..., 1] // DRUM_SETS_MAX, drums


def repeats(rows):
    """Share of bars that equal the bar before, and of those that equal the bar 1, 2, 4 or 8 before."""
    same = [[b >= k and bool((rows[b] == rows[b - k]).all()) for k in BACK] for b in range(1, len(rows))]
    return [s[0] for s in same], [any(s) for s in same]


def measure(plan, tokens):
    """Lists of numbers by name, of one piece; means over many pieces are what counts. plan [fields] ints, tokens [bars, STEPS, 2]."""
    chord, bass, melody, drums = split(plan, tokens)
    scale, out, has = np.isin(np.arange(12), MODES[list(MODES)[plan[1]]]), defaultdict(list), {role: plan[FIELDS.index(role)] != 0 for role in ROLES}
    struck = chord[chord >= STRIKE] - STRIKE
    classes = [(root + i) % 12 for root, q in zip(*divmod(struck, len(QUALITY))) for i in QUALITIES[QUALITY[q]]]
    out["in scale: chord tones"] = list(scale[classes]) if classes else []
    onsets = {"bass": bass[bass >= ONSET] - ONSET, "melody": melody[melody >= ONSET] - ONSET}
    for role in onsets:
        if has[role]:
            out[f"in scale: {role}"] = list(scale[onsets[role] % 12])
    out["chord changes a bar"] = [np.count_nonzero(np.diff(struck)) / len(chord)]
    counts = {"bass": len(onsets["bass"]), "chords": len(struck), "arp": np.count_nonzero((chord >= ARP) & (chord < STRIKE)) + len(struck) * has["arp"],
              "melody": len(onsets["melody"]), "kit": np.count_nonzero(drums)}
    for role, count in counts.items():
        if has[role]:
            out[f"events a bar: {role}"] = [count / len(chord)]
            out["planned roles that are silent"].append(count == 0)
        elif role not in ("chords", "arp"):
            out["unplanned roles that sound"].append(count > 0)
    for role, rows in (("kit", drums), ("melody", melody), ("bass", bass), ("chords", chord)):
        if has[role]:
            out[f"bar repeats the one before: {role}"], out[f"bar repeats one of 1, 2, 4, 8 before: {role}"] = repeats(rows)
    if has["melody"] and len(onsets["melody"]) > 1:
        steps = np.abs(np.diff(onsets["melody"]))
        out["melody moves: at most a third"], out["melody moves: beyond an octave"] = list(steps <= 4), list(steps > 12)
        out["melody height"] = list(onsets["melody"])
    out["ends on the tonic: chord"] = [bool(len(struck)) and struck[-1] // len(QUALITY) == 0]
    if has["bass"]:
        out["ends on the tonic: bass"] = [bool(len(onsets["bass"])) and onsets["bass"][-1] % 12 == 0]
    return out


def compare(*groups):
    """Each group a list of (plan, tokens): rows (name, mean of each group)."""
    tables = []
    for group in groups:
        table = defaultdict(list)
        for plan, tokens in group:
            for name, values in measure(plan, tokens).items():
                table[name] += [float(v) for v in values]
        tables.append(table)
    names = dict.fromkeys(name for table in tables for name in table)
    return [(name, *(float(np.mean(table[name])) if table.get(name) else float("nan") for table in tables)) for name in names]
