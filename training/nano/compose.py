"""Composes a piece from a seed: draws the plan, lays out intro, sections and ending, and writes the bars' events as tokens."""
import random
from dataclasses import dataclass, field

import numpy as np

from nano import patterns
from nano.melody import Melody
from nano.plans import draw_plan, first_often
from nano.score import ARP, BASS_LOWEST, BASS_RANGE, DRUM_SETS_MAX, ONSET, QUALITIES, QUALITY, REST, STEPS, STRIKE, Plan
from nano.score import lowest, nearest_row, nearest_set
from nano.styles import INSTRUMENTS, MODES

POWER_CHORDS = ("overdriven guitar", "distorted guitar")
MAX_BARS = 32


@dataclass
class Piece:
    """tokens: int16 [bars, STEPS, 2]; facts: what a caption may say beyond the plan."""
    plan: Plan
    tokens: np.ndarray
    facts: dict = field(default_factory=dict)

    @property
    def seconds(self):
        return len(self.tokens) * self.plan.bar_seconds


@dataclass
class Section:
    """What repeats when a section comes back: pattern names, harmony of four bars [(step, degree), …], melody phrase."""
    harmony: list
    bass: str
    chords: str
    arp: str
    order: tuple
    drums: str
    phrase: list
    extra_kick: int


