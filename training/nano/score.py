"""The score: a plan and bars of tokens, and the notes that they mean.

A bar is [STEPS, 2] ints. Stream A indexes HARMONY, rows of (chord event, bass event); stream B is melody event * 32 + index into DRUM_SETS.
  chord event:  0 hold, 1 rest, 2..9 tone 0..7 of the arpeggio, 10 + 9 root + quality: strike of a chord, its root in semitones above the tonic
  bass event:   0 hold, 1 rest, 2 + o: o = 0..23 semitones above 28 + (key - 28) mod 12
  melody event: 0 hold, 1 rest, 2 + o: o = 0..29 semitones above 57 + (key - 57) mod 12
A drum set is a mask of the classes styles.DRUM_CLASSES. Triple metres use the first 12 steps of a bar.
"""
import json
from dataclasses import dataclass
from pathlib import Path

from nano.styles import DRUM_CLASSES, ENERGIES, FIELDS, FIRST_TEMPO, INSTRUMENTS, KEYS, MODES, NAMES, ROLES, STYLES

STEPS = 16
HOLD, REST, ARP, STRIKE, ONSET = 0, 1, 2, 10, 2     # first value of each kind of event
DRUM_SETS_MAX = 32
QUALITIES = {"maj": (0, 4, 7), "min": (0, 3, 7), "dim": (0, 3, 6), "maj7": (0, 4, 7, 11), "min7": (0, 3, 7, 10), "dom7": (0, 4, 7, 10),
             "m7b5": (0, 3, 6, 10), "sus4": (0, 5, 7), "power": (0, 7, 12)}
QUALITY = tuple(QUALITIES)
BASS_LOWEST, BASS_RANGE, MELODY_LOWEST, MELODY_RANGE = 28, 24, 57, 30
CHORD_LOWEST, POWER_LOWEST = 55, 40
ARP_BEATS = 2       # a tone of the arpeggio sounds at most so long
TABLES = Path(__file__).with_name("tables.json")


@dataclass(frozen=True)
class Plan:
    """The ten fields, in their order: indices into STYLES, MODES, KEYS; bpm - 60; index into ENERGIES; indices into INSTRUMENTS."""
    style: int
    mode: int
    key: int
    tempo: int
    energy: int
    bass: int
    chords: int
    arp: int
    melody: int
    kit: int

    def ints(self):
        return [getattr(self, name) for name in FIELDS]

    @property
    def bpm(self):
        return self.tempo + FIRST_TEMPO

    @property
    def table(self):
        """The Style."""
        return STYLES[NAMES[self.style]]

    @property
    def bar_seconds(self):
        return self.table.beats * 60.0 / self.bpm


@dataclass(frozen=True)
class Note:
    """Seconds; a drum's pitch is its class and its end its start."""
    role: str
    pitch: int
    start: float
    end: float


def tables():
    """(harmony rows, drum sets) as committed beside this file; empty before they were counted."""
    if not TABLES.exists():
        return [(0, 0)], [0]
    stored = json.loads(TABLES.read_text())
    return [tuple(row) for row in stored["harmony"]], stored["drum_sets"]


HARMONY, DRUM_SETS = tables()


ROWS = {row: i for i, row in enumerate(HARMONY)}
SETS = {mask: i for i, mask in enumerate(DRUM_SETS)}


def nearest_row(chord, bass):
    """Index of the harmony row that says this, or nearly: the same chord with the nearest bass, else the same bass, else only the chord's root."""
    if (chord, bass) not in ROWS:
        def distance(row):
            other_chord, other_bass = row
            same_root = chord >= STRIKE and other_chord >= STRIKE and (chord - STRIKE) // 9 == (other_chord - STRIKE) // 9
            harmonic = 0 if chord == other_chord else 100 if same_root else 200
            both = bass >= ONSET and other_bass >= ONSET
            return harmonic + (0 if bass == other_bass else 1 + abs(bass - other_bass) if both else 50)
        ROWS[chord, bass] = ROWS[min(HARMONY, key=distance)]
    return ROWS[chord, bass]


def nearest_set(mask):
    """Index of the drum set with the fewest classes wrong; kick and snare count threefold."""
    if mask not in SETS:
        SETS[mask] = SETS[min(DRUM_SETS, key=lambda s: bin(s ^ mask).count("1") + 2 * bin((s ^ mask) & 3).count("1"))]
    return SETS[mask]


def step_seconds(plan, bar, step):
    """The time of a step from the piece's beginning; 4/4 bends the straight grid by the style's swing."""
    style, per_beat = plan.table, plan.table.steps // plan.table.beats
    beat, offset = step // per_beat, step % per_beat / per_beat
    if style.metre == "4/4":
        s = style.swing
        offset = 2 * s * offset if offset < .5 else s + (offset - .5) * 2 * (1 - s)
    return (bar * style.beats + beat + offset) * 60.0 / plan.bpm


