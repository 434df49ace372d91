"""The four networks of vivace-nano: text tower, language model of bars, dual-path denoiser, decoder. Shapes are [batch, time, channels].

This file is the definition that the Java engine is compared with; docs/nano.md gives the formulas and the tensors' names, which are those of `state_dict()`.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

STREAM_CODES = (1024, 1024)         # harmony + bass; melody + drums
NONE = 1024                         # "no such bar" in the tables of earlier bars
STEPS = 16                          # sixteenths of a bar; triple metres use the first 12
FIELDS = {"style": 16, "mode": 3, "key": 12, "tempo": 121, "energy": 3, "bass": 64, "chords": 64, "arp": 64, "melody": 64, "kit": 64}
ROLES = ("bass", "chords", "arp", "melody", "kit")
PITCHED = 4
LOWEST, PITCHES, DRUMS = 28, 72, 8
FEATURES = 2 * PITCHED * PITCHES + 2 * DRUMS + 4    # 596 a frame
BANDS, LATENT, SAMPLE_RATE, HOP, WINDOW = 20, 64, 24000, 192, 768
BINS = WINDOW // 2 + 1
FIRST_TEMPO = 60


class RMSNorm(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def rotate(x):
    """Rotary positions 0, 1, … on [.., n, head width]; pairs are (i, i + half), base 10 000."""
    n, half = x.shape[-2], x.shape[-1] // 2
    frequency = 10000.0 ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.arange(n, dtype=torch.float32)[:, None] * frequency
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


class Attention(nn.Module):
    """Self-attention with rotary positions; without biases."""

    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)

    def forward(self, x, keep=None):
        q, k, v = [t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(x).chunk(3, -1)]
        mask = None if keep is None else keep[:, None, None, :]
        y = F.scaled_dot_product_attention(rotate(q), rotate(k), v, attn_mask=mask, is_causal=self.causal)
        return self.out(y.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """Pre-norm transformer layer: attention, then down(silu(gate) * up)."""

    def __init__(self, width, heads, hidden, causal):
        super().__init__()
        self.attention_norm, self.feed_norm = RMSNorm(width), RMSNorm(width)
        self.attention = Attention(width, heads, causal)
        self.gate_up, self.down = nn.Linear(width, 2 * hidden, bias=False), nn.Linear(hidden, width, bias=False)

    def forward(self, x, keep=None):
        x = x + self.attention(self.attention_norm(x), keep)
        gate, up = self.gate_up(self.feed_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Cell(nn.Module):
    """Gated unit of the output chains: c + sigmoid(z) (tanh(n) - c), where [z, n] = linear([x, c])."""

    def __init__(self, inner, width):
        super().__init__()
        self.linear = nn.Linear(inner + width, 2 * width)

    def forward(self, x, c):
        z, n = self.linear(torch.cat([x, c], -1)).chunk(2, -1)
        return c + torch.sigmoid(z) * (torch.tanh(n) - c)


# ---------------------------------------------------------------- text

@dataclass
class TextConfig:
    words: int = 1024
    length: int = 48
    width: int = 160
    heads: int = 4
    layers: int = 3
    hidden: int = 384
    cell: int = 160
    link: int = 64


class TextTower(nn.Module):
    """Word pieces to a plan: a bidirectional encoder, whose mean starts a chain of one link a field of the plan. `said` tells which fields the text states."""

    def __init__(self, c=TextConfig()):
        super().__init__()
        self.config = c
        self.embedding = nn.Embedding(c.words, c.width)
        self.layers = nn.ModuleList(Layer(c.width, c.heads, c.hidden, False) for _ in range(c.layers))
        self.norm = RMSNorm(c.width)
        self.start = nn.Linear(c.width, c.cell)
        self.said = nn.Linear(c.width, len(FIELDS))
        self.cell = Cell(c.link, c.cell)
        self.position = nn.Parameter(torch.randn(len(FIELDS), c.link) * .1)
        self.fields = nn.ModuleDict({name: nn.Embedding(size, c.link) for name, size in FIELDS.items()})
        self.link_norm = RMSNorm(c.cell)
        self.heads = nn.ModuleDict({name: nn.Linear(c.cell, size) for name, size in FIELDS.items()})

    def encode(self, ids, keep):
        """ids [batch, length] of word pieces and which are there (bool): the text's vector [batch, width]."""
        x = self.embedding(ids)
        for layer in self.layers:
            x = layer(x, keep)
        weight = keep[..., None].to(x.dtype)
        return self.norm((x * weight).sum(1) / weight.sum(1).clamp(min=1))

    def link(self, i, c, previous):
        """Link i of the chain: state, and the value of the field before (None for the first), to state and logits."""
        names = list(FIELDS)
        x = self.position[i].expand(c.shape[0], -1)
        if i:
            x = x + self.fields[names[i - 1]](previous)
        c = self.cell(x, c)
        return c, self.heads[names[i]](self.link_norm(c))

    def forward(self, ids, keep, plan):
        """Teacher-forced logits of every field, and of `said`; plan [batch, fields]."""
        pooled = self.encode(ids, keep)
        c, logits = torch.tanh(self.start(pooled)), []
        for i in range(len(FIELDS)):
            c, each = self.link(i, c, plan[:, i - 1] if i else None)
            logits.append(each)
        return logits, self.said(pooled)


