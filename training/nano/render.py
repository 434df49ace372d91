"""Plays pieces through a General MIDI soundfont, one stem a role: Renderer(font).stems(piece, seconds) is float32 [5 roles, samples] at 24 kHz."""
import random
import zlib

import numpy as np
import tinysoundfont
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from nano.score import Note, notes
from nano.styles import INSTRUMENTS, NAMES, ROLES

SYNTH_RATE = 48000      # twice the output rate, so that decimation removes what the synthesiser aliases
RATE = 24000
RUMBLE = butter(4, 28, "highpass", fs=RATE, output="sos")    # some pads have much below what is heard
FRAME = .008            # seconds; onsets stand on this grid, up to JITTER late
JITTER = .003
WARM_UP = 3.0           # seconds that are played, unheard, before an excerpt
MIX_RMS = .1
AUDIBLE = .003          # relative to MIX_RMS's loudest part: hops below it do not count as sounding
LEVELS = {"bass": .95, "chords": .5, "arp": .45, "melody": 1.0, "kit": 1.0}  # rms of the roles' reference phrases, relative to the melody's
TOO_SOFT, TOO_LOUD, MOST_RAISED = .6, 1.3, 2.0
WET = {"ambient": .15, "chorale": .15, "cinematic": .13, "ballad": .1}      # share of the room; others have WET_REST
WET_REST = .06
ROOM_SECONDS = .6
DRUM_CHANNEL = 9
DRUM_VELOCITY = (0, 0, -22, -14, -6, -10, -4, -16)  # by drum class, relative to the role's
DRUM_SECONDS = 1.5
VELOCITY = {"bass": 88, "chords": 76, "arp": 76, "melody": 92, "kit": 94}
REFERENCE = {   # a phrase that an instrument's level is measured with: (pitches, start, end)
    "bass": [((p,), i * .5, i * .5 + .45) for i, p in enumerate((33, 38, 43, 36))],
    "chords": [((57, 60, 64), 0, 1.95)],
    "arp": [((p,), i * .25, i * .25 + .24) for i, p in enumerate((67, 72, 76, 72, 69, 72, 77, 72))],
    "melody": [((p,), i * .5, i * .5 + .45) for i, p in enumerate((67, 72, 76, 69))],
    "kit": [((c,), i * .25, i * .25) for i in range(8) for c in ((0, 2), (2,), (1, 2), (2,))[i % 4]],
}


def room():
    """One fixed short tail of noise, the same for every clip."""
    time = np.arange(int(ROOM_SECONDS * RATE)) / RATE
    tail = np.random.default_rng(1).standard_normal(time.size) * np.exp(-6.9 / ROOM_SECONDS * time)
    return (tail / np.sqrt((tail ** 2).sum())).astype(np.float32)