class Composer:
    """Every choice comes from `rng`, so one seed always gives one piece of at most `longest` bars. `fixed` overrides fields of the plan."""

    def __init__(self, seed, style=None, seconds=10.0, bars=None, longest=MAX_BARS, **fixed):
        self.rng = random.Random(f"nano:{seed}")
        self.plan = draw_plan(self.rng, style, **fixed)
        self.style = self.plan.table
        self.steps = self.style.steps
        self.bars = min(longest, bars or max(2, round(seconds / self.plan.bar_seconds)))
        self.scale = MODES[tuple(MODES)[self.plan.mode]]
        self.power = INSTRUMENTS[self.plan.chords].name in POWER_CHORDS
        self.melody = Melody(self.rng, self.plan)
        self.thin_bass = self.plan.energy == 0 and self.rng.random() < .6
        shape = (self.bars, STEPS)
        self.chord_events, self.bass_events, self.melody_events, self.masks = [np.zeros(shape, int) for _ in range(4)]

    def compose(self):
        self.events()
        tokens = np.zeros((self.bars, STEPS, 2), np.int16)
        for bar in range(self.bars):
            for step in range(self.steps):
                row = nearest_row(int(self.chord_events[bar, step]), int(self.bass_events[bar, step]))
                tokens[bar, step] = row, self.melody_events[bar, step] * DRUM_SETS_MAX + nearest_set(int(self.masks[bar, step]))
        return Piece(self.plan, tokens, {"form": "".join(label for label, *_ in self.form)})

    def events(self):
        """Fills the four arrays of events [bars, STEPS]."""
        self.sections = {label: self.section(label) for label in "AB"}
        self.form = self.lay_out()
        self.harmony = [self.bar_harmony(bar) for bar in range(self.bars)]
        before = ()
        for bar, (label, index, silent) in enumerate(self.form):
            section = self.sections["A" if label in "ie" else label]
            if label == "e":
                self.ending(bar)
                continue
            if "harmony" not in silent:
                self.write_chords(bar, section)
            elif "harmony" not in before:
                self.chord_events[bar, 0] = REST
            if self.plan.bass and "bass" not in silent:
                self.write_bass(bar, section)
            elif self.plan.bass and "bass" not in before:
                self.bass_events[bar, 0] = REST
            if self.plan.melody and "melody" not in silent:
                self.melody.write(self.melody_events[bar], section.phrase[index % 4], self.harmony[bar])
            if self.plan.kit and "kit" not in silent:
                self.write_drums(bar, section, label, index)
            before = silent

    def lay_out(self):
        """Every bar's (label, index in its section, silent parts): i intro, A and B sections, e the last bar."""
        rng, bars, melody_alone = self.rng, self.bars, not (self.plan.bass or self.plan.chords or self.plan.arp)
        intro = 0 if melody_alone or bars < 6 else rng.choice((0, 0, 1)) if bars < 10 else rng.choice((1, 2, 2, 4) if bars >= 16 else (0, 1, 2))
        harmonic = self.plan.chords or self.plan.arp
        quiet = rng.choice(("", "kit", "bass", "kit bass", "harmony" if self.plan.bass and self.plan.kit else "kit")).split() if self.plan.melody else ["kit"]
        if not harmonic:
            quiet = [part for part in quiet if part != "bass"]
        form = [("i", i, ("melody", *quiet)) for i in range(intro)]
        length = 8 if bars >= 22 and rng.random() < .5 else 4
        bridge = () if rng.random() < .5 or not harmonic else (rng.choice(("bass", "kit")),)
        first = ("kit",) if self.plan.energy == 0 and bars >= 12 and rng.random() < .4 else ()
        number = 0
        while len(form) < bars - 1:
            label = "AABA"[number % 4] if bars >= 12 else "ABA"[number % 3] if bars >= 9 else "A"
            silent = bridge if label == "B" else first if number == 0 else ()
            form += [(label, i, silent) for i in range(length)]
            number += 1
        return form[:bars - 1] + [("e", 0, ())]

    def section(self, label):
        rng, style, energy = self.rng, self.style, self.plan.energy
        mode = tuple(MODES)[self.plan.mode]
        loop = rng.choice((patterns.LOOPS if label == "A" else patterns.BRIDGES)[mode])
        harmony = []
        for i, degree in enumerate(loop):
            divided = rng.random() < style.halves * (1.5 if i % 2 else .5)
            second = rng.choice(patterns.PASSING[mode])
            harmony.append([(0, degree), (self.middle(), second)] if divided and second != degree else [(0, degree)])
        chords = first_often(rng, style.chords)
        if not self.plan.chords or energy == 0 and not self.power and rng.random() < .4:
            chords = "hold"
        if chords == "hold" and not self.plan.arp and not self.plan.kit:    # somebody has to tell the beat
            chords = style.chords[0] if style.chords[0] != "hold" else "twice"
        arps = style.arp if energy else style.arp[::-1]
        drums = style.drums or patterns.ANY_DRUMS[style.metre]
        centre = 0 if label == "A" else rng.choice((1, 2, 3))
        return Section(harmony, first_often(rng, style.bass), chords, first_often(rng, arps), rng.choice(patterns.ORDERS), first_often(rng, drums),
                       self.melody.phrase(centre), rng.choice((0, 0, 10, 14, 7)) if style.metre == "4/4" else 0)

    def middle(self):
        """The step on which the second chord of a divided bar comes."""
        return 6 if self.style.metre == "6/8" else 8

    def bar_harmony(self, bar):
        """[(step, degree, (root, quality)), …] of a bar."""
        label, index, _ = self.form[bar]
        changes = self.sections["A" if label in "ie" else label].harmony[index % 4]
        if bar == self.bars - 1:
            changes = [(0, 0)]
        elif bar == self.bars - 2:
            changes = [(0, self.rng.choice(patterns.CADENCES[tuple(MODES)[self.plan.mode]]))]
        elif bar == 0:
            changes = [(0, 0), *changes[1:]]
        chords = [(step, degree, self.chord(degree)) for step, degree in changes]
        if bar == self.bars - 2 and changes[0][1] == 4 and not self.power and self.rng.random() < .25:
            root = chords[0][2][0]
            return [(0, 4, (root, "sus4")), (self.middle(), *chords[0][1:])]
        return chords

    def chord(self, degree):
        """A degree's chord as (root in semitones above the tonic, quality)."""
        size = 4 if self.style.sevenths else 3
        tones = [12 * ((degree + 2 * i) // 7) + self.scale[(degree + 2 * i) % 7] for i in range(size)]
        if self.is_raised(degree):
            tones[1] = tones[0] + 4
        if self.power:
            return tones[0] % 12, "power"
        intervals = tuple(t - tones[0] for t in tones)
        return tones[0] % 12, next(name for name, q in QUALITIES.items() if q == intervals)

    def is_raised(self, degree):
        """Whether the chord is the major dominant of a minor key, which sharpens the seventh degree."""
        return self.melody.is_raised(degree)

    def heard(self, mark):
        return mark in ("X", "Xx", "Xxo")[self.plan.energy]

    def write_chords(self, bar, section):
        row, changes = self.chord_events[bar], {step: chord for step, _, chord in self.harmony[bar]}
        grid, arp = patterns.CHORDS[section.chords], patterns.ARPS[section.arp]
        chord, count = None, 0
        for step in range(self.steps):
            chord = changes.get(step, chord)
            if self.heard(grid[step]) or step in changes and (step > 0 or not self.plan.chords):
                row[step] = STRIKE + len(QUALITY) * chord[0] + QUALITY.index(chord[1])
            elif grid[step] == "/" and not self.plan.arp:
                row[step] = REST
            if self.plan.arp and arp[step] == "x":
                row[step] = row[step] or ARP + section.order[count % len(section.order)]
                count += 1

    def bass_root(self, root):
        """A root's offset in the bass range, near the instrument's best register."""
        best = 38 if INSTRUMENTS[self.plan.bass].roles == "b" else 43
        low = lowest(self.plan.key, BASS_LOWEST)
        return min((root, root + 12), key=lambda o: abs(low + o - best)) if root + 12 < BASS_RANGE else root

    def write_bass(self, bar, section):
        row, grid = self.bass_events[bar], patterns.BASS[section.bass]
        changes = {step: (degree, chord) for step, degree, chord in self.harmony[bar]}
        following = self.bass_root(self.harmony[min(bar + 1, self.bars - 1)][0][2][0])
        for step in range(self.steps):
            if step in changes:
                degree, (root_class, quality) = changes[step]
                root = self.bass_root(root_class)
                tones = QUALITIES[quality]
            kind = "r" if step in changes and (step > 0 or grid[0] != "/") else grid[step]
            if kind == "." or self.thin_bass and step % 4 and step not in changes and self.style.metre != "6/8":
                continue
            offset = {"/": None, "r": root, "o": root + 12, "f": root + (tones[1] if quality == "power" else tones[2]),
                      "t": root + tones[1], "a": self.approach(following, root)}[kind]
            row[step] = REST if offset is None else ONSET + (offset if offset < BASS_RANGE else offset - 12)

    def approach(self, target, current):
        """A step of the scale (in jazz at times a semitone) from the next root, on the side where the line comes from."""
        side = -1 if current <= target and target > 1 else 1
        steps = (1, 2) if not (self.style.melody == "jazz" and self.rng.random() < .4) else (1,)
        inside = [target + side * s for s in steps if (target + side * s) % 12 in self.scale]
        return inside[0] if inside else target + side

    def write_drums(self, bar, section, label, index):
        grids, rng, row = dict(patterns.DRUMS[section.drums]), self.rng, self.masks[bar]
        last = bar + 1 < self.bars and self.form[bar + 1][1] == 0 and bar > 0
        fill_from, fill = rng.choice(patterns.FILLS[self.steps]) if last and rng.random() < (.5, .8, .95)[self.plan.energy] else (self.steps, {})
        for letter, grid in grids.items():
            if label == "i" and letter in "SC" and not fill:
                continue
            for step in range(min(self.steps, fill_from)):
                row[step] |= self.heard(grid[step]) << patterns.DRUM_LETTERS.index(letter)
        for letter, grid in fill.items():
            for step in range(fill_from, self.steps):
                row[step] |= (grid[step] == "x") << patterns.DRUM_LETTERS.index(letter)
        if section.extra_kick and index % 2 and section.extra_kick < fill_from and self.plan.energy and "K" in grids:
            row[section.extra_kick] |= 1
        if index == 0 and bar > 0 and label != "i" and self.plan.energy and rng.random() < .7:
            row[0] |= 1 << patterns.DRUM_LETTERS.index("X")

    def ending(self, bar):
        """The last bar: everything on the tonic, ringing."""
        chord = self.harmony[bar][0][2]
        self.chord_events[bar, 0] = STRIKE + len(QUALITY) * chord[0] + QUALITY.index(chord[1])
        if self.plan.bass:
            self.bass_events[bar, 0] = ONSET + self.bass_root(0)
        if self.plan.melody:
            self.melody_events[bar, 0] = self.melody.final()
        if self.plan.kit:
            self.masks[bar, 0] = 1 | (self.plan.energy > 0) << patterns.DRUM_LETTERS.index("X")
