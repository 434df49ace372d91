"""Latents of five stems and back: log band energies, their principal components, and the sound that the decoder makes of them."""
import numpy as np
import torch

from nano.features import excitations, features
from nano.networks import BANDS, BINS, HOP, LATENT, PITCHED, ROLES, SAMPLE_RATE, WINDOW, sound, spectrum

LOWEST_HZ, HIGHEST_HZ, FLOOR = 30., 12000., 1e-2


def mel(hz):
    return 2595 * np.log10(1 + np.asarray(hz) / 700)


def corners():
    """The BANDS + 2 corners of the bands, equally spaced in mels (2595 log10(1 + hz / 700)) from 30 Hz to 12 kHz."""
    return np.linspace(mel(LOWEST_HZ), mel(HIGHEST_HZ), BANDS + 2)


def bands():
    """Weights [BANDS, BINS] float32: triangles over mels of height 1; band b rises from corner b to b + 1 and falls to b + 2."""
    c, m = corners(), mel(np.arange(BINS) * SAMPLE_RATE / WINDOW)
    rise, fall = (m - c[:-2, None]) / (c[1] - c[0]), (c[2:, None] - m) / (c[1] - c[0])
    return np.maximum(np.minimum(rise, fall), 0).astype(np.float32)


def interpolation():
    """Weights [BINS, BANDS] float32 from values at the bands' middles to bins: linear in mels, constant outside. Decoder.spread."""
    c, m = corners(), mel(np.arange(BINS) * SAMPLE_RATE / WINDOW)
    return np.stack([np.interp(m, c[1:-1], unit) for unit in np.eye(BANDS)], 1).astype(np.float32)


_BANDS = torch.from_numpy(bands())


def energies(stems):
    """Stems [.., ROLES, frames * HOP] to log band energies [.., frames, ROLES, BANDS]."""
    power = spectrum(stems).abs().square() @ _BANDS.T
    return (power + FLOOR).log().movedim(-3, -2)


class Components:
    """Principal components of the log band energies of two frames: [.., frames, ROLES, BANDS] to latents [.., frames / 2, LATENT] and back."""

    def __init__(self, mean, encode, decode):
        self.mean, self.encode, self.decode = (torch.as_tensor(x) for x in (mean, encode, decode))

    @classmethod
    def fit(cls, samples):
        """samples [n, 2 * ROLES * BANDS]. Component i is divided by the square root of its standard deviation, and all by one number so that the mean variance is 1."""
        x = samples.double()
        mean = x.mean(0)
        variance, axes = torch.linalg.eigh((x - mean).T @ (x - mean) / len(x))
        variance, axes = variance.flip(0)[:LATENT], axes.flip(1)[:, :LATENT]
        axes = axes * torch.where(axes[axes.abs().argmax(0), torch.arange(LATENT)] < 0, -1., 1.)    # a sign of its own for each axis, the same on every machine
        deviation = variance.sqrt()
        scale = deviation.sqrt() * deviation.mean().sqrt()      # latent variance i is deviation i / mean deviation
        return cls(mean.float(), (axes / scale).float(), (axes * scale).float())

    def to_latents(self, values):
        return (pairs(values) - self.mean) @ self.encode

    def to_energies(self, latents):
        return (latents @ self.decode.T + self.mean).unflatten(-1, (2, len(ROLES), BANDS)).flatten(-4, -3)

    def save(self, path):
        np.savez(path, mean=self.mean, encode=self.encode, decode=self.decode)

    @classmethod
    def load(cls, path):
        with np.load(path) as f:
            return cls(f["mean"], f["encode"], f["decode"])


def pairs(values):
    """[.., frames, ROLES, BANDS] to [.., frames / 2, 2 * ROLES * BANDS]: the numbers of two frames side by side."""
    return values.flatten(-2).unflatten(-2, (-1, 2)).flatten(-2)


def prepare(decoder, components, excitation_levels):
    """Starts a decoder: its fixed parts, and gains that are near enough for training to begin: half of (log energy wanted - log energy of the excitation).

    excitation_levels [ROLES, BANDS]: the mean log band energy of each excitation where it sounds.
    """
    spread = torch.from_numpy(interpolation())
    noise_levels = (WINDOW * .375 * _BANDS.sum(1)).log()        # standard normal samples under a Hann window
    with torch.no_grad():
        decoder.spread.weight.copy_(spread)
        decoder.energies.weight.copy_(components.decode)
        decoder.energies.bias.copy_(components.mean)
        decoder.output.weight.mul_(.1)
        direct, bias = decoder.direct.weight, decoder.output.bias
        direct.zero_()
        row = 0
        for role in range(PITCHED):
            direct[row:row + BINS, role * BANDS:(role + 1) * BANDS] = spread / 2
            bias[row:row + BINS] = -spread @ excitation_levels[role] / 2
            row += BINS
        for role in range(PITCHED):
            direct[row:row + BANDS, role * BANDS:(role + 1) * BANDS] = torch.eye(BANDS) / 2
            bias[row:row + BANDS] = -noise_levels / 2 - 1.5     # a fifth of the sound
            row += BANDS
        for levels in (excitation_levels[PITCHED], noise_levels):
            direct[row:row + BINS, PITCHED * BANDS:] = spread / 2
            bias[row:row + BINS] = -spread @ levels / 2 - .5
            row += BINS
    for fixed in (decoder.energies, decoder.spread):
        fixed.requires_grad_(False)


def limit(samples):
    """The last limiter: nothing below 0.6, never above 0.89."""
    loud = np.abs(samples)
    return np.where(loud > .6, np.sign(samples) * (.6 + .29 * np.tanh((loud - .6) / .29)), samples).astype(np.float32)


def noise_samples(seed, count):
    return torch.randn(count, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def voices(decoder, latents, score, programs, excitation, noise):
    """The five stems [ROLES, samples] of latents [frames / 2, LATENT], score [frames, FEATURES], programs [ROLES], excitation [ROLES, samples] and noise [samples]."""
    frames = 2 * latents.shape[0]
    spectra = decoder(latents[None], score[None, :frames], programs[None], spectrum(excitation[:, :frames * HOP]).transpose(0, 1)[None],
                      spectrum(noise[:frames * HOP])[None])
    return torch.stack([sound(spectra[:, :, role])[0] for role in range(len(ROLES))])


def decode(decoder, latents, notes, plan, seconds, noise_seed):
    """Samples [seconds * SAMPLE_RATE] float32, limited, of latents [frames / 2, LATENT] from the beginning of a piece. notes, plan: those of score.py."""
    frames = 2 * latents.shape[0]
    programs = torch.tensor(plan.ints()[-len(ROLES):])
    score = torch.from_numpy(features(notes, plan, 0, frames))
    excitation = torch.from_numpy(excitations(notes, plan, 0, frames))
    mix = voices(decoder, latents, score, programs, excitation, noise_samples(noise_seed, frames * HOP)).sum(0)
    return limit(mix.numpy()[:round(seconds * SAMPLE_RATE)])
