"""Tokens and notes, the composer, captions. `python -m unittest discover -s tests` from training/."""
import random
import unittest

import numpy as np

from nano import data, score, tables
from nano.captions import describe, eval_prompts, examples
from nano.compose import Composer
from nano.plans import draw_plan
from nano.score import Note, Plan, notes
from nano.styles import FIELDS, INDEX, INSTRUMENTS, MODES, NAMES, ROLES, STYLES

# (chord event, bass event): hold; C major and its root; D minor; tone 3 of the arpeggio; rest; power chord on A
HARMONY = [(0, 0), (10, 2), (10 + 9 * 2 + 1, 0), (5, 0), (1, 1), (10 + 9 * 9 + 8, 2 + 9)]
SETS = [0, 1, 6]


def plan(style="rock", **fields):
    values = {"style": NAMES.index(style), "mode": 0, "key": 0, "tempo": 60, "energy": 1, "bass": INDEX["electric bass"], "chords": INDEX["piano"], "arp": 0,
              "melody": INDEX["flute"], "kit": INDEX["rock kit"]}
    return Plan(**values | fields)


def tokens(bars, *events):
    """events: (bar, step, stream, token)."""
    out = np.zeros((bars, score.STEPS, 2), int)
    for bar, step, stream, token in events:
        out[bar, step, stream] = token
    return out


class Score(unittest.TestCase):
    def notes(self, plan, *events, bars=1):
        return notes(plan, tokens(bars, *events), HARMONY, SETS)

    def test_chord_rings_to_the_next_strike_and_to_the_end(self):
        found = self.notes(plan(melody=0), (0, 0, 0, 1), (0, 8, 0, 2))     # 120 bpm: a bar is 2 s, a step .125 s
        self.assertEqual(found, [Note("bass", 36, 0, 2), *(Note("chords", p, 0, 1) for p in (55, 60, 64)), *(Note("chords", p, 1, 2) for p in (57, 62, 65))])

    def test_rest_ends_chord_and_bass(self):
        found = self.notes(plan(melody=0), (0, 0, 0, 1), (0, 4, 0, 4))
        self.assertEqual({n.end for n in found}, {.5})

    def test_power_chord_stands_low(self):
        found = self.notes(plan(melody=0), (0, 0, 0, 5))
        self.assertEqual([n.pitch for n in found], [45, 45, 52, 57])

    def test_arpeggio_climbs_the_chord_an_octave_up_and_lasts_two_beats(self):
        found = self.notes(plan(bass=0, chords=0, melody=0, arp=INDEX["harp"]), (0, 0, 0, 1), (0, 4, 0, 3))
        self.assertEqual(found, [Note("arp", 67, 0, .5), Note("arp", 79, .5, 1.5)])

    def test_arpeggio_needs_a_chord(self):
        self.assertEqual(self.notes(plan(arp=INDEX["harp"]), (0, 4, 0, 3)), [])

    def test_melody_and_drums(self):
        found = self.notes(plan(key=10), (0, 0, 1, (2 + 7) * 32 + 2), (0, 4, 1, 1 * 32 + 1))
        self.assertEqual(found, [Note("melody", 65, 0, .5), Note("kit", 1, 0, 0), Note("kit", 2, 0, 0), Note("kit", 0, .5, .5)])

    def test_silent_roles(self):
        self.assertEqual(self.notes(plan(bass=0, chords=0, melody=0, kit=0), (0, 0, 0, 1), (0, 0, 1, 9 * 32 + 1)), [])

    def test_swing_and_triple_metres(self):
        self.assertEqual([score.step_seconds(plan("jazz"), 0, k) for k in range(5)], [0, .165, .33, .41500000000000004, .5])
        self.assertEqual(score.step_seconds(plan("waltz"), 1, 4), 2.0)
        self.assertEqual(score.step_seconds(plan("folk"), 2, 3), 2.25)

    def test_tables_fit_the_codes(self):
        self.assertEqual(score.HARMONY[0], (0, 0))
        self.assertEqual(score.DRUM_SETS[0], 0)
        self.assertLessEqual(len(score.HARMONY), tables.HARMONY_MAX)
        self.assertLessEqual(len(score.DRUM_SETS), score.DRUM_SETS_MAX)
        self.assertLess(len(INSTRUMENTS), 64)

    def test_description_holds_every_table(self):
        told = score.describe()
        self.assertEqual(len(told["styles"]), len(STYLES))
        self.assertEqual(told["harmony"], [list(row) for row in score.HARMONY])


