package io.vivace;

import io.vivace.audio.Clip;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One clip to compose. Immutable; the {@code with} methods give changed copies. The same request to the same model file on the
 * same kind of device gives the same samples, alone, in a batch or streamed.
 *
 * @param prompt       what to play; control characters count as blanks. Blank: no text condition, the model plays what it likes
 * @param seconds      length of the clip, the continued sound included; the clip has exactly round(seconds · sample rate) samples
 * @param seed         start of the random numbers
 * @param sample       which of the variations of this seed, from 0
 * @param guidance     how much more the prompt counts than without it (arXiv 2306.05284 §3.1); up to 1: no guidance, half the work
 * @param temperature  flattens (above 1) or sharpens what is drawn from; 0: always the likeliest code
 * @param topK         draw from the likeliest k codes only; 0: from all
 * @param topP         draw from the likeliest codes that together have this probability; 0 or 1: from all
 * @param continuation sound that the clip begins with and goes on from, or null
 * @param melody       sound whose pitches the clip follows, for melody models, or null
 */
public record Request(String prompt, double seconds, long seed, int sample, double guidance, double temperature, int topK, double topP,
                      Clip continuation, Clip melody) {
    public static final int LONGEST_PROMPT = 2000;
    public static final double MOST_SECONDS = 3600;
    private static final double MOST_GUIDANCE = 1000;
    private static final double MOST_TEMPERATURE = 1000;

    /** @throws BadRequest if a value cannot be served, with the value and what is allowed */
    public Request {
        if (prompt == null) throw new BadRequest("The prompt is missing; give a text, or \"\" for music without one.");
        if (prompt.length() > LONGEST_PROMPT) {
            throw new BadRequest("The prompt has " + prompt.length() + " characters; shorten it to at most " + LONGEST_PROMPT + ".");
        }
        if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
            throw new BadRequest("Seconds must be above 0 and at most " + (int) MOST_SECONDS + ", not " + seconds + ".");
        }
        if (sample < 0) throw new BadRequest("The number of the sample must be at least 0, not " + sample + ".");
        between("Guidance", guidance, MOST_GUIDANCE);
        between("Temperature", temperature, MOST_TEMPERATURE);
        if (topK < 0) throw new BadRequest("Top-k must be at least 0, not " + topK + ".");
        between("Top-p", topP, 1);
        heard("The sound to continue", continuation);
        heard("The melody", melody);
        prompt = prompt.replaceAll("\\p{Cc}+", " ").strip();
    }

    /** A prompt with audiocraft's settings: 10 s, seed 0, guidance 3, temperature 1, top-k 250. */
    public static Request of(String prompt) {
        return new Request(prompt, 10, 0, 0, 3, 1, 250, 0, null, null);
    }

    public Request withPrompt(String prompt) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withSeconds(double seconds) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withSeed(long seed) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withSample(int sample) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withGuidance(double guidance) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withTemperature(double temperature) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withTopK(int topK) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withTopP(double topP) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withContinuation(Clip continuation) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    public Request withMelody(Clip melody) {
        return new Request(prompt, seconds, seed, sample, guidance, temperature, topK, topP, continuation, melody);
    }

    /** This request {@code count} times, as samples {@link #sample}, sample + 1, …: the same prompt, other music. */
    public List<Request> variations(int count) {
        if (count < 1) throw new BadRequest("The number of samples must be at least 1, not " + count + ".");
        return IntStream.range(0, count).mapToObj(i -> withSample(sample + i)).toList();
    }

    private static void between(String name, double value, double most) {
        if (!(value >= 0 && value <= most)) throw new BadRequest(name + " must be from 0 to " + (long) most + ", not " + value + ".");
    }

    private static void heard(String name, Clip clip) {
        if (clip == null) return;
        if (clip.frames() == 0) throw new BadRequest(name + " is empty; give at least one sample, or leave it away.");
        for (float[] channel : clip.samples()) {
            for (int i = 0; i < channel.length; i++) {
                if (Float.isFinite(channel[i])) continue;
                throw new BadRequest(name + " has the value " + channel[i] + " at sample " + i + "; every sample must be finite.");
            }
        }
    }
}
