package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Given;
import io.vivace.audio.WavReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Sounds and tokens that go into a clip. */
final class GivenOptions {
    @Option(names = "--continue", paramLabel = "WAV", description = "Sound that the clip begins with and goes on from.")
    private Path continuation;

    @Option(names = "--melody", paramLabel = "WAV", description = "Sound whose pitches the clip follows, for melody models.")
    private Path melody;

    @Option(names = "--infill", paramLabel = "WAV", description = "Sound of which the part --from S --to S is composed anew, for diffusion models.")
    private Path infill;

    @Option(names = "--from", paramLabel = "S", description = "Second at which the gap of --infill begins.")
    private Double from;

    @Option(names = "--to", paramLabel = "S", description = "Second at which the gap of --infill ends.")
    private Double to;

    @Option(names = "--prompt-tokens", paramLabel = "N", split = ",",
            description = "The prompt as tokens of the model's quantiser, 3,17,…, instead of a text.")
    private List<Integer> promptTokens;

    boolean tokens() {
        return promptTokens != null;
    }

    /** Reads the sounds. */
    Given read() {
        if ((infill == null) != (from == null) || (infill == null) != (to == null)) {
            throw new BadRequest("--infill WAV, --from S and --to S go together; give all three, or none.");
        }
        Given.Infill gap = infill == null ? null : new Given.Infill(WavReader.read(infill), from, to);
        return new Given(continuation == null ? null : WavReader.read(continuation), melody == null ? null : WavReader.read(melody), gap, promptTokens);
    }

    /** For the sidecar: files by name and digest. */
    Map<String, Object> document() {
        var members = new LinkedHashMap<String, Object>();
        file(members, "continue", continuation);
        file(members, "melody", melody);
        file(members, "infill", infill);
        members.put("from", from);
        members.put("to", to);
        members.put("promptTokens", promptTokens);
        return members;
    }

    private static void file(Map<String, Object> members, String name, Path file) {
        members.put(name, file);
        members.put(name + "Sha256", file == null ? null : Digest.sha256(file));
    }
}
