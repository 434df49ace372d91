package io.vivace.text;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Text to token ids, special tokens included. Added tokens are cut out, the rest is normalised, cut into words, and each word into pieces:
 * the pipeline and the semantics of the tokenizers library. Immutable and safe for use by several threads.
 *
 * <p>Loading and encoding keep clear of lambdas, streams and string concatenation: each costs a cold JVM more than all the rest.
 */
public final class Tokenizer {
    private static final int MAGIC = 0x014B5456; // "VTK" and the version
    static final int MOST_IDS = 1 << 24;

    private final int size;
    private final OptionalInt padId;
    private final OptionalInt endId;
    private final int[] before;
    private final int[] after;
    private final AddedTokens written;
    private final AddedTokens normalized;
    private final List<Normalizer> normalizers;
    private final List<Splitter> splitters;
    private final Model model;

    /**
     * @param size       one more than the highest id
     * @param before     ids in front of every text
     * @param after      ids behind every text
     * @param written    tokens looked for in the text as it was written
     * @param normalized tokens looked for in the normalised text
     */
    Tokenizer(int size, OptionalInt padId, OptionalInt endId, int[] before, int[] after, AddedTokens written, AddedTokens normalized,
            List<Normalizer> normalizers, List<Splitter> splitters, Model model) {
        this.size = size;
        this.padId = padId;
        this.endId = endId;
        this.before = before;
        this.after = after;
        this.written = written;
        this.normalized = normalized;
        this.normalizers = normalizers;
        this.splitters = splitters;
        this.model = model;
    }

    /**
     * Loads what {@link TokenizerFiles#read} made.
     *
     * @throws io.vivace.BadCheckpoint if the table is damaged
     */
    public static Tokenizer of(byte[] table) {
        return of(ByteBuffer.wrap(table));
    }

    /** @throws io.vivace.BadCheckpoint if the table is damaged */
    public static Tokenizer of(MemorySegment table) {
        return of(table.asByteBuffer());
    }

    private static Tokenizer of(ByteBuffer table) {
        var in = new TableReader(table);
        in.check(in.number() == MAGIC, "its first four bytes");
        int size = in.number();
        in.check(size > 0 && size <= MOST_IDS, "the number of ids");
        var tokenizer = new Tokenizer(size, readId(in, size), readId(in, size), readIds(in, size), readIds(in, size),
                AddedTokens.read(in, size), AddedTokens.read(in, size), Normalizer.read(in), Splitter.read(in), Model.read(in, size));
        in.end();
        return tokenizer;
    }

    /** The table that {@link #of} loads. */
    byte[] table() {
        var out = new TableWriter();
        out.number(MAGIC);
        out.number(size);
        out.number(padId.orElse(Pieces.NONE));
        out.number(endId.orElse(Pieces.NONE));
        out.ints(before);
        out.ints(after);
        written.write(out);
        normalized.write(out);
        Normalizer.write(normalizers, out);
        Splitter.write(splitters, out);
        Model.write(model, out);
        return out.table();
    }

    private static OptionalInt readId(TableReader in, int size) {
        int id = in.number();
        in.check(id >= Pieces.NONE && id < size, "a special id");
        return id == Pieces.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private static int[] readIds(TableReader in, int size) {
        int[] ids = in.ints();
        for (int id : ids) in.check(id >= 0 && id < size, "a special id");
        return ids;
    }

    /** Token ids of a text, with the special tokens that the checkpoint puts around it; a lone surrogate counts as U+FFFD. */
    public int[] encode(String text) {
        var ids = new Ids();
        ids.addAll(before);
        for (Segment segment : words(CodePoints.wellFormed(text))) {
            if (segment.isToken()) ids.add(segment.token());
            else model.encode(segment.text(), ids);
        }
        ids.addAll(after);
        return ids.array();
    }

    private List<Segment> words(String text) {
        var found = new ArrayList<Segment>();
        written.split(Segment.text(text, true), found);
        var segments = new ArrayList<Segment>();
        for (Segment segment : found) {
            if (segment.isToken()) segments.add(segment);
            else normalized.split(Segment.text(normalize(segment.text()), segment.atStart()), segments);
        }
        for (Splitter splitter : splitters) segments = cut(segments, splitter);
        return segments;
    }

    private static ArrayList<Segment> cut(List<Segment> segments, Splitter splitter) {
        var words = new ArrayList<Segment>();
        for (Segment segment : segments) {
            if (segment.isToken()) words.add(segment);
            else splitter.split(segment, words);
        }
        return words;
    }

    private String normalize(String text) {
        for (Normalizer normalizer : normalizers) text = Normalizer.checked(text, normalizer);
        return text;
    }

    /** The id that fills up shorter rows of a batch. */
    public OptionalInt padId() {
        return padId;
    }

    /** The id that ends a text. */
    public OptionalInt endId() {
        return endId;
    }

    /** One more than the highest id that {@link #encode} can give; the text encoder's table needs at least as many rows. */
    public int size() {
        return size;
    }
}
