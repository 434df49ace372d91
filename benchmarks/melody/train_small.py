"""Trains a small dual-path diffusion network on made-up latents, so that solvers can be compared on an ordinary differential equation that means something.

    python train_small.py MAKE FOLDER [MINUTES]

MAKE is the folder with melody_torch.py. FOLDER gets config.json and model.safetensors. The latents are sums of slow sinusoids: the semantic token of a
frame chooses frequency and mixture, phases and strengths are random.
"""
import json
import math
import sys
import time

import torch

sys.path.insert(0, sys.argv[1])
import melody_torch as mt

CONFIG = {"model_type": "vivace-melody", "semantic": {"tokens": 12, "window": 32, "frames_per_token": 4, "chunks": 4},
          "diffusion": {"latent_channels": 8, "width": 64, "blocks": 4, "segment": 16, "angle_width": 32, "embed_hidden": 64, "heads": 4, "coarse_layers": 1,
                        "feed_hidden": 128, "cross_rotary": True, "sru_layers": 2, "sru_hidden": 32, "sru_gate_recurrence": False, "guidance": 2.5}}


def latents(tokens, frames_per_token, generator):
    """Tokens [B, T] to latents [B, T * frames_per_token, 8] within about [-1, 1]."""
    table = torch.Generator().manual_seed(77)
    frequency = 0.004 + 0.05 * torch.rand(12, 2, generator=table)
    mixture = torch.randn(12, 2, 8, generator=table) / 2
    each = tokens.repeat_interleave(frames_per_token, 1)
    phase = torch.cumsum(2 * math.pi * frequency[each], 1) + 2 * math.pi * torch.rand(len(tokens), 1, 2, generator=generator)
    strength = 0.5 + torch.rand(len(tokens), 1, 2, generator=generator)
    return torch.tanh(((strength * phase.sin())[..., None] * mixture[each]).sum(2) + 0.05 * torch.randn(*each.shape, 8, generator=generator))


def tokens(batch, generator):
    """Every token is held for eight, so that a window has four of them."""
    return torch.randint(0, 12, (batch, 4), generator=generator).repeat_interleave(8, 1)


def main():
    minutes = float(sys.argv[3]) if len(sys.argv) > 3 else 5
    torch.manual_seed(5)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(6)
    net = mt.Melody(CONFIG).diffusion
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.01)
    start, step, mean = time.time(), 0, None
    while time.time() - start < 60 * minutes:
        done = (time.time() - start) / (60 * minutes)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, step / 50) * (0.5 + 0.5 * math.cos(math.pi * done))
        given = tokens(8, generator)
        loss = mt.diffusion_loss(net, latents(given, 4, generator), given, generator=generator)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step, mean = step + 1, loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            print(step, round(time.time() - start), round(mean, 4), flush=True)
    model = mt.Melody(CONFIG)
    model.diffusion.load_state_dict(net.state_dict())
    model.save(sys.argv[2])


if __name__ == "__main__":
    main()
