package io.vivace.audio;

import io.vivace.BadRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where and how the samples lie in a WAV file.
 *
 * @param channels    1…MAX_CHANNELS, interleaved
 * @param sampleRate  Hz
 * @param floating    IEEE floating point rather than integers
 * @param sampleBytes 1…4 for integers, 4 or 8 for floating point
 * @param dataOffset  of the first sample, in bytes from the start of the file
 * @param frames      whole frames that lie within the file
 */
record WavLayout(int channels, int sampleRate, boolean floating, int sampleBytes, long dataOffset, long frames) {
    private static final int MAX_CHANNELS = 64;
    private static final int MIN_HERTZ = 1_000;
    private static final int MAX_HERTZ = 768_000;
    private static final int MAX_CHUNKS = 10_000;
    private static final long UNKNOWN = 0xFFFFFFFFL;
    /** What sox writes into a pipe as the size of the samples; the first of a range that no real file can have. */
    private static final long UNKNOWN_OF_SOX = 0x7FFFF000L;
    /** Sub-format of an extensible file: two bytes of format tag, then this (KSDATAFORMAT_SUBTYPE, little-endian halves). */
    private static final long GUID_MIDDLE = 0x0010_0000_0000L;
    private static final long GUID_END = 0x719B_3800_AA00_0080L;

    static WavLayout of(Path path, FileChannel channel) throws IOException {
        return new Parser(path, channel).parse();
    }

    private record Format(int channels, int sampleRate, boolean floating, int sampleBytes) {}

    /** Walks the chunks up to the samples. */
    private static final class Parser {
        private final Path path;
        private final FileChannel channel;
        private final long length;
        private Format format;
        private long dataSize64 = -1;

        Parser(Path path, FileChannel channel) throws IOException {
            this.path = path;
            this.channel = channel;
            length = channel.size();
        }

        WavLayout parse() throws IOException {
            ByteBuffer head = bytes(0, (int) Math.min(64, length));
            ForeignAudio.refuse(path, head);
            boolean large = head.getInt(0) == tag("RF64");
            long riffSize = head.getInt(4) & 0xFFFFFFFFL;
            long at = 12;
            for (int chunk = 0; chunk < MAX_CHUNKS; chunk++) {
                if (at + 8 > length) throw bad(at, "the file ends before its samples", "fetch or export it again");
                ByteBuffer b = bytes(at, 8);
                int tag = b.getInt();
                long size = b.getInt() & 0xFFFFFFFFL;
                if (tag == tag("data")) return layout(at + 8, size, riffSize, large);
                if (size > length - at - 8) {
                    throw bad(at, "a chunk claims " + size + " bytes, but only " + (length - at - 8) + " follow",
                            "fetch or export it again");
                }
                if (tag == tag("fmt ")) format = format(at + 8, size);
                if (tag == tag("ds64") && large) dataSize64 = dataSize64(at + 8, size);
                at += 8 + size + (size & 1);
            }
            throw bad(at, "there are " + MAX_CHUNKS + " chunks and still no samples", "export it again");
        }

        private WavLayout layout(long offset, long size, long riffSize, boolean large) {
            if (format == null) throw bad(offset - 8, "the samples come before their format", "export it again");
            long rest = length - offset;
            long bytes = size;
            if (large && size == UNKNOWN && dataSize64 >= 0) {
                bytes = dataSize64;
            } else if (unfilled(size, rest, riffSize, offset)) {
                bytes = rest;
            }
            if (bytes > rest) {
                throw bad(offset - 8, "the samples should take " + bytes + " bytes, but only " + rest + " follow",
                        "the file was cut short, fetch or export it again");
            }
            long frames = bytes / (format.channels * format.sampleBytes);
            return new WavLayout(format.channels, format.sampleRate, format.floating, format.sampleBytes, offset, frames);
        }

        /** Whether the writer could not go back and fill the size in; 0 means that only if the outer size was not filled in either. */
        private static boolean unfilled(long size, long rest, long riffSize, long offset) {
            if (size == 0) return riffSize == UNKNOWN || 8 + riffSize <= offset;
            return size == UNKNOWN || size >= UNKNOWN_OF_SOX && size <= Integer.MAX_VALUE && size > rest;
        }

        private long dataSize64(long at, long size) throws IOException {
            if (size < 24) throw bad(at, "the table of 64-bit sizes has only " + size + " bytes", "export it again");
            long data = bytes(at, 16).getLong(8);
            if (data < 0) throw bad(at + 8, "the size of the samples is beyond 2^63", "export it again");
            return data;
        }

        private Format format(long at, long size) throws IOException {
            if (size < 16) throw bad(at, "the format has only " + size + " bytes, at least 16 are needed", "export it again");
            ByteBuffer b = bytes(at, (int) Math.min(size, 40));
            int tag = b.getShort(0) & 0xFFFF;
            int channels = b.getShort(2) & 0xFFFF;
            long hertz = b.getInt(4) & 0xFFFFFFFFL;
            int bits = b.getShort(14) & 0xFFFF;
            if (channels < 1 || channels > MAX_CHANNELS) throw bad(at + 2, "it has " + channels + " channels", "give 1 to " + MAX_CHANNELS);
            if (hertz < MIN_HERTZ || hertz > MAX_HERTZ) {
                throw bad(at + 4, "its rate is " + hertz + " Hz", "give " + MIN_HERTZ + " to " + MAX_HERTZ + " Hz");
            }
            if (tag == 0xFFFE) tag = extensible(b, at);
            return new Format(channels, (int) hertz, tag == 3, sampleBytes(tag, bits, channels, b.getShort(12) & 0xFFFF, at));
        }

        private int extensible(ByteBuffer b, long at) {
            if (b.limit() < 40) throw bad(at, "an extensible format has only " + b.limit() + " bytes, 40 are needed", "export it again");
            boolean known = b.getLong(24) >>> 16 == GUID_MIDDLE && b.getLong(32) == GUID_END;
            return known ? b.getShort(24) & 0xFFFF : -1;
        }

        private int sampleBytes(int tag, int bits, int channels, int blockBytes, long at) {
            boolean stored = switch (tag) {
                case 1 -> bits >= 1 && bits <= 32;
                case 3 -> bits == 32 || bits == 64;
                default -> throw bad(at, "its samples are coded as " + codec(tag), "convert it to plain PCM");
            };
            int bytes = (bits + 7) / 8;
            if (!stored || blockBytes != bytes * channels) {
                throw bad(at + 12, "it has samples of " + bits + " bits in blocks of " + blockBytes + " bytes",
                        "export it with 16, 24 or 32 bits");
            }
            return bytes;
        }

        private static String codec(int tag) {
            return switch (tag) {
                case 0x02, 0x11 -> "ADPCM";
                case 0x06 -> "A-law";
                case 0x07 -> "mu-law";
                case 0x55 -> "MP3";
                default -> "format " + tag;
            };
        }

        private ByteBuffer bytes(long offset, int count) throws IOException {
            ByteBuffer b = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
            while (b.hasRemaining() && channel.read(b, offset + b.position()) >= 0) { }
            if (b.hasRemaining()) throw bad(offset, "the file ends there", "fetch or export it again");
            return b.flip();
        }

        private BadRequest bad(long offset, String what, String remedy) {
            return new BadRequest(path + ": at byte " + offset + ", " + what + "; " + remedy + ".");
        }
    }

    /** Four characters as a little-endian number. */
    static int tag(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }
}