class Renderer:
    """Loading the font takes seconds: make one renderer a process."""

    def __init__(self, font):
        self.synth = tinysoundfont.Synth(samplerate=SYNTH_RATE)
        self.font = self.synth.sfload(str(font), gain=-9.0)
        self.tail, self.gains = room(), {}

    def stems(self, piece, seconds, offset=0.0):
        """The stems of `seconds` from `offset` (a whole number of FRAMEs) of a piece, all scaled so that the mix has MIX_RMS where it sounds."""
        plan = piece.plan
        rng = random.Random(zlib.crc32(piece.tokens.tobytes() + bytes(plan.ints())))
        played = {role: [] for role in ROLES}
        for note in notes(plan, piece.tokens):
            played[note.role].append((note, velocity(piece, note, rng), rng.uniform(0, JITTER)))
        stems = [self.stem(role, getattr(plan, role), played[role], seconds, offset) for role in ROLES]
        wet = WET.get(NAMES[plan.style], WET_REST)
        stems = np.stack([s + wet * fftconvolve(s, self.tail)[:s.size] if s.any() else s for s in stems])[:, -round(seconds * RATE):]
        return (stems * (MIX_RMS / max(1e-6, sounding_rms(stems.sum(0))))).astype(np.float32)

    def stem(self, role, instrument, played, seconds, offset):
        """Dry samples at RATE, from WARM_UP (or as much as there is) before the offset."""
        begin = max(0.0, offset - WARM_UP)
        total = round((offset - begin + seconds) * SYNTH_RATE)
        if instrument == 0 or not played:
            return np.zeros(total * RATE // SYNTH_RATE, np.float32)
        events = []
        for number, (note, loudness, late) in enumerate(played):
            start = int(note.start / FRAME) * FRAME + late
            end = start + DRUM_SECONDS if role == "kit" else max(start + .03, note.end)
            pitch = INSTRUMENTS[instrument].keys[note.pitch] if role == "kit" else note.pitch
            start, end = round((start - begin) * SYNTH_RATE), round((end - begin) * SYNTH_RATE)
            if end > 0 and start < total:
                events += [(max(0, start), 1, number, pitch, loudness), (end, 0, number, pitch, 0)]
        return tame(self.gain(role, instrument) * self.play(role, instrument, events, total), MIX_RMS * LEVELS[role])

    def gain(self, role, instrument):
        """What brings an instrument's reference phrase to its role's level."""
        if (role, instrument) not in self.gains:
            keys, events = INSTRUMENTS[instrument].keys, []
            for number, (pitches, start, end) in enumerate(REFERENCE[role]):
                for pitch in pitches:
                    loudness = VELOCITY[role] + (DRUM_VELOCITY[pitch] if keys else 0)
                    sounds, stop = keys[pitch] if keys else pitch, end + (DRUM_SECONDS if keys else 0)
                    events += [(round(start * SYNTH_RATE), 1, number, sounds, loudness), (round(stop * SYNTH_RATE), 0, number, sounds, 0)]
            phrase = self.play(role, instrument, events, 2 * SYNTH_RATE)
            self.gains[role, instrument] = MIX_RMS * LEVELS[role] / max(1e-6, np.sqrt((phrase ** 2).mean()))
        return self.gains[role, instrument]

    def play(self, role, instrument, events, total):
        """Samples at RATE of events (sample, 1 start or 0 end, number, key, velocity)."""
        kit, channel = role == "kit", DRUM_CHANNEL if role == "kit" else 0
        self.synth.program_select(channel, self.font, 128 if kit else 0, INSTRUMENTS[instrument].program, kit)
        pieces, now, owner = [], 0, {}
        for at, starts, number, key, loudness in sorted(events):
            at = min(at, total)
            if at > now:
                pieces.append(self.block(at - now))
                now = at
            if starts:
                if key in owner:        # the synthesiser ends the oldest note of a key, so that of two the later would sound for ever
                    self.synth.noteoff(channel, key)
                self.synth.noteon(channel, key, loudness)
                owner[key] = number
            elif owner.get(key) == number:      # a repeated key belongs to its latest note
                self.synth.noteoff(channel, key)
                del owner[key]
        if total > now:
            pieces.append(self.block(total - now))
        self.synth.sounds_off(channel)
        self.synth.generate(SYNTH_RATE // 4)    # let every voice die before the next stem
        return sosfilt(RUMBLE, resample_poly(np.concatenate(pieces), RATE, SYNTH_RATE)).astype(np.float32)

    def block(self, samples):
        """Renders samples and mixes stereo down to mono."""
        return np.frombuffer(self.synth.generate(samples), np.float32).reshape(-1, 2).mean(1)


def tame(stem, level):
    """Brings a stem that is far from its role's level nearer to it: registers and rhythms differ from the reference phrase's."""
    rms = sounding_rms(stem)
    return stem * min(MOST_RAISED, max(1.0, TOO_SOFT * level / max(rms, 1e-9))) * min(1.0, TOO_LOUD * level / max(rms, 1e-9))


def velocity(piece, note: Note, rng):
    """The role's, with accents on beats, the energy, a slow rise and fall over the piece, and a little chance."""
    plan = piece.plan
    beat = note.start * plan.bpm / 60
    accent = (8 if abs(beat / plan.table.beats % 1) < .01 else 4) if abs(beat - round(beat)) < .02 else 0
    rise = 6 * np.sin(np.pi * min(1.0, note.start / piece.seconds)) - 3
    base = VELOCITY[note.role] + (DRUM_VELOCITY[note.pitch] if note.role == "kit" else 0) + (-12, 0, 8)[plan.energy]
    return int(max(20, min(124, round(base + accent + rise + rng.uniform(-4, 4)))))


def sounding_rms(mix, hop=1200):
    """Root mean square over the hops of 50 ms that are not silent."""
    power = (mix[:mix.size // hop * hop].reshape(-1, hop) ** 2).mean(1)
    loud = power > max(power.max() * AUDIBLE ** 2, 1e-12)
    return float(np.sqrt(power[loud].mean())) if loud.any() else 0.0
