"""The composer's melodies: motifs of one bar, phrases of four, and their degrees snapped to the harmony."""
from nano import patterns
from nano.score import MELODY_LOWEST, MELODY_RANGE, ONSET, REST, lowest
from nano.styles import INSTRUMENTS, MODES

LOW_INSTRUMENTS = ("cello", "trombone", "french horn", "distorted guitar")
FLOOR, CEILING = 60, 84     # MIDI pitches between which melodies sing
LEAP = 5                    # widest step, in degrees


class Melody:
    """Works in degrees of the scale counted from the lowest tonic that the tokens can say (degree 7 is its octave)."""

    def __init__(self, rng, plan):
        self.rng, self.plan, self.style = rng, plan, plan.table
        self.scale = MODES[tuple(MODES)[plan.mode]]
        tonic = lowest(plan.key, MELODY_LOWEST)
        self.degrees = [d for d in range(20) if FLOOR <= tonic + self.semitones(d) <= CEILING and self.semitones(d) < MELODY_RANGE - 1]
        best = 66 if INSTRUMENTS[plan.melody].name in LOW_INSTRUMENTS else 71
        self.centre = min(self.degrees, key=lambda d: abs(tonic + self.semitones(d) - best))
        self.last = self.centre
        self.strong = 6 if self.style.metre == "6/8" else 8 if self.style.metre == "4/4" else 12

    def semitones(self, degree):
        return 12 * (degree // 7) + self.scale[degree % 7]

    def is_raised(self, degree):
        return self.style.raised and self.plan.mode == 1 and degree % 7 == 4

    def grid(self):
        """A bar's rhythm for the plan's energy, at times one level calmer."""
        lists = patterns.MELODY[self.style.melody if self.style.metre == "4/4" else self.style.metre]
        return self.rng.choice(lists[max(0, self.plan.energy - (self.rng.random() < .25))])

    def motif(self):
        """(grid, steps): the rhythm and how far each onset stands from the bar's anchor, in degrees."""
        grid, walk, steps = self.grid(), 0, []
        direction = self.rng.choice((-1, 1))
        for mark in grid:
            if mark == "x":
                steps.append(walk)
                walk += self.rng.choice((direction, direction, direction, -direction, 2 * direction, 0))
                if abs(walk) > 3:
                    direction, walk = -direction, walk - (1 if walk > 0 else -1)
        return grid, steps

    def phrase(self, raised_by):
        """Four bars [(grid, steps, anchor), …]: a motif stated, answered, taken up and closed."""
        rng, motif, answer = self.rng, self.motif(), self.motif()
        end = rng.choice(patterns.ENDINGS[self.style.steps])
        close = (end, [0, rng.choice((-1, 1)), rng.choice((-2, 0, 1))][:end.count("x")])
        order = rng.choice(((motif, motif, motif, close), (motif, answer, motif, close), (motif, motif, answer, close)))
        anchor, bars = self.centre + raised_by + rng.choice((-2, -1, 0, 1, 2)), []
        for grid, steps in order:
            bars.append((grid, steps, anchor))
            anchor += rng.choice((-2, -1, 0, 1, 2))
        return bars

    def snap(self, degree, chord):
        """The degree of a chord tone nearest to `degree`, rather towards the middle."""
        tones = [d for d in self.degrees if (d - chord) % 7 in (0, 2, 4)]
        return min(tones, key=lambda d: (abs(d - degree) + .1 * abs(d - self.centre), d))

    def write(self, row, bar, harmony):
        """Writes one bar's events into row [STEPS]; harmony is [(step, degree, chord), …]."""
        grid, steps, anchor = bar
        onsets = [step for step, mark in enumerate(grid) if mark == "x"]
        for step, mark in enumerate(grid):
            if mark == "/":
                row[step] = REST
        for i, step in enumerate(onsets):
            chord = [degree for at, degree, _ in harmony if at <= step][-1]
            length = (onsets[i + 1] if i + 1 < len(onsets) else self.style.steps) - step
            degree = max(self.last - LEAP, min(self.last + LEAP, anchor + steps[i]))
            degree = max(self.degrees[0], min(self.degrees[-1], degree))
            if step % self.strong == 0 or length >= 6 or i == 0:
                degree = self.snap(degree, chord)
            raised = self.is_raised(chord) and degree % 7 == 6
            row[step], self.last = ONSET + self.semitones(degree) + raised, degree

    def final(self):
        """The tonic nearest to the last note."""
        self.last = min((d for d in self.degrees if d % 7 == 0), key=lambda d: abs(d - self.last))
        return ONSET + self.semitones(self.last)
