package io.vivace.text;

import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/** Text to token ids, special tokens included. Immutable and safe for use by several threads. */
public final class Tokenizer {

    private Tokenizer() {
    }

    /** @throws io.vivace.BadCheckpoint if the table is damaged */
    public static Tokenizer of(byte[] table) {
        throw new UnsupportedOperationException("tokenizer table");
    }

    /** @throws io.vivace.BadCheckpoint if the table is damaged */
    public static Tokenizer of(MemorySegment table) {
        return of(table.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    /** Token ids of a text, with the special tokens that the checkpoint puts around it; a lone surrogate counts as U+FFFD. */
    public int[] encode(String text) {
        throw new UnsupportedOperationException("encode");
    }

    /** The id that fills up shorter rows of a batch. */
    public OptionalInt padId() {
        return OptionalInt.empty();
    }

    /** The id that ends a text. */
    public OptionalInt endId() {
        return OptionalInt.empty();
    }

    /** One more than the highest id that {@link #encode} can give; the text encoder's table needs at least as many rows. */
    public int size() {
        return 0;
    }
}
