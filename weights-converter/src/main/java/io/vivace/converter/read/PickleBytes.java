package io.vivace.converter.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a pickle's bytes one after another out of a range of a file, through a small buffer. */
final class PickleBytes {
    private static final int BUFFER = 1 << 16;
    private static final int MOST_LINE = 512;
    private static final int MOST_TEXT = 16 << 20;

    private final SourceFile file;
    private final long end;
    private long next;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    PickleBytes(SourceFile file, long position, long end) {
        this.file = file;
        this.next = position;
        this.end = end;
    }

    /** Byte of the file that is read next. */
    long position() {
        return next - buffer.remaining();
    }

    RuntimeException bad(String what) {
        return file.bad("the pickle at byte " + position() + " " + what + "; the file is damaged or unsafe, fetch it from a source you "
                + "trust");
    }

    /** Makes {@code count} bytes available, little endian. */
    private ByteBuffer need(int count) {
        if (buffer.remaining() < count) {
            long at = position();
            int length = (int) Math.min(Math.max(count, BUFFER), end - at);
            if (length < count) {
                throw bad("ends where " + count + " more bytes are needed");
            }
            buffer = file.buffer(at, length);
            next = at + length;
        }
        return buffer;
    }

    int u8() {
        return need(1).get() & 0xff;
    }

    int u16() {
        return Short.toUnsignedInt(need(2).getShort());
    }

    int i32() {
        return need(4).getInt();
    }

    long u32() {
        return Integer.toUnsignedLong(i32());
    }

    long i64() {
        return need(8).getLong();
    }

    /** Big endian, as pickles have it. */
    double f64() {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    /** A text of a given length in bytes. */
    String text(long length) {
        byte[] bytes = bytes(length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            // Python lets lone surrogates through; such a text can be no tensor's name.
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    byte[] bytes(long length) {
        if (length < 0 || length > MOST_TEXT || length > end - position()) {
            throw bad("claims a string of " + length + " bytes, at most " + Math.min(MOST_TEXT, end - position()) + " are possible");
        }
        byte[] bytes = new byte[(int) length];
        need(bytes.length).get(bytes);
        return bytes;
    }

    /** Up to the next line feed. */
    String line() {
        var line = new StringBuilder();
        for (int c = u8(); c != '\n'; c = u8()) {
            if (line.length() >= MOST_LINE) {
                throw bad("has a line of more than " + MOST_LINE + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    /** A signed integer of so many bytes, or null where it does not fit 64 bits. */
    Long whole(long length) {
        byte[] bytes = bytes(length);
        for (int i = 0; i < bytes.length / 2; i++) {
            byte b = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = b;
        }
        if (bytes.length > 256) {
            throw bad("has an integer of " + length + " bytes");
        }
        var value = bytes.length == 0 ? java.math.BigInteger.ZERO : new java.math.BigInteger(bytes);
        return value.bitLength() < 64 ? value.longValue() : null;
    }
}
