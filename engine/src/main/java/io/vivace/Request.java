package io.vivace;

import io.vivace.audio.Clip;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One clip to compose. Immutable; the {@code with} methods give changed copies. The same request to the same model file on the
 * same kind of device gives the same samples, alone, in a batch or streamed.
 *
 * @param prompt    what to play; control characters count as blanks. Blank: no text condition, the model plays what it likes
 * @param seconds   length of the clip, the continued sound included; the clip has exactly round(seconds · sample rate) samples
 * @param seed      start of the random numbers
 * @param sample    which of the variations of this seed, from 0
 * @param guidance  how much more the prompt counts than without it (arXiv 2306.05284 §3.1); 1: none, half the work. NaN: the model's own
 * @param drawing   how tokens are drawn
 * @param denoising how noise becomes music, for diffusion models
 * @param given     sounds and tokens that go in
 * @param loop      whether the clip's end meets its start, for models that can; its length is then that of the bars nearest to {@code seconds}
 */
public record Request(String prompt, double seconds, long seed, int sample, double guidance, Drawing drawing, Denoising denoising, Given given,
        boolean loop) {
    public static final int LONGEST_PROMPT = 2000;
    public static final double MOST_SECONDS = 3600;
    private static final double MOST_GUIDANCE = 1000;

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
        if (!Double.isNaN(guidance)) between("Guidance", guidance, MOST_GUIDANCE);
        prompt = prompt.replaceAll("\\p{Cc}+", " ").strip();
    }

    /** A prompt with standard settings: 10 s, seed 0, all else as the model likes it. */
    public static Request of(String prompt) {
        return new Request(prompt, 10, 0, 0, Double.NaN, Drawing.MODELS_OWN, Denoising.MODELS_OWN, Given.NOTHING, false);
    }

    public Request withPrompt(String prompt) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withSeconds(double seconds) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withSeed(long seed) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withSample(int sample) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withGuidance(double guidance) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withDrawing(Drawing drawing) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withTemperature(double temperature) {
        return withDrawing(drawing.withTemperature(temperature));
    }

    public Request withTopK(int topK) {
        return withDrawing(drawing.withTopK(topK));
    }

    public Request withTopP(double topP) {
        return withDrawing(drawing.withTopP(topP));
    }

    public Request withDenoising(Denoising denoising) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withSteps(int steps) {
        return withDenoising(denoising.withSteps(steps));
    }

    public Request withGiven(Given given) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    public Request withContinuation(Clip continuation) {
        return withGiven(given.withContinuation(continuation));
    }

    public Request withMelody(Clip melody) {
        return withGiven(given.withMelody(melody));
    }

    public Request withLoop(boolean loop) {
        return new Request(prompt, seconds, seed, sample, guidance, drawing, denoising, given, loop);
    }

    /** A clip as long as {@code song}, which is composed anew between two seconds. */
    public Request withInfill(Clip song, double from, double to) {
        return withGiven(given.withInfill(new Given.Infill(song, from, to))).withSeconds(song.seconds());
    }

    public Request withPromptTokens(List<Integer> promptTokens) {
        return withGiven(given.withPromptTokens(promptTokens));
    }

    /** This request {@code count} times, as samples {@link #sample}, sample + 1, …: the same prompt, other music. */
    public List<Request> variations(int count) {
        if (count < 1) throw new BadRequest("The number of samples must be at least 1, not " + count + ".");
        return IntStream.range(0, count).mapToObj(i -> withSample(sample + i)).toList();
    }

    /** This request, with what it leaves to the model as the model likes it. */
    public Request or(Defaults models) {
        return withGuidance(Double.isNaN(guidance) ? models.guidance() : guidance).withDrawing(drawing.or(models.drawing()))
                .withDenoising(denoising.or(models.denoising()));
    }

    static void between(String name, double value, double most) {
        if (!(value >= 0 && value <= most)) throw new BadRequest(name + " must be from 0 to " + (long) most + ", not " + value + ".");
    }
}
