"""Transcribes every WAV of a folder with basic-pitch: PYTHON transcribe.py FOLDER [--threads 1].

A script of its own, run by an interpreter that has basic-pitch (`pip install basic-pitch`, Python 3.11); it imports nothing of this package.
Writes FOLDER/transcriptions.json: {file name: {"stamp": [bytes, modification time in ns], "notes": [[start s, end s, MIDI pitch], ...]}}.
"""
import argparse
import json
import os
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    store = args.folder / "transcriptions.json"
    known = json.loads(store.read_text()) if store.exists() else {}
    stamps = {p.name: [p.stat().st_size, p.stat().st_mtime_ns] for p in sorted(args.folder.glob("*.wav"))}
    known = {name: entry for name, entry in known.items() if stamps.get(name) == entry["stamp"]}
    missing = [name for name in stamps if name not in known]
    if missing:
        transcribe = transcriber(args.threads)
        for name in missing:
            known[name] = {"stamp": stamps[name], "notes": transcribe(args.folder / name)}
    store.write_text(json.dumps(known))


def transcriber(threads):
    """A function from a path to notes; TensorFlow is loaded here, so that a folder that is done costs nothing."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import contextlib
    import io

    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    from basic_pitch import ICASSP_2022_MODEL_PATH
    from basic_pitch.inference import Model, predict
    model = Model(ICASSP_2022_MODEL_PATH)

    def transcribe(path):
        with contextlib.redirect_stdout(io.StringIO()):     # it prints a line a file
            events = predict(path, model)[2]
        return [[round(float(e[0]), 4), round(float(e[1]), 4), int(e[2])] for e in events]

    return transcribe


if __name__ == "__main__":
    main()
