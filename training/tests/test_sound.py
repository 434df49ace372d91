"""Features, excitations, latents and the decoder's beginning. `python -m unittest discover -s tests` from training/."""
import unittest

import numpy as np
import torch

from nano import codec
from nano.features import excitations, features
from nano.networks import BANDS, BINS, DRUMS, FEATURES, HOP, LATENT, LOWEST, PITCHES, ROLES, SAMPLE_RATE, Decoder, sound, spectrum
from nano.score import Note, Plan
from nano.styles import FIELDS, INDEX, NAMES

DRUMS_AT = FEATURES - 4 - 2 * DRUMS


def plan(**fields):
    values = dict.fromkeys(FIELDS, 0) | {"style": NAMES.index("rock"), "tempo": 60, "bass": INDEX["electric bass"], "chords": INDEX["strings"],
                                         "melody": INDEX["flute"], "kit": INDEX["rock kit"]}
    return Plan(**values | fields)


SCORE = [Note("bass", 33, 0, .5), Note("chords", 60, .1234, 1.1), Note("chords", 64, .1234, 1.1), Note("melody", 81, .7, 1.3), Note("melody", 81, 1.3, 1.31),
         Note("kit", 0, .5, .5), Note("kit", 6, .75, .75), Note("kit", 1, 1, 1)]


class Features(unittest.TestCase):
    def test_level_and_recency_of_a_note(self):
        f = features([Note("melody", 60, .1, .2)], plan(), 0, 200)      # frames 12 to 25
        level, recency = f[:, 3 * 2 * PITCHES + 60 - LOWEST], f[:, 3 * 2 * PITCHES + PITCHES + 60 - LOWEST]
        self.assertTrue((level[:12] == 0).all() and (level[12:26] == 1).all())
        self.assertAlmostEqual(level[27], np.exp(-2 * .008 / .25), places=6)
        self.assertTrue(level[25 + 122] >= .02 and (level[25 + 123:] == 0).all())
        self.assertAlmostEqual(recency[12], 1)
        self.assertAlmostEqual(recency[20], np.exp(-8 * .008 / .1), places=6)
        self.assertTrue((recency[25 + 123:] == 0).all())

    def test_a_drum_counts_from_its_latest_hit(self):
        f = features([Note("kit", 2, t, t) for t in (.08, .16)], plan(), 0, 60)
        fast, slow = f[:, DRUMS_AT + 2], f[:, DRUMS_AT + DRUMS + 2]
        self.assertTrue(fast[9] == 0 and fast[10] == fast[20] == 1)
        self.assertAlmostEqual(fast[19], np.exp(-9 * .008 / .03), places=6)
        self.assertAlmostEqual(slow[25], np.exp(-5 * .008 / .2), places=6)

    def test_phases_follow_bar_and_beat(self):
        f = features([], plan(), 0, 250)        # 120 bpm: a bar is 2 s
        np.testing.assert_allclose(f[125, -4:], (-1, 0, 1, 0), atol=.06)

    def test_an_excerpt_is_a_part_of_the_whole(self):
        np.testing.assert_array_equal(features(SCORE, plan(), 0, 200)[60:160], features(SCORE, plan(), 60, 100))
        np.testing.assert_array_equal(excitations(SCORE, plan(), 0, 200)[:, 60 * HOP:160 * HOP], excitations(SCORE, plan(), 60, 100))


