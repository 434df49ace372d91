"""Word pieces: text to at most LENGTH ids, as BERT does it (vocab.txt, which the Java engine's tokenizer reads as it is).

Lower case, accents taken off, words cut at blanks and punctuation; a word is its longest piece, then the longest that continues it ("##"), and so on. Single letters,
digits and marks are all pieces, so only characters that no prompt needs are unknown. [CLS] and [SEP] stand around the text; longer texts lose what is behind the
first LENGTH ids.

`python -m nano.words` counts captions and writes vocab.txt; training needs it unchanged from then on.
"""
import argparse
import math
import unicodedata
from collections import Counter
from pathlib import Path

import torch

from nano.networks import TextConfig

VOCABULARY = Path(__file__).with_name("vocab.txt")
SIZE, LENGTH = TextConfig.words, TextConfig.length
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNKNOWN, BEGIN, END, _ = range(len(SPECIAL))
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789" + "ßæøœđłıð♯♭♮°№"
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" + "’‘“”–—…·•«»¿¡"
NUMBERS = range(50, 201)        # beats per minute
ENDINGS = ("s", "y", "ing", "ed", "er", "ish", "ly", "bpm")
IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF),
              (0x2F800, 0x2FA1F))
LONGEST_WORD = 100


def clean(text):
    """BERT's clean-up: no control characters, plain blanks, also around Chinese characters, no accents, lower case."""
    kept = "".join(" " if c.isspace() else c for c in text if c in "\t\n\r" or unicodedata.category(c)[0] != "C" and c != "\ufffd")
    spaced = "".join(f" {c} " if any(first <= ord(c) <= last for first, last in IDEOGRAPHS) else c for c in kept)
    bare = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn")
    return "".join(c.lower() for c in bare)


def is_mark(c):
    return c.isascii() and not c.isalnum() and not c.isspace() or unicodedata.category(c)[0] == "P"


def split(text):
    """Words of a cleaned text: what stands between blanks, and each mark for itself."""
    return "".join(f" {c} " if is_mark(c) else c for c in text).split()


class Words:
    """The vocabulary, and texts to ids."""

    def __init__(self, vocabulary=VOCABULARY):
        """vocabulary: a file with one piece a line, or a list of pieces."""
        pieces = vocabulary if isinstance(vocabulary, list) else Path(vocabulary).read_text(encoding="utf-8").splitlines()
        self.pieces, self.ids, self.known = pieces, {piece: i for i, piece in enumerate(pieces)}, {}

    def word(self, word):
        """Ids of one word; [UNK] if a character of it is in no piece."""
        if word not in self.known:
            if len(self.known) > 200_000:
                self.known.clear()
            self.known[word] = self.greedy(word)
        return self.known[word]

    def greedy(self, word):
        if len(word) > LONGEST_WORD:
            return [UNKNOWN]
        found, at = [], 0
        while at < len(word):
            end = len(word)
            while end > at and ("##" if at else "") + word[at:end] not in self.ids:
                end -= 1
            if end == at:
                return [UNKNOWN]
            found.append(self.ids[("##" if at else "") + word[at:end]])
            at = end
        return found

    def encode(self, text):
        """At most LENGTH ids, [CLS] in front, [SEP] behind a text that fits."""
        return [BEGIN, *(i for word in split(clean(text)) for i in self.word(word)), END][:LENGTH]

    def batch(self, texts):
        """ids [texts, longest] (int64, filled up with [PAD]) and which are there (bool)."""
        rows = [self.encode(text) for text in texts]
        ids = torch.full((len(rows), max(map(len, rows))), PAD)
        for i, row in enumerate(rows):
            ids[i, :len(row)] = torch.tensor(row)
        return ids, ids != PAD


def build(texts, least=1, size=SIZE):
    """Pieces of a vocabulary: the fixed ones, the words that the texts have at least `least` times by frequency, then parts of words, for what is misspelled."""
    counts = Counter(word for text in texts for word in split(clean(text)))
    pieces = dict.fromkeys([*SPECIAL, *LETTERS, *(f"##{c}" for c in LETTERS), *MARKS, *map(str, NUMBERS), *(f"##{e}" for e in ENDINGS)])
    whole = [w for w, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if counts[w] >= least and len(w) > 1 and not any(c.isdigit() for c in w)]
    pieces.update(dict.fromkeys(whole[:size - len(pieces)]))
    parts = Counter()
    for word in whole:
        for length in range(2, min(6, len(word))):
            for at in range(len(word) - length + 1):
                parts[("##" if at else "") + word[at:at + length]] += math.log2(1 + counts[word]) * (length - 1)
    for part, _ in sorted(parts.items(), key=lambda item: (-item[1], item[0])):
        if len(pieces) < size:
            pieces.setdefault(part)
    return list(pieces)


def main():
    from nano.captions import random_captions       # captions are only needed here
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=VOCABULARY)
    args = parser.parse_args()
    pieces = build(random_captions(args.seed, args.count), max(1, args.count // 2500))
    args.out.write_text("\n".join(pieces) + "\n", encoding="utf-8")
    print(len(pieces), "pieces")


if __name__ == "__main__":
    main()
