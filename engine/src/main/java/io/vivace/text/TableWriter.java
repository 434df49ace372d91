package io.vivace.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the compact table of a tokenizer: little endian; a count (int32) in front of every array. */
final class TableWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void number(int value) {
        out.writeBytes(buffer(4).putInt(value).array());
    }

    void flag(boolean value) {
        out.write(value ? 1 : 0);
    }

    void ints(int[] values) {
        number(values.length);
        ByteBuffer bytes = buffer(4 * values.length);
        bytes.asIntBuffer().put(values);
        out.writeBytes(bytes.array());
    }

    void longs(long[] values) {
        number(values.length);
        ByteBuffer bytes = buffer(8 * values.length);
        bytes.asLongBuffer().put(values);
        out.writeBytes(bytes.array());
    }

    void doubles(double[] values) {
        number(values.length);
        ByteBuffer bytes = buffer(8 * values.length);
        bytes.asDoubleBuffer().put(values);
        out.writeBytes(bytes.array());
    }

    void bytes(byte[] values) {
        number(values.length);
        out.writeBytes(values);
    }

    void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] table() {
        return out.toByteArray();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
