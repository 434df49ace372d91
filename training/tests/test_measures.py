"""What the evaluation measures, on signals whose answers are known."""
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import soundfile
import torch

from nano import classifier, hearing, measures, mixtures, report
from nano.networks import SAMPLE_RATE

TIME = np.arange(8 * SAMPLE_RATE) / SAMPLE_RATE


def tones(*pitches):
    """The MIDI pitches one after the other, each with an overtone."""
    step = np.minimum((TIME * len(pitches) / 8).astype(int), len(pitches) - 1)
    frequency = 440 * 2 ** ((np.array(pitches)[step] - 69) / 12)
    phase = 2 * np.pi * np.cumsum(frequency) / SAMPLE_RATE
    return .16 * np.sin(phase) + .05 * np.sin(2 * phase)


def clicks(bpm):
    return .5 * np.random.default_rng(0).standard_normal(TIME.size) * np.exp(-60 * (TIME % (60 / bpm)))


class Measures(unittest.TestCase):
    def test_tempo_of_clicks(self):
        found = measures.tempo(clicks(120))
        self.assertTrue(measures.tempo_is(found, 120))
        self.assertFalse(measures.tempo_is(found, 133))

    def test_factors_of_the_tempo(self):
        self.assertTrue(measures.tempo_is(61, 120))
        self.assertFalse(measures.tempo_is(61, 120, (1,)))
        self.assertFalse(measures.tempo_is(100, 120))

    def test_the_key_of_a_scale(self):
        weights = measures.chroma(tones(62, 66, 69, 64, 67, 71, 73, 62))
        self.assertTrue(measures.key_wins(weights, 2, "major", triad=.5))
        self.assertFalse(measures.key_wins(weights, 3, "major", triad=.5))

    def test_the_key_of_notes(self):
        weights = measures.chroma_of_notes([(0, 1, 57), (1, 2, 60), (2, 3, 64), (3, 3.5, 62), (4, 4.5, 59)])
        self.assertTrue(measures.key_wins(weights, 9, "minor"))
        self.assertFalse(measures.key_wins(np.zeros(12), 9, "minor"))

    def test_faults(self):
        sound = tones(60, 64)
        self.assertEqual(measures.faults(measures.health(sound)), [])
        gap, nan = sound.copy(), sound.copy()
        gap[3 * SAMPLE_RATE:5 * SAMPLE_RATE], nan[5] = 0, np.nan
        self.assertEqual(measures.faults(measures.health(gap)), ["silence"])
        self.assertEqual(measures.faults(measures.health(nan)), ["NaN"])
        self.assertIn("clipped", measures.faults(measures.health((20 * sound).clip(-1, 1))))
        self.assertIn("DC", measures.faults(measures.health(sound + .02)))
        self.assertIn("loudness", measures.faults(measures.health(.1 * sound)))

    def test_the_silence_after_the_end_is_none_inside(self):
        sound = tones(60, 64)
        sound[5 * SAMPLE_RATE:] = 0
        self.assertLess(measures.inner_silence(sound), .02)
        self.assertEqual(measures.inner_silence(0 * sound), 8.)

    def test_frechet_distance_of_gaussians(self):
        a = np.random.default_rng(1).standard_normal((20000, 2))
        self.assertAlmostEqual(measures.frechet(a, a), 0, places=6)
        self.assertAlmostEqual(measures.frechet(a, 2 * a + [3, 0]), 9 + 2, delta=.2)


class Hearing(unittest.TestCase):
    def test_a_report_of_a_folder(self):
        row = {"file": "a.wav", "prompt": "p", "bpm": 120, "key": "D", "mode": "major", "style": "rock", "instruments": ["piano"]}
        net, about = classifier.Classifier().eval(), {"thresholds": 0., "false_alarms": .05, "held_out": {"clips": 1, "style": .5}}
        with tempfile.TemporaryDirectory() as folder:
            soundfile.write(Path(folder) / "a.wav", tones(62, 66, 69, 64, 67, 71, 73, 62), SAMPLE_RATE)
            (Path(folder) / "prompts.jsonl").write_text(json.dumps(row))
            heard = hearing.measure(folder, [row], net, about)
            self.assertEqual(heard[0]["features"].shape, (3, classifier.CHANNELS))
            self.assertEqual(hearing.measure(folder, [row])[0]["tempo"], heard[0]["tempo"])
            self.assertEqual(hearing.verdicts(row, heard[0])["instruments"], 1)
            self.assertEqual(hearing.verdicts(row, heard[0])["key, chroma"], True)
            self.assertEqual(hearing.verdicts({"bpm": None}, heard[0]), {})
            text = report.write({Path(folder): ([row], heard)}, about)
        self.assertIn("| key, chroma |  | 1.00 |", text)

    def test_what_sounds_is_labelled(self):
        powers = torch.zeros(1, 5, 10, mixtures.MELS)
        powers[0, 1], powers[0, 3] = 1., mixtures.STORED * 4e-6 / mixtures.MELS
        found = mixtures.Mixtures.labels_of(powers, torch.tensor([[3, 4, 0, 5, 60]]))[0]
        self.assertEqual([found[i].item() for i in (3, 4, 5, 60)], [0, 1, -1, 0])


if __name__ == "__main__":
    unittest.main()
