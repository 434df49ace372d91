package io.vivace.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * All that comes before the samples in a WAV file: RIFF head, room for 64-bit sizes (files only), "fmt ", "fact" (float only) and the
 * head of "data". Microsoft's RIFF WAVE; EBU Tech 3306 (RF64).
 *
 * @param channels   1…65535
 * @param sampleRate Hz
 */
record WavHeader(SampleFormat format, int channels, int sampleRate) {
    private static final int UNKNOWN = 0xFFFFFFFF;
    private static final int DS64_BYTES = 28;

    WavHeader {
        if (channels < 1 || channels > 0xFFFF / format.bytes() || sampleRate < 1) {
            throw new IllegalArgumentException("no WAV file has " + channels + " channels at " + sampleRate + " Hz");
        }
    }

    /** Bytes of one sample of every channel. */
    int blockBytes() {
        return channels * format.bytes();
    }

    /**
     * For an output that cannot be rewound. Both sizes are 0xFFFFFFFF, as ffmpeg writes them into a pipe: ffmpeg, sox and aplay then
     * take every sample up to the end of the stream (the first two remark on it). With 0, sox and aplay play nothing.
     */
    ByteBuffer unknownLength() {
        ByteBuffer b = buffer(12 + afterRiffBytes());
        tag(b, "RIFF").putInt(UNKNOWN);
        tag(b, "WAVE");
        format(b, UNKNOWN);
        return tag(b, "data").putInt(UNKNOWN).flip();
    }

    /** For a file of so many frames. As long for every length, so that it can be written first and corrected at the end. */
    ByteBuffer exact(long frames) {
        long data = Math.multiplyExact(frames, blockBytes());
        int length = 12 + 8 + DS64_BYTES + afterRiffBytes();
        long riff = length - 8 + data + (data & 1);
        boolean large = riff >= 0xFFFFFFFFL;
        ByteBuffer b = buffer(length);
        tag(b, large ? "RF64" : "RIFF").putInt(large ? UNKNOWN : (int) riff);
        tag(b, "WAVE");
        tag(b, large ? "ds64" : "JUNK").putInt(DS64_BYTES);
        b.putLong(large ? riff : 0).putLong(large ? data : 0).putLong(large ? frames : 0).putInt(0);
        format(b, large ? UNKNOWN : (int) frames);
        return tag(b, "data").putInt(large ? UNKNOWN : (int) data).flip();
    }

    private int afterRiffBytes() {
        return format == SampleFormat.FLOAT32 ? 8 + 18 + 8 + 4 + 8 : 8 + 16 + 8;
    }

    private void format(ByteBuffer b, int factFrames) {
        boolean pcm = format != SampleFormat.FLOAT32;
        tag(b, "fmt ").putInt(pcm ? 16 : 18);
        b.putShort((short) format.tag()).putShort((short) channels).putInt(sampleRate).putInt(sampleRate * blockBytes());
        b.putShort((short) blockBytes()).putShort((short) (8 * format.bytes()));
        if (pcm) return;
        b.putShort((short) 0);      // bytes of extension: none, but the field itself is required when the samples are not integers
        tag(b, "fact").putInt(4).putInt(factFrames);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer tag(ByteBuffer b, String tag) {
        return b.put(tag.getBytes(StandardCharsets.US_ASCII));
    }
}
