"""What is heard in clips, and whether it is what their prompts state."""
import json
from pathlib import Path

import numpy as np
import torch

from nano import classifier, measures
from nano.mixtures import mel_power
from nano.styles import INDEX, KEYS, NAMES


def signals(folder, rows):
    """Tempo, chroma and health of every file, from FOLDER/signals.json where that is up to date."""
    store, folder = Path(folder) / "signals.json", Path(folder)
    known = json.loads(store.read_text()) if store.exists() else {}
    for row in rows:
        path = folder / row["file"]
        stamp = [path.stat().st_size, path.stat().st_mtime_ns]
        if known.get(row["file"], {}).get("stamp") != stamp:
            audio = measures.load(path)
            health = measures.health(audio)
            audio = np.nan_to_num(audio, nan=0., posinf=0., neginf=0.)
            known[row["file"]] = {"stamp": stamp, "tempo": measures.tempo(audio), "chroma": measures.chroma(audio).tolist(), "health": health}
    store.write_text(json.dumps(known))
    return [known[row["file"]] for row in rows]


def measure(folder, rows, net=None, about=None, python=None):
    """What is heard in every clip, as dictionaries: tempo, chroma, health; with a classifier styles, instruments, features; with basic-pitch notes (chroma)."""
    heard = [dict(signal) for signal in signals(folder, rows)]
    notes = measures.transcriptions(folder, python, torch.get_num_threads()) if python else {}
    for row, clip in zip(rows, heard):
        if net:
            audio = np.nan_to_num(measures.load(Path(folder) / row["file"]))
            clip["styles"], probabilities, clip["features"] = classifier.judge(net, mel_power(audio))
            clip["instruments"] = probabilities > about["thresholds"]
        if python:
            clip["notes"] = measures.chroma_of_notes(notes[row["file"]])
    return heard


def key_of(row):
    return KEYS.index(row["key"]) if row.get("key") is not None and row.get("mode") is not None else None


def verdicts(row, clip):
    """Of one clip: {measure: right or not}, or a share for the instruments; only for what the prompt states and what was measured."""
    out = {}
    if row.get("bpm"):
        out["tempo"] = measures.tempo_is(clip["tempo"], row["bpm"])
        out["tempo, exact"] = measures.tempo_is(clip["tempo"], row["bpm"], (1,))
    if (key := key_of(row)) is not None:
        if "notes" in clip:
            out["key, basic-pitch"] = measures.key_wins(clip["notes"], key, row["mode"])
        out["key, chroma"] = measures.key_wins(np.array(clip["chroma"]), key, row["mode"], triad=.5)
    if "instruments" in clip and row.get("instruments"):
        out["instruments"] = float(np.mean([clip["instruments"][INDEX[name]] for name in row["instruments"]]))
    if "styles" in clip and row.get("style"):
        out["style"] = NAMES[int(clip["styles"].argmax())] == row["style"]
    return out


def found(rows, heard):
    """{instrument: (times stated, times heard)} of the stated ones."""
    counts = {}
    for row, clip in zip(rows, heard):
        for name in row.get("instruments") or ():
            stated, there = counts.get(name, (0, 0))
            counts[name] = stated + 1, there + int(clip["instruments"][INDEX[name]])
    return counts


def features(heard):
    return np.concatenate([clip["features"] for clip in heard])
