"""Prints bert-classes.txt: how BertNormalizer and BertPreTokenizer of the tokenizers library (0.23.3) class each code point.

P punctuation, C dropped by the clean-up, M dropped with the accents, D kept whole although Unicode has since given it a
decomposition (needs the interpreter's Unicode data to be newer than the library's: --decomposed FILE lists hex code points).
"""
import argparse

from tokenizers import normalizers, pre_tokenizers


def normalizer(clean, accents):
    return normalizers.BertNormalizer(clean_text=clean, handle_chinese_chars=False, strip_accents=accents, lowercase=False)


def classes(decomposed):
    clean, strip, nfd = normalizer(True, False), normalizer(False, True), normalizers.NFD()
    words = pre_tokenizers.BertPreTokenizer()
    for c in range(0x110000):
        if 0xD800 <= c <= 0xDFFF:
            continue
        if clean.normalize_str("a" + chr(c) + "b") == "ab":
            yield c, "C"
        elif len(words.pre_tokenize_str("a" + chr(c) + "a")) == 3:
            yield c, "P"
        elif strip.normalize_str(chr(c)) == "":
            yield c, "M"
        elif c in decomposed and nfd.normalize_str(chr(c)) == chr(c):
            yield c, "D"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decomposed", help="file of hex code points that have a canonical decomposition today")
    args = parser.parse_args()
    decomposed = {int(line, 16) for line in open(args.decomposed)} if args.decomposed else set()
    runs = []
    for c, letter in classes(decomposed):
        if runs and runs[-1][1] == c - 1 and runs[-1][2] == letter:
            runs[-1][1] = c
        else:
            runs.append([c, c, letter])
    for first, last, letter in runs:
        print(f"{first:X} {letter}" if first == last else f"{first:X}-{last:X} {letter}")


if __name__ == "__main__":
    main()
