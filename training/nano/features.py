"""What the score says at each frame, and the excitations that the decoder shapes: the same arithmetic as the engine's, in double precision, rounded at the end.

Notes and plans are those of score.py: a note has a role, a pitch (MIDI; drums: class 0..7), a start and an end in seconds of the piece.
An excerpt is given by its first frame: frame f stands for second (f + .5) * 0.008 and covers samples f * 192 … f * 192 + 191 of the piece.

Features count in whole frames from a note's start and end frames, floor(seconds / 0.008): see `features`.

Excitations, n = sample of the piece, all in double precision, summed in the order of the notes, the sum rounded to single precision:
* s = floor(start * 24000 + .5), e = floor(end * 24000 + .5). Nothing before s; nothing from n >= e + 23473 (where the release is below 0.02).
* Saw of step d = 440 * 2^((pitch - 69) / 12) * 2^(cents / 1200) / 24000 at i = n - s: p = i d - floor(i d); v = 2 p - 1;
  if p < d: t = p / d, v = v - (t + t - t t - 1); otherwise, if p > 1 - d: t = (p - 1) / d, v = v - (t t + t + t + 1).
* Cents are 0, or 0, 7, -7 for an ensemble (three saws added in this order, times 1 / sqrt(3)).
* Value: 0.1 * v * min(1, i / 120) * exp(-i / (24000 decay)) * (n < e ? 1 : exp(-(n - e) / 6000)).
* Kit, t = i / 24000: kick (class 0) t < 0.5: 0.3 sin(2 pi (50 t + 70 * 0.03 (1 - exp(-t / 0.03)))) exp(-t / 0.15), a sweep from 120 to 50 Hz;
  toms (class 6) t < 0.5: 0.3 sin(2 pi (95 t + 60 * 0.05 (1 - exp(-t / 0.05)))) exp(-t / 0.15), from 155 to 95 Hz; the other classes have none. A new hit adds to the last.
"""
import numpy as np

from nano.networks import DRUMS, HOP, LOWEST, PITCHED, PITCHES, ROLES, SAMPLE_RATE
from nano.styles import INSTRUMENTS

FRAME = HOP / SAMPLE_RATE                   # seconds
RELEASE, RECENCY, FAST, SLOW = .25, .1, .03, .2
_RELEASE = np.exp(-np.arange(123) * FRAME / RELEASE)    # those above 0.02
_FAST = np.exp(-np.arange(26) * FRAME / FAST)               # above 0.001
_SLOW = np.exp(-np.arange(173) * FRAME / SLOW)
RELEASE_SAMPLES, ATTACK_SAMPLES, AMPLITUDE = 23473, 120, .1
SWEEPS = {0: (50., 70., .03, .15), 6: (95., 60., .05, .15)}     # class: last Hz, Hz above it at first, seconds of the sweep, seconds of decay
SWEEP_SAMPLES, SWEEP_AMPLITUDE = 12000, .3


def _raise(target, values, at):
    """target[at:] = maximum of it and values, of which parts may lie outside."""
    low, high = max(at, 0), min(at + len(values), len(target))
    if low < high:
        np.maximum(target[low:high], values[low - at:high - at], out=target[low:high])