# ---------------------------------------------------------------- bars

@dataclass
class LmConfig:
    width: int = 256
    heads: int = 4
    layers: int = 6
    hidden: int = 640
    field: int = 24         # channels of a plan's field and of a token where a whole bar is read
    link: int = 128
    cell: int = 320
    bars: int = 32          # that attention sees
    back: tuple = (1, 2, 4, 8)
    from_start: int = 32    # positions told apart, counted from the first bar and from the last
    to_end: int = 16


class BarLm(nn.Module):
    """The semantic language model. One pass reads a bar and writes the next: the backbone runs once, and a chain of 32 links draws the bar's two tokens a step.

    A link also sees the tokens of the same step 1, 2, 4 and 8 bars ago, since music repeats.
    """

    def __init__(self, c=LmConfig()):
        super().__init__()
        self.config = c
        self.fields = nn.ModuleDict({name: nn.Embedding(size, c.field) for name, size in FIELDS.items()})
        self.plan = nn.Linear(len(FIELDS) * c.field, c.width)
        self.bar_tokens = nn.ModuleList(nn.Embedding(n + 1, c.field) for n in STREAM_CODES)
        self.bar = nn.Linear(2 * STEPS * c.field, c.width)
        self.from_start, self.to_end = nn.Embedding(c.from_start, c.width), nn.Embedding(c.to_end, c.width)
        self.layers = nn.ModuleList(Layer(c.width, c.heads, c.hidden, True) for _ in range(c.layers))
        self.norm = RMSNorm(c.width)
        self.start = nn.Linear(c.width, c.cell)
        self.tokens = nn.ModuleList(nn.Embedding(n, c.link) for n in STREAM_CODES)
        self.earlier = nn.ModuleList(nn.ModuleList(nn.Embedding(n + 1, c.link) for n in STREAM_CODES) for _ in c.back)
        self.position = nn.Parameter(torch.randn(2 * STEPS, c.link) * .1)
        self.cell = Cell(c.link, c.cell)
        self.link_norm = RMSNorm(c.cell)
        self.heads = nn.ModuleList(nn.Linear(c.cell, n) for n in STREAM_CODES)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=.1)

    def inputs(self, plan, bars, first, total):
        """What the backbone reads: plan [batch, fields]; bars [batch, n, STEPS, 2], each the bar BEFORE the one to be written (NONE throughout for the first);
        first and total [batch]: the number of the first bar to be written, and of all bars of the piece."""
        fields = torch.cat([self.fields[name](plan[:, i]) for i, name in enumerate(FIELDS)], -1)
        tokens = torch.cat([self.bar_tokens[s](bars[..., s]) for s in (0, 1)], -1)      # [.., STEPS, 2 field]
        number = first[:, None] + torch.arange(bars.shape[1])[None]
        ahead = (total[:, None] - 1 - number).clamp(0, self.config.to_end - 1)
        return (self.bar(tokens.flatten(2)) + self.plan(fields)[:, None]
                + self.from_start(number.clamp(max=self.config.from_start - 1)) + self.to_end(ahead))

    def backbone(self, x):
        for layer in self.layers:
            x = layer(x)
        return torch.tanh(self.start(self.norm(x)))

    def link(self, j, c, previous, earlier):
        """Link j (step j // 2, stream j % 2): state [rows, cell], the token of the link before (None for the first), and the tokens [rows, len(back)] of this
        link 1, 2, 4, 8 bars ago (NONE where there is no such bar), to the next state."""
        x = self.position[j].expand(c.shape[0], -1)
        if j:
            x = x + self.tokens[(j - 1) % 2](previous)
        for k, table in enumerate(self.earlier):
            x = x + table[j % 2](earlier[:, k])
        return self.cell(x, c)

    def logits(self, j, c):
        return self.heads[j % 2](self.link_norm(c))

    def forward(self, plan, bars, first, total):
        """Teacher-forced logits. bars [batch, n, STEPS, 2] are the bars to be written; first must be 0 (training sees whole pieces of at most `bars` bars).
        Returns two tensors [batch, n, STEPS, codes], one a stream."""
        none = torch.full_like(bars[:, :1], NONE)
        c = self.backbone(self.inputs(plan, torch.cat([none, bars[:, :-1]], 1), first, total)).flatten(0, 1)
        n = bars.shape[1]
        earlier = torch.stack([torch.cat([none.expand(-1, min(b, n), -1, -1), bars[:, :max(n - b, 0)]], 1) for b in self.config.back], -1).flatten(0, 1)
        flat, states = bars.flatten(0, 1), []
        for j in range(2 * STEPS):
            previous = flat[:, (j - 1) // 2, (j - 1) % 2] if j else None
            c = self.link(j, c, previous, earlier[:, j // 2, j % 2])
            states.append(c)
        states = self.link_norm(torch.stack(states, 1))
        shape = (bars.shape[0], n, STEPS, -1)
        return [self.heads[s](states[:, s::2]).view(shape) for s in (0, 1)]


# ---------------------------------------------------------------- latents

@dataclass
class DiffusionConfig:
    width: int = 256
    heads: int = 4
    blocks: int = 6
    hidden: int = 640
    kernel: int = 7
    dilations: tuple = (1, 2, 4, 1, 2, 4)
    segment: int = 25       # latent frames of 16 ms
    instrument: int = 32


class DualPathBlock(nn.Module):
    """Coarse path: attention over the means of segments, given to all their frames. Fine path: depthwise convolution and a perceptron, modulated (FiLM)."""

    def __init__(self, c, dilation):
        super().__init__()
        self.segment = c.segment
        self.coarse_norm = RMSNorm(c.width)
        self.coarse = Attention(c.width, c.heads, False)
        self.depthwise = nn.Conv1d(c.width, c.width, c.kernel, padding=(c.kernel - 1) // 2 * dilation, dilation=dilation, groups=c.width)
        self.norm = RMSNorm(c.width)
        self.film = nn.Linear(c.width, 2 * c.width)
        self.first, self.second = nn.Linear(c.width, c.hidden), nn.Linear(c.hidden, c.width)

    def forward(self, x, m):
        """x [batch, frames, width], frames a whole number of segments; m [batch, frames, width]."""
        means = x.unflatten(1, (-1, self.segment)).mean(2)
        x = x + self.coarse(self.coarse_norm(means)).repeat_interleave(self.segment, 1)
        y = self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2))
        a, b = self.film(m).chunk(2, -1)
        return x + self.second(F.gelu(self.first(y * (1 + a) + b)))


class Denoiser(nn.Module):
    """Dual-path diffusion over latents [batch, frames, LATENT] at 62.5 Hz: velocity from noisy latents, the frames' angles and what the score says."""

    def __init__(self, c=DiffusionConfig()):
        super().__init__()
        self.config = c
        self.instruments = nn.ModuleList(nn.Embedding(FIELDS[role], c.instrument) for role in ROLES)
        self.ensemble = nn.Linear(len(ROLES) * c.instrument, c.width)
        self.score = nn.Linear(2 * FEATURES, c.width)
        self.score_depthwise = nn.Conv1d(c.width, c.width, 15, padding=7, groups=c.width)
        self.score_second = nn.Linear(c.width, c.width)
        self.angle_start, self.angle_end = nn.Parameter(torch.randn(c.width) * .5), nn.Parameter(torch.randn(c.width) * .5)
        self.angle_first, self.angle_second = nn.Linear(c.width, c.width), nn.Linear(c.width, c.width)
        self.input = nn.Linear(LATENT, c.width)
        self.blocks = nn.ModuleList(DualPathBlock(c, d) for d in c.dilations)
        self.norm, self.output = RMSNorm(c.width), nn.Linear(c.width, LATENT)

    def condition(self, features, programs):
        """features [batch, frames, 2 FEATURES] (two frames of 8 ms side by side), programs [batch, ROLES]: vectors that no step changes."""
        instruments = self.ensemble(torch.cat([t(programs[:, i]) for i, t in enumerate(self.instruments)], -1))[:, None]
        s = F.gelu(self.score(features) + instruments)
        return self.score_second(s + self.score_depthwise(s.transpose(1, 2)).transpose(1, 2)), instruments

    def angles(self, angle):
        """angle [batch, frames]: [batch, frames, width]."""
        a = angle[..., None]
        return self.angle_second(F.gelu(self.angle_first(a.cos() * self.angle_start + a.sin() * self.angle_end)))

    def forward(self, x, angle, score, instruments):
        m = self.angles(angle) + instruments
        h = self.input(x) + score
        for block in self.blocks:
            h = block(h, m)
        return self.output(self.norm(h))


# ---------------------------------------------------------------- sound

@dataclass
class DecoderConfig:
    width: int = 256
    blocks: int = 5
    hidden: int = 640
    kernel: int = 7
    instrument: int = 32


class ConvNext(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.depthwise = nn.Conv1d(c.width, c.width, c.kernel, padding=c.kernel // 2, groups=c.width)
        self.norm = RMSNorm(c.width)
        self.first, self.second = nn.Linear(c.width, c.hidden), nn.Linear(c.hidden, c.width)

    def forward(self, x):
        return x + self.second(F.gelu(self.first(self.norm(self.depthwise(x.transpose(1, 2)).transpose(1, 2)))))


GAINS = PITCHED * BINS + PITCHED * BANDS + 2 * BINS     # harmonic gains; noise bands; gains of the kit's excitation and of its noise


class Decoder(nn.Module):
    """Latents and score to the spectra of five voices: excitations that are in tune by construction, shaped by gains that the network gives.

    `energies` undoes the principal components: [LATENT] to the log band energies of 2 frames x (ROLES x BANDS).
    """

    def __init__(self, c=DecoderConfig()):
        super().__init__()
        self.config = c
        self.energies = nn.Linear(LATENT, 2 * len(ROLES) * BANDS)
        self.instruments = nn.ModuleList(nn.Embedding(FIELDS[role], c.instrument) for role in ROLES)
        self.ensemble = nn.Linear(len(ROLES) * c.instrument, c.width)
        self.levels = nn.Linear(len(ROLES) * BANDS, c.width)
        self.score = nn.Linear(FEATURES, c.width)
        self.blocks = nn.ModuleList(ConvNext(c) for _ in range(c.blocks))
        self.norm = RMSNorm(c.width)
        self.output = nn.Linear(c.width, GAINS)
        self.direct = nn.Linear(len(ROLES) * BANDS, GAINS, bias=False)      # starts as the interpolation of bands to bins
        self.spread = nn.Linear(BANDS, BINS, bias=False)                    # that interpolation, kept fixed
        self.spread.weight.requires_grad_(False)

    def gains(self, latents, features, programs):
        """latents [batch, frames / 2, LATENT], features [batch, frames, FEATURES], programs [batch, ROLES]: natural logarithms of gains,
        harmonic [batch, frames, PITCHED, BINS], noise [batch, frames, PITCHED, BINS], kit [batch, frames, 2, BINS]."""
        levels = self.energies(latents).reshape(latents.shape[0], -1, len(ROLES) * BANDS)
        instruments = self.ensemble(torch.cat([t(programs[:, i]) for i, t in enumerate(self.instruments)], -1))[:, None]
        h = self.levels(levels) + self.score(features) + instruments
        for block in self.blocks:
            h = block(h)
        out = (self.output(self.norm(h)) + self.direct(levels)).clamp(-14, 6)
        harmonic, noise, kit = out.split((PITCHED * BINS, PITCHED * BANDS, 2 * BINS), -1)
        return harmonic.unflatten(-1, (PITCHED, BINS)), self.spread(noise.unflatten(-1, (PITCHED, BANDS))), kit.unflatten(-1, (2, BINS))

    def forward(self, latents, features, programs, excitations, noise):
        """excitations [batch, frames, PITCHED + 1, BINS] (complex: bass, chords, arp, melody, kit), noise [batch, frames, BINS] (complex).
        Returns the spectra of the five voices, [batch, frames, ROLES, BINS]; their sum is the mix."""
        harmonic, breath, kit = [g.exp() for g in self.gains(latents, features, programs)]
        pitched = excitations[:, :, :PITCHED] * harmonic + noise[:, :, None] * breath
        drums = excitations[:, :, PITCHED:] * kit[:, :, :1] + noise[:, :, None] * kit[:, :, 1:]
        return torch.cat([pitched, drums], 2)


def sound(spectra):
    """Spectra [batch, frames, BINS] to samples [batch, frames * HOP]: inverse transform, Hann window, overlap-add, divided by 1.5.

    Frame f covers samples f HOP - (WINDOW - HOP) / 2 … + WINDOW - 1 of the sound, so that it stands in the middle of its hop."""
    window = torch.hann_window(WINDOW, periodic=True)
    pieces = torch.fft.irfft(spectra, WINDOW) * window / 1.5
    frames, edge = pieces.shape[1], (WINDOW - HOP) // 2
    folded = F.fold(pieces.transpose(1, 2), (1, (frames - 1) * HOP + WINDOW), (1, WINDOW), stride=(1, HOP))
    return folded[:, 0, 0, edge:edge + frames * HOP]


def spectrum(signal):
    """Samples [.., frames * HOP] to spectra [.., frames, BINS], with the same frames and window as `sound`; zeros outside."""
    edge = (WINDOW - HOP) // 2
    padded = F.pad(signal, (edge, edge))
    return torch.fft.rfft(padded.unfold(-1, WINDOW, HOP) * torch.hann_window(WINDOW, periodic=True))


def parameters(module):
    return sum(p.numel() for p in module.parameters())


if __name__ == "__main__":
    for name, make in (("text", TextTower), ("lm", BarLm), ("diffusion", Denoiser), ("decoder", Decoder)):
        print(name, f"{parameters(make()) / 1e6:.2f} M")
