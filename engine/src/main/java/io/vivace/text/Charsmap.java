package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's precompiled character map: a double-array trie (darts-clone) from UTF-8 byte strings to places in a list of
 * replacements, each ended by a zero byte. File layout: size of the trie in bytes (uint32, little endian), its units, the replacements.
 *
 * <p>It is applied per grapheme cluster, as the tokenizers library does it: a cluster of fewer than 6 bytes is replaced as a whole by
 * what its <em>shortest</em> prefix in the trie maps to; else every code point is looked up alone. SentencePiece itself takes the
 * longest match.
 */
final class Charsmap implements Normalizer {
    private static final int SHORT_CLUSTER = 6;
    private static final int NONE = -1;

    private final int[] units;
    private final byte[] replacements;

    private Charsmap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    static Charsmap of(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long size = file.length < 4 ? -1 : in.getInt() & 0xFFFF_FFFFL;
        if (size < 4 || size % 4 != 0 || size > in.remaining()) {
            throw new BadCheckpoint("the precompiled character map of " + file.length + " bytes says that its trie has " + size + " bytes");
        }
        var units = new int[(int) (size / 4)];
        in.asIntBuffer().get(units);
        in.position(in.position() + 4 * units.length);
        var replacements = new byte[in.remaining()];
        in.get(replacements);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException e) {
            throw new BadCheckpoint("the replacements of the precompiled character map are not UTF-8", e);
        }
        return new Charsmap(units, replacements);
    }

    @Override
    public String normalize(String text) {
        var out = new StringBuilder(text.length() + 16);
        var bytes = new byte[SHORT_CLUSTER + 4];
        for (int from = 0; from < text.length(); ) {
            int end = Graphemes.end(text, from);
            int length = encode(text, from, end, bytes);
            int found = length < SHORT_CLUSTER ? find(bytes, length) : NONE;
            if (found == NONE) {
                for (int i = from; i < end; i += Character.charCount(text.codePointAt(i))) map(text.codePointAt(i), bytes, out);
            } else {
                append(found, out);
            }
            from = end;
        }
        return out.toString();
    }

    private void map(int codePoint, byte[] bytes, StringBuilder out) {
        int found = find(bytes, put(codePoint, bytes, 0));
        if (found == NONE) out.appendCodePoint(codePoint);
        else append(found, out);
    }

    /** UTF-8 of a cluster, as far as it fits; returns its length, which is {@link #SHORT_CLUSTER} or more if there is more. */
    private static int encode(String text, int from, int end, byte[] bytes) {
        int length = 0;
        for (int i = from; i < end && length < SHORT_CLUSTER; i += Character.charCount(text.codePointAt(i))) {
            length = put(text.codePointAt(i), bytes, length);
        }
        return length;
    }

    private static int put(int c, byte[] bytes, int at) {
        if (c < 0x80) {
            bytes[at++] = (byte) c;
            return at;
        }
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        bytes[at++] = (byte) ((0xF00 >> more + 1) & 0xFF | c >> 6 * more);
        for (int i = more - 1; i >= 0; i--) bytes[at++] = (byte) (0x80 | c >> 6 * i & 0x3F);
        return at;
    }

    /** Where the replacement of the shortest prefix begins, or {@link #NONE}. Places outside of the arrays match nothing. */
    private int find(byte[] bytes, int length) {
        int node = offset(units[0]);
        for (int i = 0; i < length && bytes[i] != 0; i++) {
            node ^= bytes[i] & 0xFF;
            if (node < 0 || node >= units.length) return NONE;
            int unit = units[node];
            if ((unit & 0x8000_00FF) != (bytes[i] & 0xFF)) return NONE;
            node ^= offset(unit);
            boolean leaf = (unit >>> 8 & 1) == 1;
            if (leaf) {
                int place = node < 0 || node >= units.length ? NONE : units[node] & 0x7FFF_FFFF;
                return place < replacements.length ? place : NONE;
            }
        }
        return NONE;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 1 << 9) >>> 6);
    }

    private void append(int place, StringBuilder out) {
        int end = place;
        while (end < replacements.length && replacements[end] != 0) end++;
        if (end - place > LONGEST_REPLACEMENT) {
            throw new BadCheckpoint("The tokenizer's character map replaces one character by " + (end - place)
                    + " bytes, which no real one does; use another checkpoint.");
        }
        if (end == place + 1 && replacements[place] > 0) out.append((char) replacements[place]);
        else out.append(new String(replacements, place, end - place, StandardCharsets.UTF_8));
    }

    void write(TableWriter out) {
        out.ints(units);
        out.bytes(replacements);
    }

    static Charsmap read(TableReader in) {
        int[] units = in.ints();
        in.check(units.length > 0, "an empty character map");
        return new Charsmap(units, in.bytes());
    }
}
