package io.vivace;

/**
 * What a model file holds and can do.
 *
 * @param family        name of the model family: "musicgen", "musicgen-melody"
 * @param device        what runs it: "cpu, AVX-512, 2 threads"
 * @param sampleRate    Hz of its clips
 * @param channels      1: mono, 2: stereo
 * @param frameRate     code frames a second
 * @param codebooks     codes a frame, of all channels together
 * @param windowSeconds what it composes in one piece; longer clips come from overlapping windows
 * @param melody        whether requests may carry a melody
 * @param loops         whether clips can be made whose end meets their start
 * @param defaults      what it does where a request leaves it to the model
 * @param licence       licence of the weights, as the file says; may be empty
 */
public record ModelInfo(String family, String device, int sampleRate, int channels, int frameRate, int codebooks, double windowSeconds,
                        boolean melody, boolean loops, Defaults defaults, String licence) {}
