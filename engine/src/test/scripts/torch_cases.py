"""Writes torch-cases.txt: operations computed by PyTorch and transformers in float64 from float32 inputs.

    pip install torch==2.15.0 transformers==5.23.0
    python3 engine/src/test/scripts/torch_cases.py > engine/src/test/resources/io/vivace/backend/reference/torch-cases.txt

A case is a line "case OP key=value …", then one line a tensor: "NAME DTYPE DIM,DIM : elements". DTYPE is f (float32 operand), i (int32
operand) or d (float64, expected result). Activations are channels-last; matrices are laid out as the flat file wants them.
"""
import itertools

import torch
import torch.nn.functional as F
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper
from transformers.activations import ACT2FN
from transformers.models.encodec.modeling_encodec import EncodecConv1d

torch.manual_seed(3)
ACTIVATIONS = {"NONE": lambda x: x, "RELU": F.relu, "GELU_ERF": F.gelu, "GELU_TANH": ACT2FN["gelu_new"], "ELU": F.elu,
               "TANH": torch.tanh, "SIGMOID": torch.sigmoid, "SILU": F.silu, "LEAKY_RELU": lambda x: F.leaky_relu(x, 0.1)}


def random(*dims, scale=1.0):
    return (torch.randn(*dims) * scale).double()


def line(name, tensor):
    kind = {torch.float32: "f", torch.int32: "i", torch.float64: "d"}[tensor.dtype]
    values = " ".join(repr(v) for v in tensor.flatten().tolist())
    print(name, kind, ",".join(map(str, tensor.shape)), ":", values)


def case(op, params, expected, **operands):
    """Operands are float64 holding float32 values; integers go as they are; None is absent."""
    print("case", op, *(f"{k}={v}" for k, v in params.items()))
    for name, x in operands.items():
        if x is not None:
            line(name, x.float() if x.dtype == torch.float64 else x.int())
    for name, x in expected.items():
        line("=" + name, x.double())


def activations():
    x = torch.cat([torch.linspace(-9, 9, 37), torch.tensor([0.0, -0.0, 1e-6, -1e-6, -40.0, 40.0, 3.7])]).double().reshape(2, 2, 11)
    for name, f in ACTIVATIONS.items():
        case("activate", {"activation": name}, {"y": f(x)}, x=x)
        case("gated", {"activation": name}, {"y": f(x[..., :5]) * x[..., 5:10]}, x=x[..., :10].contiguous())


def linear():
    for i, (name, f) in enumerate(ACTIVATIONS.items()):
        x, w = random(2, 3, 5), random(4, 5)
        b = random(4) if i % 2 else None
        r = random(2, 3, 4) if i % 3 else None
        y = F.linear(x, w, b)
        case("linear", {"activation": name}, {"y": f(y if r is None else y + r)}, x=x, weight=w, bias=b, residual=r)


def norms():
    for scale, offset, eps in [(1.0, 0.0, 1e-5), (0.001, 0.0, 1e-12), (1.0, 300.0, 1e-6)]:
        x, gamma, beta = (random(2, 3, 8, scale=scale) + offset).float().double(), random(8), random(8)
        case("layer-norm", {"epsilon": eps}, {"y": F.layer_norm(x, (8,), gamma, beta, eps)}, x=x, gamma=gamma, beta=beta)
        case("layer-norm", {"epsilon": eps}, {"y": F.layer_norm(x, (8,), gamma, None, eps)}, x=x, gamma=gamma)
        case("rms-norm", {"epsilon": eps}, {"y": F.rms_norm(x, (8,), gamma, eps)}, x=x, gamma=gamma)
        for groups in (1, 2, 8):
            y = F.group_norm(x.mT, groups, gamma, beta, eps).mT
            case("group-norm", {"groups": groups, "epsilon": eps}, {"y": y}, x=x, gamma=gamma, beta=beta)


def heads(x, n):
    return x.unflatten(2, (n, -1)).transpose(1, 2)


def attend(q, k, v, n, scale, visible, bias=None):
    """Keys that are not visible take no part; a query without any gives zeros."""
    scores = heads(q, n) @ heads(k, n).mT * scale
    scores = scores if bias is None else scores + bias
    p = torch.softmax(scores.masked_fill(~visible, -torch.inf), -1).nan_to_num(0.0)
    return (p @ heads(v, n)).transpose(1, 2).flatten(2)


