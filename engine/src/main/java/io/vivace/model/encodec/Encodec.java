package io.vivace.model.encodec;

import io.vivace.backend.Backend;
import io.vivace.weights.Weights;

/** The codec EnCodec: audio to codes and back. arXiv 2210.13438. */
public final class Encodec implements AutoCloseable {

    /**
     * Audio as codes.
     *
     * @param codes        [chunk][batch][codebook][frame]; one chunk unless the model is chunked
     * @param scales       loudness that each chunk was divided by, [chunk][batch]; null unless the model normalises
     * @param lastFramePad frames at the end of the last chunk that are only filling
     */
    public record Encoded(int[][][][] codes, float[][] scales, int lastFramePad) {}

    private final EncodecConfig config;

    public Encodec(EncodecConfig config, Backend backend, Weights weights) {
        this.config = config;
    }

    public EncodecConfig config() {
        return config;
    }

    /**
     * Decodes a whole clip.
     *
     * @param codes [batch][codebook][frame], with as many of the first codebooks as one likes
     * @return [batch][channel][frame·hop]
     */
    public float[][][] decode(int[][][] codes) {
        throw new UnsupportedOperationException();
    }

    /**
     * Decodes chunks and cross-fades them where they overlap.
     *
     * @param codes        [chunk][batch][codebook][frame]
     * @param scales       [chunk][batch], or null
     * @param lastFramePad frames of the last chunk that are not decoded
     * @return [batch][channel][sample]
     */
    public float[][][] decodeChunks(int[][][][] codes, float[][] scales, int lastFramePad) {
        throw new UnsupportedOperationException();
    }

    /**
     * Encodes a clip.
     *
     * @param audio     [batch][channel][sample]
     * @param mask      [batch][sample], 0 where audio counts as silence; or null
     * @param bandwidth kbit/s, or null for the lowest
     */
    public Encoded encode(float[][][] audio, int[][] mask, Double bandwidth) {
        throw new UnsupportedOperationException();
    }

    /** Decodes a clip as its codes come in; for models without chunks. Several streams may be open at a time. */
    public StreamingDecoder stream(int batch, int codebooks) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
