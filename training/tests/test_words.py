"""Quick checks of the word pieces, of the language model's shortcuts, and of writing: python -m unittest discover tests (in training/)."""
import random
import unittest

import numpy as np
import torch
import torch.nn.functional as F

from nano.networks import NONE, STEPS, BarLm, LmConfig
from nano.score import HARMONY
from nano.styles import NAMES
from nano.token_measures import compare
from nano.train_lm import Window, draw, losses, silence, write
from nano.words import BEGIN, END, LENGTH, NUMBERS, SIZE, UNKNOWN, Words, build, clean, split

TEXTS = ("A calm Lo-Fi hip hop beat in F# minor, 84 bpm, with Rhodes & brushes!", "épic Straße, C♯ dorian, 120bpm “fast”", "  ", "waltz\tin 3/4\n piano\u200b x",
         "日本 jazz \U0001f3b7 ok", "1200 99.5 Ångström İstanbul ΣΑΣ", "x" * 101)
SMALL = LmConfig(width=32, heads=2, layers=2, hidden=48, field=4, link=12, cell=24)


def reference(word, pieces):
    """Greedy longest match, by looking through all the pieces."""
    found, rest, mark = [], word, ""
    while rest:
        fits = [p for p in pieces if p.startswith(mark) and rest.startswith(p[len(mark):]) and p != mark and (mark or not p.startswith("##") or rest.startswith("##"))]
        if not fits:
            return ["[UNK]"]
        found.append(max(fits, key=len))
        rest, mark = rest[len(found[-1]) - len(mark):], "##"
    return found


class WordsTest(unittest.TestCase):
    def setUp(self):
        self.words = Words()

    def test_vocabulary(self):
        self.assertLessEqual(len(self.words.pieces), SIZE)
        self.assertEqual(len(self.words.pieces), len(set(self.words.pieces)))
        for word in [*map(str, NUMBERS), "waltz", "piano", "minor"]:
            self.assertEqual(self.words.encode(word), [BEGIN, self.words.ids[word], END])

    def test_greedy_match(self):
        rng = random.Random(0)
        for _ in range(300):
            word = "".join(rng.choice("aeilmnoprstw019é#") for _ in range(rng.randint(1, 12)))
            for part in split(clean(word)):
                self.assertEqual([self.words.pieces[i] for i in self.words.word(part)], reference(part, self.words.pieces), part)

    def test_clean_text(self):
        self.assertEqual(clean("Épic Straße\u200b\t日本"), "epic straße  日  本 ")
        self.assertEqual(split(clean(TEXTS[0]))[:6], ["a", "calm", "lo", "-", "fi", "hip"])

    def test_nothing_usual_is_unknown(self):
        for text in TEXTS[:4]:
            self.assertNotIn(UNKNOWN, self.words.encode(text))
        self.assertEqual(self.words.encode(TEXTS[6]), [BEGIN, UNKNOWN, END])

    def test_batch(self):
        ids, keep = self.words.batch([*TEXTS, "long " * 99])
        self.assertEqual(ids.shape, (8, LENGTH))
        self.assertEqual(ids[2, :2].tolist(), [BEGIN, END])
        self.assertEqual(keep.sum(1).tolist(), [len(self.words.encode(t)) for t in TEXTS] + [LENGTH])

    def test_build_is_deterministic(self):
        self.assertEqual(build(TEXTS), build(TEXTS))
        self.assertIn("brushes", build(TEXTS))


class LmTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = silence(BarLm(SMALL).requires_grad_(False))
        some = [Window(seed, SMALL.bars) for seed in range(40)]
        self.triple = [w for w in some if w.steps == 12 and len(w.tokens) <= SMALL.bars]
        self.quadruple = [w for w in some if w.steps == 16 and len(w.tokens) <= SMALL.bars]

    def test_loss_is_the_networks(self):
        for group in (self.triple[:3], self.quadruple[:3]):
            sums, expected = losses(self.model, group)[0], np.zeros(2)
            for w in group:
                bars = torch.from_numpy(w.tokens).long()[None]
                logits = self.model(torch.tensor([w.plan]), bars, torch.tensor([0]), torch.tensor([len(w.tokens)]))
                for s in (0, 1):
                    expected[s] += F.cross_entropy(logits[s][0, :, :w.steps].flatten(0, 1), bars[0, :, :w.steps, s].flatten(), reduction="sum")
            np.testing.assert_allclose([float(s) for s in sums], expected, rtol=1e-5)

    def test_writing(self):
        both = [self.triple[0].plan, self.quadruple[0].plan]
        pieces = write(self.model, both, [5, 35], seed=3)
        self.assertEqual([p.shape for p in pieces], [(5, STEPS, 2), (35, STEPS, 2)])
        self.assertEqual([p.dtype for p in pieces], [np.int16] * 2)
        self.assertFalse(pieces[0][:, 12:].any())
        self.assertTrue((pieces[1] < [len(HARMONY), NONE]).all())
        again = write(self.model, both, [5, 35], seed=3)
        self.assertTrue(all((a == b).all() for a, b in zip(pieces, again)))
        alone = write(self.model, both[1:], [35], seed=4)[0]
        self.assertTrue((alone == pieces[1]).all())
        self.assertFalse((write(self.model, both[:1], [5], seed=5)[0] == pieces[0]).all())

    def test_writing_follows_the_network(self):
        """What is written greedily has the highest logit at every place."""
        w = self.quadruple[0]
        tokens = write(self.model, [w.plan], [12], top_k=1)[0]
        bars = torch.from_numpy(tokens).long()[None]
        logits = self.model(torch.tensor([w.plan]), bars, torch.tensor([0]), torch.tensor([12]))
        for s in (0, 1):
            self.assertTrue((logits[s].argmax(-1)[0] == bars[0, :, :, s]).all())

    def test_draw(self):
        logits = torch.tensor([[0., 2., 1.]]).expand(1000, -1)
        luck = (torch.arange(1000) + .5) / 1000
        shares = np.bincount(draw(logits, luck, 1., 0), minlength=3) / 1000
        np.testing.assert_allclose(shares, logits[0].softmax(0), atol=2e-3)
        self.assertEqual(draw(logits, luck, .5, 2).unique().tolist(), [1, 2])

    def test_composed_pieces_measure_well(self):
        table = dict(compare([(w.plan, w.tokens) for w in self.triple + self.quadruple]))
        self.assertGreater(table["in scale: melody"], .95)
        self.assertEqual(table["ends on the tonic: bass"], 1)
        self.assertEqual(table["unplanned roles that sound"], 0)
        self.assertTrue(all(0 <= w.plan[0] < len(NAMES) for w in self.triple))


if __name__ == "__main__":
    unittest.main()