def features(notes, plan, first, frames):
    """Score of an excerpt, [frames, FEATURES] float32; first: the excerpt's first frame in the piece.

    Order: for each pitched role 72 levels and then 72 recencies; 8 fast and 8 slow drums; cos, sin of the bar's phase; cos, sin of the beat's phase.
    Level: 1 from the start frame to the end frame, then exp(-k 0.008 / 0.25) for k = 1..122 frames, then 0. Recency: exp(-k 0.008 / 0.1), k frames since the start,
    while the level is not 0. Fast: exp(-k 0.008 / 0.03), k = 0..25; slow: exp(-k 0.008 / 0.2), k = 0..172. Where notes meet, the greatest of each number holds."""
    levels = np.zeros((2, PITCHED, PITCHES, frames))
    drums = np.zeros((2, DRUMS, frames))
    for note in notes:
        start = int(np.floor(note.start / FRAME)) - first
        role = ROLES.index(note.role)
        if role == PITCHED:
            _raise(drums[0, note.pitch], _FAST, start)
            _raise(drums[1, note.pitch], _SLOW, start)
        elif LOWEST <= note.pitch < LOWEST + PITCHES:
            held = max(int(np.floor(note.end / FRAME)) - first - start, 0)
            level = np.concatenate([np.ones(held), _RELEASE])
            _raise(levels[0, role, note.pitch - LOWEST], level, start)
            _raise(levels[1, role, note.pitch - LOWEST], np.exp(-np.arange(len(level)) * FRAME / RECENCY), start)
    time = (first + np.arange(frames) + .5) * FRAME
    phases = [f(2 * np.pi * time / length) for length in (plan.bar_seconds, 60 / plan.bpm) for f in (np.cos, np.sin)]
    pitched = levels.transpose(3, 1, 0, 2).reshape(frames, -1)
    return np.concatenate([pitched, drums.reshape(-1, frames).T, np.stack(phases, 1)], 1).astype(np.float32)


def saw(step, i):
    """Band-limited saw (polyBLEP) at samples i (float64) since the onset; step: periods a sample."""
    p = i * step
    p -= np.floor(p)
    v = 2 * p - 1
    low = np.flatnonzero(p < step)
    t = p[low] / step
    v[low] -= t + t - t * t - 1
    high = np.flatnonzero((p > 1 - step) & (p >= step))
    t = (p[high] - 1) / step
    v[high] -= t * t + t + t + 1
    return v


def voice(note, tone, n):
    """One pitched note at samples n (int64, contiguous, within the note). tone: (decay in seconds, whether it is an ensemble)."""
    decay, ensemble = tone
    start, end = _sample(note.start), _sample(note.end)
    i = (n - start).astype(np.float64)
    step = 440 * 2 ** ((note.pitch - 69) / 12) / SAMPLE_RATE
    if ensemble:
        v = (saw(step, i) + saw(step * 2 ** (7 / 1200), i) + saw(step * 2 ** (-7 / 1200), i)) * (1 / np.sqrt(3))
    else:
        v = saw(step, i)
    v *= AMPLITUDE * np.exp(-i / (SAMPLE_RATE * decay))
    v *= np.minimum(1, i / ATTACK_SAMPLES)
    after = n >= end
    v[after] *= np.exp(-(n[after] - end) / (RELEASE * SAMPLE_RATE))
    return v


def sweep(drum, i):
    """The kick's or toms' excitation at samples i (float64) since the hit."""
    low, above, glide, decay = SWEEPS[drum]
    t = i / SAMPLE_RATE
    return SWEEP_AMPLITUDE * np.sin(2 * np.pi * (low * t + above * glide * (1 - np.exp(-t / glide)))) * np.exp(-t / decay)


def excitations(notes, plan, first, frames):
    """Excitation of each role in an excerpt, [ROLES, frames * HOP] float32."""
    tones = [(INSTRUMENTS[i].decay, INSTRUMENTS[i].ensemble) for i in plan.ints()[-len(ROLES):]]
    out = np.zeros((len(ROLES), frames * HOP))
    offset = first * HOP
    for note in notes:
        start = _sample(note.start)
        role = ROLES.index(note.role)
        kit = role == PITCHED
        if kit and note.pitch not in SWEEPS:
            continue
        stop = start + SWEEP_SAMPLES if kit else _sample(note.end) + RELEASE_SAMPLES
        low, high = max(start, offset), min(stop, offset + frames * HOP)
        if low < high:
            n = np.arange(low, high)
            sounds = sweep(note.pitch, (n - start).astype(np.float64)) if kit else voice(note, tones[role], n)
            out[role, low - offset:high - offset] += sounds
    return out.astype(np.float32)


def _sample(seconds):
    return int(np.floor(seconds * SAMPLE_RATE + .5))
