"""The sampler's steps and windows; and that kept frames stay as they are."""
import math
import unittest

import torch

from nano.diffusion import CONTEXT, FIRST, SEGMENT, WINDOW, move, noise, padded, sample, sample_long, widths, windows
from nano.networks import FEATURES, LATENT, ROLES, Denoiser
from nano.train_diffusion import angles, loss


class DiffusionTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = Denoiser().requires_grad_(False).eval()
        self.programs = torch.ones(1, len(ROLES), dtype=torch.long)

    def test_widths_sum_to_a_quarter_turn(self):
        for steps in (1, 4, 6, 50):
            self.assertAlmostEqual(sum(widths(steps)), math.pi / 2)

    def test_first_order_is_exact_for_constant_latents_and_noise(self):
        x, n = torch.tensor(.7), torch.tensor(-1.3)
        z, angle = n, math.pi / 2
        for width in reversed(widths(5)):
            z = move(z, math.cos(angle) * n - math.sin(angle) * x, width, None, 1)
            angle -= width
        self.assertAlmostEqual(float(z), .7, places=5)

    def test_second_order_is_exact_for_velocity_linear_in_the_angle(self):
        def velocity(angle):
            return torch.tensor(2 * angle - .5)
        angle, last, z = 1.2, (velocity(1.5), .3), torch.tensor(0.)
        for width in (.5, .4, .3):
            v = velocity(angle)
            z, last, angle = move(z, v, width, last, 2), (v, width), angle - width
        self.assertAlmostEqual(float(z), -(1.2 ** 2 - .5 * 1.2), places=5)

    def test_windows_cover_each_frame_once(self):
        for frames in (SEGMENT, WINDOW, WINDOW + SEGMENT, 3 * WINDOW):
            found = windows(frames)
            self.assertEqual([new for _, new, _ in found] + [frames], [0] + [end for _, _, end in found])
            self.assertTrue(all(new - start == CONTEXT for start, new, _ in found[1:]))
        self.assertEqual(padded(1), SEGMENT)

    def test_kept_frames_stay(self):
        z, kept = torch.randn(1, 50, LATENT), torch.arange(50) < 20
        made = sample(self.model, torch.rand(1, 50, 2 * FEATURES), self.programs, z, kept, 3)
        self.assertTrue(torch.equal(made[:, :20], z[:, :20]))
        self.assertFalse(torch.equal(made[:, 20:], z[:, 20:]))

    def test_long_clips_begin_with_their_first_window(self):
        frames, seeds = WINDOW + 50, noise(3, WINDOW + 50)
        score = torch.rand(frames, 2 * FEATURES)
        made = sample_long(self.model, score, self.programs[0], seeds, 2)
        first = sample(self.model, score[None, :FIRST], self.programs, seeds[None, :FIRST], None, 2)[0]
        self.assertTrue(torch.allclose(made[:FIRST], first, atol=1e-5))

    def test_training_judges_only_free_frames(self):
        generator = torch.Generator().manual_seed(0)
        batch = torch.randn(2, 50, LATENT), torch.rand(2, 50, 2 * FEATURES), self.programs.expand(2, -1)
        for keeps in (False, True):
            self.assertTrue(0 < float(loss(self.model, batch, generator, keeps)) < 10)
        self.assertTrue(0 <= float(angles(8, generator).min()) <= float(angles(8, generator).max()) <= float(torch.tensor(math.pi / 2)))


if __name__ == "__main__":
    unittest.main()
