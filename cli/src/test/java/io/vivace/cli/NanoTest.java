package io.vivace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.audio.WavReader;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.model.nano.NanoConfig;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import io.vivace.weights.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** vivace-nano from the prompt to files, with the small random networks of its reference cases. */
class NanoTest {
    private static final int RATE = NanoConfig.SAMPLE_RATE;
    private static final Map<String, String> NETWORKS = Map.of("text", "text", "lm", "lm-logits", "diffusion", "latents", "decoder", "sound");

    @TempDir static Path models;
    @TempDir Path folder;

    /** The networks of the cases as the shards of one checkpoint; the language model's has the fewest tokens. */
    @BeforeAll static void convert() throws IOException {
        Path checkpoint = Files.createDirectory(models.resolve("checkpoint"));
        var config = new LinkedHashMap<String, Object>(Checkpoints.json(folderOf("lm").resolve("config.json")).members());
        var shards = new LinkedHashMap<String, Object>();
        for (String network : NETWORKS.keySet()) {
            config.put(network, Checkpoints.json(folderOf(network).resolve("config.json")).object(network));
            Files.copy(folderOf(network).resolve("model.safetensors"), checkpoint.resolve(network + ".safetensors"));
            try (Checkpoint part = Checkpoints.openFile(checkpoint.resolve(network + ".safetensors"))) {
                part.tensors().keySet().forEach(name -> shards.put(name, network + ".safetensors"));
            }
        }
        Files.write(checkpoint.resolve("config.json"), JsonWriter.write(Json.of("config", config)));
        Files.write(checkpoint.resolve("model.safetensors.index.json"), JsonWriter.write(Json.of("index", Map.of("weight_map", shards))));
        Files.copy(folderOf("text").resolve("vocab.txt"), checkpoint.resolve("vocab.txt"));
        Run.of("convert", checkpoint.toString(), "-o", model()).succeeds();
    }

    private static Path folderOf(String network) {
        return Repository.GOLDEN.resolve("nano").resolve(NETWORKS.get(network)).resolve("checkpoint");
    }

    private static String model() {
        return models.resolve("nano.viv").toString();
    }

    private static Run generate(String... args) {
        var all = Stream.concat(Stream.of("generate", "-m", model(), "--steps", "2", "--seed", "7", "techno in D minor"), Arrays.stream(args));
        return Run.of(all.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private ObjectNode sidecar(String name) throws IOException {
        return JsonReader.read(name, Files.readAllBytes(folder.resolve(name)));
    }

    @Test void aPromptBecomesAFileOfTheExactLengthAndSaysWhatItWasTakenFor() throws IOException {
        String err = generate("--seconds", "0.7", "-o", file("a.wav")).succeeds().err();
        assertEquals(RATE * 7 / 10, WavReader.read(folder.resolve("a.wav")).frames());
        ObjectNode sidecar = sidecar("a.json"), understood = sidecar.object("understood");
        for (String name : new String[] {"style", "metre", "mode", "key", "tempo", "energy"}) {
            ObjectNode trait = understood.object(name);
            String value = name.equals("tempo") ? "" + trait.integer("value", 60, 180) : trait.text("value");
            String line = err.lines().filter(each -> each.startsWith(trait.flag("stated") ? "as asked: " : "chosen: ")).findFirst().orElseThrow();
            assertTrue(line.contains(name + " " + value), line);
        }
        ObjectNode request = sidecar.object("request"), passes = sidecar.object("run").object("passes");
        assertEquals(1, request.number("temperature"));
        assertEquals(0, request.integer("topK", 0, 9));
        assertEquals("second-order", request.text("solver"));
        assertEquals(1, passes.integer("text encoder", 0, 9));
        assertTrue(passes.integer("decoder steps", 1, 9) > 0);
    }

    @Test void streamedAndInABatchTheBytesAreTheSame() throws IOException {
        byte[] streamed = generate("--seconds", "2", "-o", "-", "-q").succeeds().out();
        generate("--seconds", "2", "-o", file("a.wav"), "-q").succeeds();
        generate("--seconds", "2", "-o", file("b.wav"), "-q", "--batch", "2").succeeds();
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.wav")), streamed);
        assertArrayEquals(streamed, Files.readAllBytes(folder.resolve("b-1.wav")));
        assertNotEquals(-1, Files.mismatch(folder.resolve("b-1.wav"), folder.resolve("b-2.wav")));
        assertEquals(sidecar("a.json").object("understood").object("key").text("value"), sidecar("b-1.json").object("understood").object("key").text("value"));
        assertTrue(sidecar("b-2.json").has("understood"));
    }

    @Test void aLoopHasWholeBars() throws IOException {
        byte[] streamed = generate("--seconds", "3", "--loop", "-o", "-", "-q").succeeds().out();
        generate("--seconds", "3", "--loop", "-o", file("a.wav")).succeeds();
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.wav")), streamed);
        ObjectNode understood = sidecar("a.json").object("understood");
        int tempo = understood.object("tempo").integer("value", 60, 180);
        int beats = switch (understood.object("metre").text("value")) {
            case "4/4" -> 4;
            case "3/4" -> 3;
            default -> 2;
        };
        double bars = (double) WavReader.read(folder.resolve("a.wav")).frames() / RATE * tempo / 60 / beats;
        assertEquals(Math.rint(bars), bars, 1e-3);
    }

    @Test void otherModelsDoNotLoop() {
        Run.of("convert", Repository.DEMO.toString(), "-o", file("musicgen.viv")).succeeds();
        Run.of("generate", "-m", file("musicgen.viv"), "x", "--loop", "-o", file("x.wav")).fails(ExitCode.USAGE, "cannot loop");
        Run.of("styles", "-m", file("musicgen.viv")).fails(ExitCode.USAGE, "musicgen");
    }

    @Test void whatTheModelKnowsIsListed() {
        String text = Run.of("styles", "-m", model()).succeeds().text();
        for (String word : new String[] {"waltz", "3/4", "brushes", "vibraphone", "F#", "dorian", "./vivace \"techno, 125 bpm, saw bass\""}) {
            assertTrue(text.contains(word), word);
        }
        ObjectNode json = JsonReader.read("styles", Run.of("styles", "-m", model(), "--json").succeeds().out());
        assertTrue(json.array("styles").elements().size() >= 12);
        assertEquals(12, json.array("keys").elements().size());
        assertTrue(json.object("instruments").array("melody").elements().size() >= 30);
    }

    @Test void withoutADistributionThereIsNoEmbeddedModel() {
        Run.of("styles").fails(ExitCode.MODEL_MISSING, "models/vivace-nano.viv");
        Run.of("x", "-o", file("x.wav")).fails(ExitCode.MODEL_MISSING, "-m FILE");
    }

    @Test void soundsAreNotHeard() {
        generate("--continue", Repository.GOLDEN.resolve("none.wav").toString(), "-o", file("x.wav")).fails(ExitCode.USAGE, "none.wav");
        generate("--guidance", "3", "-o", file("x.wav")).fails(ExitCode.USAGE, "without guidance");
    }
}
