package io.vivace.model.encodec;

/** Decodes a clip while its codes still come in; all pieces together are the very samples of the whole decode. */
public final class StreamingDecoder implements AutoCloseable {

    /**
     * Takes the next frames of codes.
     *
     * @param codes [batch][codebook][new frames]
     * @return the samples that no later frame can change and that were not returned before, [batch][channel][sample]; may be empty
     */
    public float[][][] push(int[][][] codes) {
        throw new UnsupportedOperationException();
    }

    /** Ends the clip: all samples that are left, [batch][channel][sample]. */
    public float[][][] finish() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
