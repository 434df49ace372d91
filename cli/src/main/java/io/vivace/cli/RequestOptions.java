package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Drawing;
import io.vivace.Given;
import io.vivace.Request;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to compose, but for the prompt. */
final class RequestOptions {
    private static final int MOST_BATCH = 256;
    private static final double STANDARD_SECONDS = 10;

    /** 64 bits, signed or not. */
    static final class Seed implements ITypeConverter<Long> {
        @Override public Long convert(String text) {
            try {
                return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not a whole number of at most 64 bits");
            }
        }
    }

    @Option(names = "--seconds", paramLabel = "S",
            description = "Length of the clip, the continued sound included; exact to the sample. Without it: 10, or that of --infill.")
    private Double seconds;

    @Option(names = "--seed", paramLabel = "N", converter = Seed.class,
            description = "Start of the random numbers. Without it: a random one, which is printed.")
    private Long seed;

    @Option(names = "--guidance", paramLabel = "X", description = "How much the prompt counts; 1: no guidance, half the work. Without it: the model's own.")
    private Double guidance;

    @Option(names = "--temperature", paramLabel = "X", description = "Above 1 wilder, below 1 tamer, 0: always the likeliest. Without it: the model's own.")
    private Double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Draw from the likeliest K codes only; 0: from all. Without it: the model's own.")
    private Integer topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "0",
            description = "Draw from the likeliest codes that together have this probability; 0: from all.")
    private double topP;

    @Option(names = "--loop", description = "Make the end meet the start, on whole bars, for models that can.")
    private boolean loop;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Variations to make in one go.")
    int batch;

    @Mixin private DenoisingOptions denoising;
    @Mixin GivenOptions given;

    /**
     * The request of the first variation, with its seed drawn if none was given.
     *
     * @param prompt null if none was given
     */
    Request request(String prompt) {
        if (batch < 1 || batch > MOST_BATCH) throw new BadRequest("--batch must be 1 to " + MOST_BATCH + ", not " + batch + ".");
        if (prompt == null && !given.tokens()) throw new BadRequest("PROMPT is missing; give a text in quotes, or \"\" for music without one.");
        if (guidance != null && guidance.isNaN()) throw new BadRequest("--guidance must be a number, not NaN.");
        if (seed == null) seed = (long) new SecureRandom().nextInt(Integer.MAX_VALUE);
        Given read = given.read();
        double length = seconds != null ? seconds : read.infill() != null ? read.infill().song().seconds() : STANDARD_SECONDS;
        return new Request(prompt == null ? "" : prompt, length, seed, 0, guidance == null ? Double.NaN : guidance, drawing(), denoising.read(), read,
                loop);
    }

    private Drawing drawing() {
        Drawing drawing = Drawing.MODELS_OWN.withTopP(topP);
        if (temperature != null) drawing = drawing.withTemperature(temperature);
        return topK == null ? drawing : drawing.withTopK(topK);
    }

    List<Request> variations(Request first) {
        return IntStream.range(0, batch).mapToObj(first::withSample).toList();
    }
}