class Composing(unittest.TestCase):
    def pieces(self):
        for i, (name, mode) in enumerate((name, mode) for name in NAMES for mode in range(3)):
            yield Composer(f"test:{i}", name, (8, 30)[i % 2], mode=mode).compose()

    def test_every_style_and_mode_is_in_range_in_key_and_ends_on_the_tonic(self):
        inside = total = 0
        for piece in self.pieces():
            scale = {(piece.plan.key + i) % 12 for i in MODES[tuple(MODES)[piece.plan.mode]]}
            pitched = [n for n in notes(piece.plan, piece.tokens) if n.role != "kit"]
            total, inside = total + len(pitched), inside + sum(n.pitch % 12 in scale for n in pitched)
            for n in pitched:
                low, high = (60, 84) if n.role == "melody" else (28, 62) if n.role == "bass" else (40, 99)
                self.assertTrue(low <= n.pitch <= high and 0 <= n.start < n.end <= piece.seconds + 1e-9, n)
            for role in ("bass", "melody"):
                if last := [n for n in pitched if n.role == role]:
                    self.assertEqual(last[-1].pitch % 12, piece.plan.key)
            self.assertTrue(all(piece.tokens[:, piece.plan.table.steps:].ravel() == 0))
        self.assertGreater(inside / total, .95)

    def test_a_seed_gives_one_piece(self):
        first, again, other = [Composer(seed, "funk").compose() for seed in (5, 5, 6)]
        self.assertEqual(first.plan, again.plan)
        self.assertTrue((first.tokens == again.tokens).all())
        self.assertNotEqual(first.tokens.tobytes(), other.tokens.tobytes())

    def test_overrides_win(self):
        piece = Composer(1, "techno", tempo=0, key=7, melody=INDEX["violin"], bars=9).compose()
        self.assertEqual((piece.plan.bpm, piece.plan.key, piece.plan.melody, len(piece.tokens)), (60, 7, INDEX["violin"], 9))

    def test_excerpts_begin_on_even_frames_inside_the_piece(self):
        for i in range(40):
            piece, first = data.piece_of(f"t{i}", 10.0)
            self.assertEqual(first % 2, 0)
            self.assertLess(first * data.FRAME, piece.seconds)


class Captions(unittest.TestCase):
    def test_a_stated_tempo_and_kit_stand_in_the_text(self):
        for text, values, said in examples(0, 400):
            stated = dict(zip(FIELDS, said))
            if stated["tempo"]:
                self.assertIn(str(values[FIELDS.index("tempo")] + 60), text)
            if not text:
                self.assertFalse(any(said))

    def test_deterministic_and_various(self):
        plan = draw_plan(random.Random(3))
        self.assertEqual(describe(plan, random.Random(1)), describe(plan, random.Random(1)))
        self.assertGreater(len({text for text, _, _ in examples(0, 300)}), 270)

    def test_prompts_of_the_evaluation_fit_the_composer(self):
        prompts = eval_prompts(120, 9)
        self.assertGreaterEqual(len({p["prompt"] for p in prompts}), 120)
        for p in prompts:
            self.assertIn(str(p["bpm"]), p["prompt"])
            piece = Composer("x", seconds=5, **p["fixed"])
            sounding = {INSTRUMENTS[getattr(piece.plan, role)].name for role in ROLES}
            self.assertTrue(set(p["instruments"]) <= sounding)


if __name__ == "__main__":
    unittest.main()
