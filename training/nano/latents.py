"""Latents, scores and instruments of a set of clips, laid beside it once, so that training only reads: python -m nano.latents CLIPS CODEC OUT."""
import argparse
from pathlib import Path

import numpy as np
import torch

from nano.codec import Components, energies
from nano.data import clips
from nano.diffusion import SEGMENT
from nano.features import features
from nano.networks import FEATURES, HOP, LATENT, ROLES

UNSEEN = 24     # the last clips of a set, never trained on; of small sets a quarter


class Latents:
    """latents [clips, frames, LATENT], scores [clips, frames, 2 FEATURES] (half precision, read from the disk as needed), programs [clips, ROLES]."""

    def __init__(self, folder):
        self.latents, self.scores = (np.load(folder / f"{name}.npy", mmap_mode="c") for name in ("latents", "scores"))
        self.programs = torch.from_numpy(np.load(folder / "programs.npy"))
        self.count, self.frames = self.latents.shape[0], self.latents.shape[1] // SEGMENT * SEGMENT
        self.trained = self.count - min(UNSEEN, self.count // 4)

    def crop(self, clip, first, frames):
        """(latents, scores, programs) of an excerpt, in single precision."""
        part = slice(first, first + frames)
        return torch.from_numpy(self.latents[clip, part]).float(), torch.from_numpy(self.scores[clip, part]).float(), self.programs[clip]

    def batch(self, rng, count, frames):
        """Random excerpts of the clips that are trained on, stacked."""
        picks = [self.crop(rng.integers(self.trained), rng.integers(self.frames - frames + 1), frames) for _ in range(count)]
        return [torch.stack(each) for each in zip(*picks)]

    def unseen(self, count=UNSEEN):
        """The first of the clips that are not trained on, whole and stacked."""
        picks = [self.crop(i, 0, self.frames) for i in range(self.trained, min(self.trained + count, self.count))]
        return [torch.stack(each) for each in zip(*picks)]


def of(clip, components):
    """(latents [frames, LATENT], scores [frames, 2 FEATURES], programs [ROLES]) of one clip, half precision."""
    stems = torch.from_numpy(clip.stems())
    frames = stems.shape[-1] // (2 * HOP)
    latents = components.to_latents(energies(stems[:, :2 * frames * HOP]))
    scores = features(clip.notes, clip.plan, clip.first, 2 * frames).reshape(frames, 2 * FEATURES)
    return latents.numpy().astype(np.float16), scores.astype(np.float16), clip.plan.ints()[-len(ROLES):]


def prepare(found, components, folder):
    """Writes the arrays of clips of equal length; what is there already is kept if it is of as many clips."""
    done = folder / "programs.npy"
    if done.exists() and len(np.load(done)) == len(found):
        return
    folder.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    frames = found[0].stems().shape[-1] // (2 * HOP)
    arrays = [np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float16, (len(found), frames, width))
              for name, width in (("latents", LATENT), ("scores", 2 * FEATURES))]
    programs = []
    for i, clip in enumerate(found):
        arrays[0][i], arrays[1][i], each = of(clip, components)
        programs.append(each)
    np.save(done, np.array(programs))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("codec", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    prepare(clips(args.clips), Components.load(args.codec), args.out)


if __name__ == "__main__":
    main()