class Excitations(unittest.TestCase):
    def test_a_saw_is_in_tune_and_its_partials_fall(self):
        x = excitations([Note("melody", 69, 0, 2)], plan(), 0, 250)[3, SAMPLE_RATE // 2:3 * SAMPLE_RATE // 2]
        s = np.abs(np.fft.rfft(x * np.hanning(x.size)))     # bins of 1 Hz
        peaks = [s[440 * k - 3:440 * k + 4].max() for k in range(1, 6)]
        self.assertEqual(s.argmax(), 440)
        np.testing.assert_allclose(np.array(peaks) / peaks[0], 1 / np.arange(1, 6), rtol=.05)

    def test_each_role_has_its_own_and_silence_before_and_after(self):
        x = excitations(SCORE, plan(), 0, 400)
        self.assertEqual(x.shape, (len(ROLES), 400 * HOP))
        self.assertTrue((x[2] == 0).all() and (x[3, :round(.7 * SAMPLE_RATE)] == 0).all() and (x[:, round(2.4 * SAMPLE_RATE):] == 0).all())
        self.assertTrue((x[4, :SAMPLE_RATE // 2] == 0).all() and (x[4, SAMPLE_RATE // 2 + 1:SAMPLE_RATE // 2 + 100] != 0).any())


class Codec(unittest.TestCase):
    def test_spectra_and_sound_are_inverse(self):
        x = torch.randn(1, 50 * HOP, generator=torch.Generator().manual_seed(0))
        inner = slice(2 * HOP, -2 * HOP)
        torch.testing.assert_close(sound(spectrum(x))[:, inner], x[:, inner], atol=1e-5, rtol=1e-5)

    def test_bands_cover_the_spectrum_and_interpolation_keeps_constants(self):
        self.assertEqual(codec.bands().shape, (BANDS, BINS))
        self.assertTrue((codec.bands().max(1) > .5).all())
        np.testing.assert_allclose(codec.interpolation().sum(1), 1, atol=1e-6)

    def test_latents_hold_energies_that_lie_in_their_space(self):
        generator = torch.Generator().manual_seed(0)
        mix = torch.randn(LATENT, 2 * len(ROLES) * BANDS, generator=generator)
        values = (torch.randn(500, LATENT, generator=generator) @ mix).view(1, 1000, len(ROLES), BANDS)
        components = codec.Components.fit(codec.pairs(values)[0])
        latents = components.to_latents(values)
        self.assertEqual(latents.shape, (1, 500, LATENT))
        self.assertAlmostEqual(latents.var(1).mean().item(), 1, delta=.01)
        torch.testing.assert_close(components.to_energies(latents), values, atol=1e-3, rtol=1e-3)

    def test_a_fresh_decoder_gives_the_levels_that_latents_ask_for(self):
        torch.manual_seed(0)
        excitation = torch.from_numpy(excitations(SCORE, plan(), 0, 150))
        wanted = codec.energies(excitation)     # with these levels every gain is about 1
        components = codec.Components.fit(codec.pairs(wanted))
        decoder = Decoder()
        codec.prepare(decoder, components, wanted[100:140].mean(0))     # while chords and melody sound
        score, programs = torch.from_numpy(features(SCORE, plan(), 0, 150)), torch.tensor(plan().ints()[-len(ROLES):])
        made = codec.voices(decoder, components.to_latents(wanted), score, programs, excitation, codec.noise_samples(1, 150 * HOP))
        self.assertEqual(made.shape, excitation.shape)
        decibels = 20 * torch.log10(made[[1, 3], 100 * HOP:140 * HOP].std(1) / excitation[[1, 3], 100 * HOP:140 * HOP].std(1))
        self.assertLess(decibels.abs().max().item(), 4)

    def test_decode_gives_the_seconds_asked_for_and_depends_on_the_seed(self):
        a, b, c = (codec.decode(Decoder(), torch.zeros(75, LATENT), SCORE, plan(), 1.1, seed) for seed in (1, 1, 2) if torch.manual_seed(0))
        self.assertEqual(a.size, round(1.1 * SAMPLE_RATE))
        self.assertTrue((a == b).all() and (a != c).any() and np.abs(a).max() <= .89)

    def test_the_limiter_leaves_what_is_soft(self):
        x = np.array([-.6, .3, 5, -5], np.float32)
        np.testing.assert_allclose(codec.limit(x), (-.6, .3, .89, -.89), atol=1e-5)


if __name__ == "__main__":
    unittest.main()
