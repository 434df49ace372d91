package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads what {@link TableWriter} wrote; no count is believed before the bytes for it are there. */
final class TableReader {
    private final ByteBuffer in;

    TableReader(ByteBuffer table) {
        in = table.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int number() {
        check(in.remaining() >= 4, "a number");
        return in.getInt();
    }

    boolean flag() {
        check(in.hasRemaining(), "a flag");
        byte value = in.get();
        check(value == 0 || value == 1, "a flag");
        return value == 1;
    }

    /** The number of things that follow, each of which takes at least some bytes. */
    int count(int leastBytes) {
        int count = number();
        check(count >= 0 && (long) count * leastBytes <= in.remaining(), "a count");
        return count;
    }

    int[] ints() {
        var values = new int[count(4)];
        in.asIntBuffer().get(values);
        in.position(in.position() + 4 * values.length);
        return values;
    }

    long[] longs() {
        var values = new long[count(8)];
        in.asLongBuffer().get(values);
        in.position(in.position() + 8 * values.length);
        return values;
    }

    double[] doubles() {
        var values = new double[count(8)];
        in.asDoubleBuffer().get(values);
        in.position(in.position() + 8 * values.length);
        return values;
    }

    byte[] bytes() {
        var values = new byte[count(1)];
        in.get(values);
        return values;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    void end() {
        check(!in.hasRemaining(), "its end");
    }

    void check(boolean right, String what) {
        if (!right) throw wrong(what);
    }

    BadCheckpoint wrong(String what) {
        return new BadCheckpoint("The tokenizer table is damaged at byte " + in.position() + " of " + in.capacity() + " (" + what
                + "); convert the checkpoint again.");
    }
}
