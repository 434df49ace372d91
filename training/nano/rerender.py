"""Real renders of what prompts state, to see how far the measures reach: the rest of each plan is drawn by the composer."""
from pathlib import Path

import numpy as np
import soundfile

from nano.compose import Composer
from nano.networks import SAMPLE_RATE
from nano.render import Renderer
from nano.styles import NAMES

LIMIT, ROOM = .6, .29       # of the last limiter: what is above LIMIT bends into ROOM


def limit(audio):
    """What generated sound goes through at the very end, too."""
    over = np.abs(audio) - LIMIT
    return np.where(over > 0, np.sign(audio) * (LIMIT + ROOM * np.tanh(over / ROOM)), audio)


def rerender(folder, rows, seed, seconds, font):
    """Writes a WAV for every prompt into the folder of their names; files that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    renderer = None
    for row in rows:
        path = Path(folder) / row["file"]
        if not path.exists():
            renderer = renderer or Renderer(font)
            fixed = dict(row["fixed"])
            style = NAMES[fixed.pop("style")] if "style" in fixed else None
            piece = Composer(f"rerender:{seed}:{row['file']}", style, seconds, **fixed).compose()
            soundfile.write(path, limit(renderer.stems(piece, seconds).sum(0)), SAMPLE_RATE, "PCM_16")
