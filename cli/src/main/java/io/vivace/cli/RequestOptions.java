package io.vivace.cli;

import io.vivace.Request;
import io.vivace.audio.WavReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to compose, but for the prompt. */
final class RequestOptions {
    private static final int MOST_BATCH = 256;

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

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "Length of the clip, the continued sound included; exact to the sample.")
    double seconds;

    @Option(names = "--seed", paramLabel = "N", converter = Seed.class, description = "Start of the random numbers. Without it: a random one, which is printed.")
    Long seed;

    @Option(names = "--guidance", paramLabel = "X", defaultValue = "3", description = "How much the prompt counts; 1: no guidance, half the work.")
    double guidance;

    @Option(names = "--temperature", paramLabel = "X", defaultValue = "1", description = "Above 1 wilder, below 1 tamer, 0: always the likeliest code.")
    double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "250", description = "Draw from the likeliest K codes only; 0: from all.")
    int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "0", description = "Draw from the likeliest codes that together have this probability; 0: from all.")
    double topP;

    @Option(names = "--continue", paramLabel = "WAV", description = "Sound that the clip begins with and goes on from.")
    Path continuation;

    @Option(names = "--melody", paramLabel = "WAV", description = "Sound whose pitches the clip follows, for melody models.")
    Path melody;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Variations to make in one go.")
    int batch;

    /** The request of the first variation, with its seed drawn if none was given. */
    Request request(String prompt) {
        if (batch < 1 || batch > MOST_BATCH) throw new io.vivace.BadRequest("--batch must be 1 to " + MOST_BATCH + ", not " + batch + ".");
        if (seed == null) seed = (long) new SecureRandom().nextInt(Integer.MAX_VALUE);
        Request request = new Request(prompt, seconds, seed, 0, guidance, temperature, topK, topP, null, null);
        if (continuation != null) request = request.withContinuation(WavReader.read(continuation));
        return melody == null ? request : request.withMelody(WavReader.read(melody));
    }

    List<Request> variations(Request first) {
        return IntStream.range(0, batch).mapToObj(first::withSample).toList();
    }
}