def lowest(pitch_class, floor):
    """The lowest pitch of a class that is not below `floor`."""
    return floor + (pitch_class - floor) % 12


def voicing(key, root, quality):
    """Ascending pitches of a chord by the fixed rule: common tones stay, since every pitch class has one place."""
    if quality == "power":
        low = lowest(key + root, POWER_LOWEST)
        return [low + i for i in QUALITIES[quality]]
    return sorted(lowest(key + root + i, CHORD_LOWEST) for i in QUALITIES[quality])


def bass_pitch(key, offset):
    return lowest(key, BASS_LOWEST) + offset


def melody_pitch(key, offset):
    return lowest(key, MELODY_LOWEST) + offset


def events(tokens, steps, harmony=None, drum_sets=None):
    """Yields (bar, step, chord event, bass event, melody event, drum mask) of [bars, STEPS, 2] tokens."""
    harmony, drum_sets = harmony or HARMONY, drum_sets or DRUM_SETS
    for bar, row in enumerate(tokens):
        for step in range(steps):
            a, b = int(row[step][0]), int(row[step][1])
            yield bar, step, *harmony[a], b // DRUM_SETS_MAX, drum_sets[b % DRUM_SETS_MAX]


class Voices:
    """What sounds now, role by role; ends it when told and keeps the notes."""

    def __init__(self):
        self.notes, self.sounding = [], {role: [] for role in ROLES}

    def end(self, role, time, longest=float("inf")):
        for pitch, start in self.sounding[role]:
            self.notes.append(Note(role, pitch, start, min(time, start + longest)))
        self.sounding[role] = []

    def start(self, role, pitches, time):
        self.sounding[role] = [(pitch, time) for pitch in pitches]


def notes(plan, tokens, harmony=None, drum_sets=None):
    """The notes of a plan and its bars, ordered by start, role, pitch. Roles whose instrument is none are silent."""
    has = {role: getattr(plan, role) != 0 for role in ROLES}
    voices, chord, arp_longest = Voices(), None, ARP_BEATS * 60.0 / plan.bpm
    for bar, step, harmony_event, bass, melody, mask in events(tokens, plan.table.steps, harmony, drum_sets):
        time = step_seconds(plan, bar, step)
        if harmony_event != HOLD:
            strike, rest = harmony_event >= STRIKE, harmony_event == REST
            if strike:
                root, quality = divmod(harmony_event - STRIKE, len(QUALITY))
                chord = voicing(plan.key, root, QUALITY[quality])
            if strike or rest:
                voices.end("chords", time)
            if strike and has["chords"]:
                voices.start("chords", chord, time)
            if rest or has["arp"] and chord:
                voices.end("arp", time, arp_longest)
            if not rest and has["arp"] and chord:
                i = 0 if strike else harmony_event - ARP
                voices.start("arp", [chord[i % len(chord)] + 12 + 12 * (i // len(chord))], time)
        for role, event, pitch in (("bass", bass, bass_pitch), ("melody", melody, melody_pitch)):
            if event != HOLD and has[role]:
                voices.end(role, time)
                if event != REST:
                    voices.start(role, [pitch(plan.key, event - ONSET)], time)
        if has["kit"]:
            voices.notes += [Note("kit", c, time, time) for c in range(len(DRUM_CLASSES)) if mask >> c & 1]
    end = step_seconds(plan, len(tokens), 0)
    for role in ROLES:
        voices.end(role, end, arp_longest if role == "arp" else float("inf"))
    return sorted(voices.notes, key=lambda n: (n.start, ROLES.index(n.role), n.pitch))


def describe():
    """All that an executor needs to know of the tables, as it goes into a checkpoint's config.json."""
    return {
        "fields": list(FIELDS), "modes": {name: list(scale) for name, scale in MODES.items()}, "keys": list(KEYS), "energies": list(ENERGIES),
        "first_tempo": FIRST_TEMPO, "qualities": {name: list(q) for name, q in QUALITIES.items()}, "drum_classes": list(DRUM_CLASSES),
        "styles": [{"name": name, "metre": s.metre, "steps": s.steps, "beats": s.beats, "swing": s.swing, "bpm": list(s.bpm),
                    "words": list(s.words)} for name, s in STYLES.items()],
        "instruments": [{"name": i.name, "program": i.program, "words": list(i.words), "roles": i.roles, "decay": i.decay, "ensemble": i.ensemble}
                        for i in INSTRUMENTS],
        "harmony": [list(row) for row in HARMONY], "drum_sets": list(DRUM_SETS),
    }
