package io.vivace.audio;

/** Where sound is written while it is made. Not thread-safe. */
public sealed interface WavSink extends AutoCloseable permits WavFile, WavStream {

    /**
     * Appends frames.
     *
     * @throws IllegalArgumentException     if the chunk's channels or rate are not those of the sink
     * @throws io.vivace.OutputFailed if a sample is not finite, or the bytes could not be written
     */
    void write(Clip chunk);

    /** Frames written so far. */
    long frames();

    /**
     * Makes the output complete; nothing can be written afterwards.
     *
     * @throws io.vivace.OutputFailed if that did not work
     */
    void finish();

    /** Releases the output; one that is not finished is withdrawn as far as possible: a file disappears. */
    @Override void close();
}
