"""Makes the fixtures of this folder: python make.py (torch 2.15, numpy 2.4)."""
import argparse
import collections
import os

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def state():
    base = torch.arange(24.).reshape(2, 3, 4)
    tensors = collections.OrderedDict(
        plain=base, transposed=torch.arange(6.).reshape(2, 3).t(), stepped=torch.arange(10.)[2:8:2],
        broadcast=torch.tensor([1., 2.]).reshape(2, 1).expand(2, 3), half=torch.tensor([1.5, -2]).half(),
        bfloat=torch.tensor([1.5, -3]).bfloat16(), double=torch.tensor([0.1], dtype=torch.float64),
        long=torch.tensor([1, -2, 3]), int=torch.tensor([7], dtype=torch.int32), byte=torch.tensor([255], dtype=torch.uint8),
        flag=torch.tensor([True, False]), scalar=torch.tensor(3.), empty=torch.zeros(0), parameter=torch.nn.Parameter(torch.tensor([4., 5.])),
        shared=base[1])
    tensors._metadata = {"": {"version": 1}}
    return tensors


torch.save(state(), os.path.join(HERE, "state.bin"))
torch.save(state(), os.path.join(HERE, "legacy.bin"), _use_new_zipfile_serialization=False)
torch.save({"best_state": state(), "xp.cfg": "a: 1\nb: ${a}\n", "args": argparse.Namespace(lr=0.1, names=["x"]), "dtype": torch.float16,
            "size": torch.Size([1, 2]), "device": torch.device("cpu"), "set": {1}, "none": None, "big": 1 << 80, "negative": -5, "real": 1.5,
            "bytes": b"abc", 3: "three", ("a", "b"): "pair"}, os.path.join(HERE, "nested.bin"))
np.savez(os.path.join(HERE, "arrays.npz"), plain=np.arange(6, dtype="f4").reshape(2, 3), fortran=np.asfortranarray(np.arange(6, dtype="f8").reshape(2, 3)),
         half=np.array([1.5], dtype="f2"), scalar=np.array(2, dtype="i8"))
np.savez_compressed(os.path.join(HERE, "compressed.npz"), plain=np.zeros(100, dtype="f4"))
np.savez(os.path.join(HERE, "objects.npz"), o=np.array([{}], dtype=object))