def attention():
    b, q, k, n, d = 2, 4, 5, 2, 3
    for causal, mask, biased in itertools.product((False, True), (False, True), (False, True)):
        if not causal and not mask and not biased:  # PyTorch's own, to pin down the definition above
            x, y, z = random(b, q, n * d), random(b, k, n * d), random(b, k, n * d)
            out = F.scaled_dot_product_attention(heads(x, n), heads(y, n), heads(z, n)).transpose(1, 2).flatten(2)
            case("attention", {"heads": n, "scale": d ** -0.5, "causal": False}, {"y": out}, q=x, k=y, v=z)
        x, y, z = random(b, q, n * d), random(b, k, n * d), random(b, k, n * d)
        keep = torch.tensor([[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]])  # causal: the first three queries of row 1 see nothing
        bias = random(n, q, k) if biased else None
        visible = torch.ones(b, 1, q, k, dtype=torch.bool)
        visible = visible & keep[:, None, None].bool() if mask else visible
        visible = visible.tril() if causal else visible
        case("attention", {"heads": n, "scale": 1.0 if biased else d ** -0.5, "causal": causal},
             {"y": attend(x, y, z, n, 1.0 if biased else d ** -0.5, visible, bias)}, q=x, k=y, v=z, bias=bias, keep=keep if mask else None)
    x, y, z = random(b, q, n * d), random(b, k, n * d), random(b, k, n * d)
    case("attention", {"heads": n, "scale": 0.5, "causal": False},
         {"y": torch.zeros(b, q, n * d)}, q=x, k=y, v=z, keep=torch.zeros(b, k, dtype=torch.int32))


def cached_attention():
    """The cached runs over slices of the frames must give what one causal attention over all gives."""
    for chunks in ("6", "1,1,1,1,1,1", "3,1,2"):
        q, k, v = random(2, 6, 8), random(2, 6, 8), random(2, 6, 8)
        out = F.scaled_dot_product_attention(heads(q, 4), heads(k, 4), heads(v, 4), is_causal=True).transpose(1, 2).flatten(2)
        case("cached-attention", {"heads": 4, "scale": 2 ** -0.5, "capacity": 7, "chunks": chunks}, {"y": out}, q=q, k=k, v=v)


def taps_outermost(w):
    """[outputs, inputs, kernel] to [outputs, kernel·inputs]."""
    return w.transpose(1, 2).flatten(1).contiguous()


def convolutions():
    modes = {"ZERO": "constant", "REFLECT": "reflect", "REPLICATE": "replicate"}
    for mode, (frames, kernel, stride, dilation, left, right), f in itertools.product(
            modes, [(5, 3, 1, 1, 0, 0), (6, 3, 1, 1, 2, 0), (7, 4, 2, 1, 1, 2), (6, 3, 1, 2, 3, 1), (9, 2, 3, 3, 0, 2), (8, 1, 1, 1, 0, 0),
                    (2, 5, 1, 1, 4, 1), (1, 4, 2, 1, 2, 3), (3, 5, 1, 1, 2, 5)], ("NONE", "ELU")):
        x, w = random(2, frames, 3), random(2, 3, kernel)
        b = random(2) if f == "ELU" else None
        if mode == "REPLICATE":
            padded = F.pad(x.mT, (left, right), "replicate")
        else:
            padded = EncodecConv1d._pad1d(x.mT, (left, right), modes[mode])
        y = F.conv1d(padded, w, b, stride, dilation=dilation).mT
        r = random(*y.shape) if stride == 1 and f == "ELU" else None
        case("conv1d", {"kernel": kernel, "stride": stride, "dilation": dilation, "left": left, "right": right, "mode": mode, "activation": f},
             {"y": ACTIVATIONS[f](y if r is None else y + r)}, x=x, weight=taps_outermost(w), bias=b, residual=r)


