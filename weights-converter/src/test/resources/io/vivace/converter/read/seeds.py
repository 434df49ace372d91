"""Makes the seeds of CheckpointFuzzTest out of the fixtures: python seeds.py (seeded, so that it always makes the same)."""
import os
import pickle
import random
import struct
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(7)


def save(target, seeds):
    folder = os.path.join(HERE, "CheckpointFuzzTestInputs", target)
    os.makedirs(folder, exist_ok=True)
    for name, data in seeds:
        with open(os.path.join(folder, name), "wb") as out:
            out.write(data)


def fixture(name):
    with open(os.path.join(HERE, name), "rb") as file:
        return file.read()


def damaged(data, count):
    for i in range(count):
        bad = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            kind = rng.randrange(3)
            at = rng.randrange(len(bad))
            if kind == 0:
                bad[at] ^= 1 << rng.randrange(8)
            elif kind == 1:
                del bad[at:at + rng.randint(1, 8)]
            else:
                bad[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        yield f"damaged-{i:02d}", bytes(bad)


def safetensors(header, data):
    return struct.pack("<Q", len(header)) + header + data


good = safetensors(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"format":"pt"}}', bytes(8))
save("safetensors", [("good", good), *damaged(good, 40)])
save("npz", [("good", fixture("arrays.npz")), ("objects", fixture("objects.npz")), *damaged(fixture("arrays.npz"), 20)])
save("torch", [("zip", fixture("state.bin")), ("legacy", fixture("legacy.bin")), *damaged(fixture("legacy.bin"), 20),
               *(("zip-" + n, d) for n, d in damaged(fixture("state.bin"), 10))])
with zipfile.ZipFile(os.path.join(HERE, "nested.bin")) as archive:
    inner = archive.read("nested/data.pkl")
save("pickle", [("good", inner), *damaged(inner, 40), *((f"protocol-{p}", pickle.dumps({"a": [1, 2.5, "x", None, True, (1,)]}, p)) for p in (2, 3, 4, 5)),
                ("call", b"cos\nsystem\n(X\x02\0\0\0idtR."), ("self", b"]q\0h\0a.")])
yaml = b"a: 1\nb:\n  c: [1, -2.5, true, null]\n  d: []\ne:\n- x\n- f: 1\n  g: '2'\n- - 3\n  - 4\nh: ${a}\nk: {x: ${a}, 'y': [\"${b}\"]}\n"
save("yaml", [("good", yaml), *damaged(yaml, 40)])
