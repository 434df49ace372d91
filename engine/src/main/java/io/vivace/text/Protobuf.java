package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Walks the fields of one protocol-buffer message; lengths are checked against the bytes that are there. */
final class Protobuf {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer in;
    private int field;
    private int wire;

    /** @param message the message; its byte order is set */
    Protobuf(ByteBuffer message) {
        in = message.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Steps to the next field; its value must then be read or skipped. */
    boolean next() {
        if (!in.hasRemaining()) return false;
        long key = varint();
        field = (int) (key >>> 3);
        wire = (int) (key & 7);
        if (field <= 0 || key >>> 3 > 0x1FFF_FFFF) throw wrong("there is no field " + (key >>> 3));
        return true;
    }

    int field() {
        return field;
    }

    /** Of a number that does not fit into an int, the upper half is dropped, as protocol buffers do. */
    int number() {
        expect(VARINT);
        return (int) varint();
    }

    float real() {
        expect(FIXED32);
        need(4);
        return in.getFloat();
    }

    String text() {
        return StandardCharsets.UTF_8.decode(part()).toString();
    }

    byte[] bytes() {
        ByteBuffer part = part();
        var bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    Protobuf message() {
        return new Protobuf(part());
    }

    void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case BYTES -> part();
            case FIXED32 -> advance(4);
            default -> throw wrong("wire type " + wire + " of field " + field + " is unknown");
        }
    }

    private ByteBuffer part() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > in.remaining()) {
            throw wrong("field " + field + " has " + Long.toUnsignedString(length) + " bytes, but " + in.remaining() + " are left");
        }
        ByteBuffer part = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return part;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) return value;
        }
        throw wrong("a number has more than ten bytes");
    }

    private void advance(int bytes) {
        need(bytes);
        in.position(in.position() + bytes);
    }

    private void need(int bytes) {
        if (in.remaining() < bytes) throw wrong("it ends inside field " + field);
    }

    private void expect(int wanted) {
        if (wire != wanted) throw wrong("field " + field + " has wire type " + wire + ", not " + wanted);
    }

    private static BadCheckpoint wrong(String what) {
        return new BadCheckpoint("it is no SentencePiece model: " + what);
    }
}
