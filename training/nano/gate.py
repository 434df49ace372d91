"""The decoder's gate on clips it has not seen: python -m nano.gate --clips FOLDER --codec codec.npz --decoder decoder.pt [--count 24].

Renders against what the decoder makes of their own latents, score and fresh noise. To pass: chroma cosine >= 0.95, stated key >= 0.9 of the renders' share.
"""
import argparse
from pathlib import Path

import librosa
import numpy as np
import torch

from nano import measures, runs, train_decoder
from nano.codec import Components, limit, noise_samples, voices
from nano.networks import ROLES, SAMPLE_RATE, Decoder
from nano.styles import MODES


def mel_db(sound):
    """Mel spectrogram in dB [64, frames of 10.7 ms], nothing below -70 dB."""
    power = librosa.feature.melspectrogram(y=sound, sr=SAMPLE_RATE, n_fft=1024, hop_length=256, n_mels=64)
    return 10 * np.log10(np.maximum(power, 1e-4))


def chroma_frames(sound):
    """Chroma [12, frames] of the harmonic part of an 8192-point transform."""
    magnitude = np.abs(librosa.stft(sound, n_fft=8192, hop_length=2048))
    return librosa.feature.chroma_stft(S=librosa.decompose.hpss(magnitude)[0] ** 2, sr=SAMPLE_RATE, n_fft=8192, tuning=0., norm=None)


def compare(made, wanted):
    """Chroma cosine (mean over frames that sound), mel distance in dB and correlation of onset strengths of two sounds."""
    a, b = chroma_frames(made), chroma_frames(wanted)
    sounding = b.sum(0) > 1e-3 * b.sum(0).max()
    cosine = (a * b).sum(0) / np.maximum(np.linalg.norm(a, axis=0) * np.linalg.norm(b, axis=0), 1e-12)
    onsets = [librosa.onset.onset_strength(y=x, sr=SAMPLE_RATE, hop_length=256) for x in (made, wanted)]
    return {"chroma": cosine[sounding].mean(), "mel_l1": np.abs(mel_db(made) - mel_db(wanted)).mean(), "onsets": np.corrcoef(*onsets)[0, 1]}


def measure(decoder, components, clip, seed):
    """Numbers of one clip, and its two mixes (made, wanted); stems' levels are compared in dB where they sound."""
    latents, score, programs, excitation, stems = clip.whole(components)
    with torch.no_grad():
        made = voices(decoder, latents, score, programs, excitation, noise_samples(seed, stems.shape[1])).numpy()
    wanted, numbers = stems.numpy(), {}
    for role, a, b in zip(ROLES, made, wanted):
        if np.square(b).mean() > 1e-6:
            numbers[role + "_db"] = 10 * np.log10(np.square(a).mean() / np.square(b).mean())
            numbers[role + "_l1"] = np.abs(mel_db(a) - mel_db(b)).mean()
    mixes = [limit(x.sum(0)) for x in (made, wanted)]
    numbers |= compare(*mixes)
    for name, mix in zip(("made", "wanted"), mixes):
        numbers["key_" + name] = measures.key_wins(measures.chroma(mix), clip.plan.key, tuple(MODES)[clip.plan.mode])
        numbers["tempo_" + name] = measures.tempo_is(measures.tempo(mix), clip.plan.bpm)
    return numbers, made, wanted


def report(rows):
    """Means of the clips' numbers, one line each."""
    names = sorted({name for row in rows for name in row})
    return "\n".join(f"{name:12} {np.mean([float(row[name]) for row in rows if name in row]):7.3f}" for name in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--codec", type=Path, default=Path("codec.npz"))
    parser.add_argument("--decoder", type=Path, default=Path("decoder.pt"))
    parser.add_argument("--count", type=int, default=train_decoder.UNSEEN)
    args = parser.parse_args()
    torch.set_num_threads(1)
    decoder, components = runs.load(Decoder, args.decoder), Components.load(args.codec)
    clips = train_decoder.read(args.clips, unseen=True)[:args.count]
    print(report([measure(decoder, components, clip, i)[0] for i, clip in enumerate(clips)]))


if __name__ == "__main__":
    main()