def phases(w, stride):
    """[inputs, outputs, kernel] to [stride·outputs, ceil(kernel/stride)·inputs], oldest input first."""
    inputs, outputs, kernel = w.shape
    taps = -(-kernel // stride)
    matrix = torch.zeros(stride * outputs, taps * inputs, dtype=w.dtype)
    for r, i in itertools.product(range(stride), range(taps)):
        tap = r + (taps - 1 - i) * stride
        if tap < kernel:
            matrix[r * outputs:(r + 1) * outputs, i * inputs:(i + 1) * inputs] = w[:, :, tap].T
    return matrix


def transposed_convolutions():
    for frames, kernel, stride, left, right, f in [(4, 4, 2, 0, 0, "NONE"), (4, 4, 2, 1, 1, "ELU"), (3, 5, 2, 1, 2, "NONE"), (3, 7, 3, 0, 4, "NONE"),
                                                   (1, 6, 3, 2, 1, "ELU"), (5, 3, 3, 0, 0, "TANH"), (2, 8, 1, 7, 0, "NONE"), (2, 5, 4, 4, 4, "NONE")]:
        x, w = random(2, frames, 3), random(3, 2, kernel)
        b = random(2) if f != "NONE" else None
        y = F.conv_transpose1d(x.mT, w, b, stride).mT
        y = y[:, left:y.shape[1] - right]
        case("conv-transpose1d", {"kernel": kernel, "stride": stride, "left": left, "length": y.shape[1], "activation": f},
             {"y": ACTIVATIONS[f](y)}, x=x, weight=phases(w, stride), bias=b)


def lstm():
    layer = torch.nn.LSTM(3, 4, batch_first=True).double()
    for p in layer.parameters():
        p.data = random(*p.shape, scale=0.6)
    layer.bias_hh_l0.data = torch.randint(-4, 4, (16,)).double() / 4
    layer.bias_ih_l0.data = torch.randint(-4, 4, (16,)).double() / 4  # their sum is exact in float32
    bias = layer.bias_ih_l0 + layer.bias_hh_l0
    weights = {"wInput": layer.weight_ih_l0, "wHidden": layer.weight_hh_l0, "bias": bias}
    with torch.no_grad():
        x = random(2, 6, 3)
        case("lstm", {"chunks": "6", "carried": False}, {"y": layer(x)[0]}, x=x, **weights)
        for chunks in ("6", "1,5", "2,1,3"):
            h, c = random(2, 4), random(2, 4)
            y, (hn, cn) = layer(x, (h[None], c[None]))
            case("lstm", {"chunks": chunks, "carried": True}, {"y": y, "hidden": hn[0], "cell": cn[0]}, x=x, hidden=h, cell=c, **weights)


def lookups():
    ids = torch.randint(0, 6, (2, 3, 4))
    tables = [random(6, 5) for _ in range(4)]
    y = sum(F.embedding(ids[..., k].long(), tables[k]) for k in range(4))
    case("embedding-sum", {}, {"y": y}, ids=ids, **{f"table.{k}": t for k, t in enumerate(tables)})
    x, table = random(2, 7, 5), random(9, 5)
    table[4] = table[2]  # equally near: the first counts
    x[0, 0] = table[4]
    distance = torch.cdist(x, table[None].expand(2, -1, -1), compute_mode="donot_use_mm_for_euclid_dist")
    case("nearest", {}, {"y": distance.argmin(-1)}, x=x, table=table)


def guidance():
    both = random(4, 2, 5)
    for scale in (3.0, 1.0, 0.25):
        case("guide", {}, {"y": both[2:] + (both[:2] - both[2:]) * scale}, both=both, scale=torch.tensor([scale]).double())


def softmax():
    x = random(3, 4, 5, scale=8.0)
    x[0, 1, 2:] = -torch.inf
    case("softmax", {}, {"y": torch.softmax(x, -1)}, x=x)


def probabilities():
    logits = random(2, 3, 12, scale=2.0)
    logits[0, 0, [1, 5, 7]] = logits[0, 0].max() + 1  # ties at the top
    logits[0, 1] = torch.tensor([0, 3, 1, 3, 2, 1, 2, 0, 1, 3, 2, 1]).double()  # ties everywhere
    logits[1, 2] = 0.5  # all equal
    logits = logits.float().double()
    for temperature, k, p in [(1.0, 0, 0.0), (0.7, 0, 0.0), (1.0, 1, 0.0), (1.0, 4, 0.0), (1.3, 5, 0.0), (1.0, 12, 0.0), (1.0, 40, 0.0),
                              (1.0, 0, 0.9), (1.0, 0, 0.4), (1.0, 0, 0.01), (1.0, 0, 1.0), (0.8, 6, 0.75), (2.0, 3, 0.5)]:
        scores = logits.reshape(-1, 12)
        temperature = torch.tensor(temperature).item()
        p = torch.tensor(p).item()  # the nearest float32, which is what a settings row holds
        scores = TemperatureLogitsWarper(temperature)(None, scores)
        scores = scores if k == 0 else TopKLogitsWarper(k)(None, scores)
        scores = scores if p in (0.0, 1.0) else TopPLogitsWarper(p)(None, scores)
        settings = torch.tensor([[temperature, k, p]] * 2).double()
        case("probabilities", {}, {"y": torch.softmax(scores, -1).reshape(logits.shape)}, logits=logits, settings=settings)


for family in (activations, linear, norms, attention, cached_attention, convolutions, transposed_convolutions, lstm, lookups, guidance,
               softmax, probabilities):
    family()
