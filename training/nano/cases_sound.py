"""Makes the reference cases of golden/nano that are about sound: features, excitations, diffusion and decoder on small random weights.

`python -m nano.cases_sound --out ../golden/nano`. A case is a folder as docs/parity.md describes it. Times of notes are multiples of 1/64 s, so that single precision holds them.
"""
import argparse
import random
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from nano import codec, diffusion, export, networks, score, styles
from nano import features as features_of
from nano.cases import case, shaken
from nano.features import excitations, features
from nano.score import Note, Plan
from nano.styles import NAMES, ROLES

FADING, DECAY = "harp", 1.2     # no instrument of the released model fades by itself; one does here, since the engine can do it
FIRST, FRAMES = 20, 6      # the excerpt whose features and excitations are kept


def instrument(role, wanted):
    """Index of the first instrument of a role of which `wanted` holds."""
    return next(i for i, each in enumerate(styles.INSTRUMENTS) if i and role[0] in each.roles and wanted(each))


def plan():
    """Voices that fade, that are held, and that are several; and drums."""
    chosen = {"bass": lambda i: True, "chords": lambda i: i.ensemble, "arp": lambda i: i.decay < 2, "melody": lambda i: i.decay > 2 and not i.ensemble,
              "kit": lambda i: True}
    return Plan(NAMES.index("jazz"), 1, 4, 66, 1, *(instrument(role, chosen[role]) for role in ROLES))


def notes(rng, seconds, count=24):
    """Notes of every role, which overlap, meet and end; with kick and toms."""
    made = [Note("kit", drum, .125 + drum / 64, .125 + drum / 64) for drum in range(networks.DRUMS)]
    for i in range(count):
        start = rng.randrange(int(seconds * 64)) / 64
        made.append(Note(ROLES[i % networks.PITCHED], rng.choice((40, 47, 52, 60, 60, 64, 83)), start, start + rng.randrange(1, 24) / 64))
    return sorted(made, key=lambda n: (n.start, ROLES.index(n.role), n.pitch))


def given(played, sheet):
    return {"in.notes": torch.tensor([[ROLES.index(n.role), n.pitch, n.start, n.end] for n in played], dtype=torch.float32), "in.plan": torch.tensor(sheet.ints())}


def latents(out, rng, generator):
    """Windows of four segments of five frames, of which the first is the last of the window before; the first window has three."""
    export.WINDOW, export.OVERLAP, diffusion.WINDOW, diffusion.CONTEXT, diffusion.SEGMENT, diffusion.FIRST = 20, 5, 20, 5, 5, 15
    sizes = networks.DiffusionConfig(width=16, heads=2, blocks=3, hidden=24, kernel=5, dilations=(1, 2, 4), segment=5, instrument=4)
    model, sheet, frames, angle, kept = shaken(networks.Denoiser(sizes), 11), plan(), 45, 1.1, 5
    export.write(out / "latents" / "checkpoint", {"diffusion": model}, export.tables())
    played = notes(rng, frames * .016)
    read = torch.from_numpy(features(played, sheet, 0, 2 * frames)).view(frames, -1)
    programs, noise, x = torch.tensor(sheet.ints()[-5:]), torch.randn(frames, networks.LATENT, generator=generator), torch.randn(1, 20, networks.LATENT, generator=generator)
    condition, instruments = model.condition(read[None, :20], programs[None])
    angles = torch.cat([torch.zeros(1, kept), torch.full((1, 20 - kept), angle)], 1)
    case(out, "latents", "sample", "The denoiser with a kept beginning, and latents of three windows in six steps of the second order.",
         {**given(played, sheet), "in.x": x, "in.noise": noise, "out.score": condition, "out.instruments": instruments,
          "out.velocity": model(x, angles, condition, instruments), "out.latents": diffusion.sample_long(model, read, programs, noise, 6, 2)},
         {"angle": angle, "kept": kept, "steps": 6})


def sound(out, rng, generator):
    """A decoder whose numbers are bfloat16 and whose largest matrix is sparse, to be a small file."""
    model, sheet, frames = shaken(networks.Decoder(networks.DecoderConfig(width=8, blocks=2, hidden=12, kernel=5, instrument=4)), 12), plan(), 40
    model.spread.weight.data = torch.from_numpy(codec.interpolation()).float()
    keep = torch.rand(model.direct.weight.shape, generator=generator) < .05
    model.direct.weight.data *= 3 * keep
    model.output.bias.data -= 2
    model = model.bfloat16().float()
    folder = out / "sound" / "checkpoint"
    export.write(folder, {"decoder": model}, export.tables())
    save_file({name: tensor.bfloat16() for name, tensor in load_file(folder / "model.safetensors").items()}, folder / "model.safetensors")
    played = notes(rng, frames * .008)
    read, excitation = torch.from_numpy(features(played, sheet, 0, frames)), torch.from_numpy(excitations(played, sheet, 0, frames))
    made, noise = torch.randn(frames // 2, networks.LATENT, generator=generator), torch.randn(frames * networks.HOP, generator=generator)
    programs = torch.tensor(sheet.ints()[-5:])
    harmonic, breath, kit = model.gains(made[None], read[None], programs[None])
    samples = codec.voices(model, made, read, programs, excitation, noise).sum(0)
    case(out, "sound", "codec-decode", "Features, excitations, gains (of the first four frames) and sound of given notes, latents and noise.",
         {**given(played, sheet), "in.latents": made, "in.noise": noise, "out.features": torch.from_numpy(features(played, sheet, FIRST, FRAMES)),
          "out.excitations": torch.from_numpy(excitations(played, sheet, FIRST, FRAMES)), "out.harmonic": harmonic[0, :4], "out.breath": breath[0, :4],
          "out.kit": kit[0, :4], "out.sound": samples}, {"first": FIRST})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("../golden/nano"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    table = tuple(replace(each, decay=DECAY) if each.name == FADING else each for each in styles.INSTRUMENTS)
    styles.INSTRUMENTS = score.INSTRUMENTS = features_of.INSTRUMENTS = table
    with torch.no_grad():
        for make in (latents, sound):
            make(args.out, random.Random(9), torch.Generator().manual_seed(9))


if __name__ == "__main__":
    main()
