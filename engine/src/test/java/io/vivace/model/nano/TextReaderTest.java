package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.Listener;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.Trait;
import io.vivace.backend.Backend;
import io.vivace.backend.Cuda;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.RandomWeights;
import io.vivace.model.Run;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReaderTest {
    private static final NanoConfig CONFIG = TinyNano.CONFIG;
    private static final Backend CPU = new CpuBackend(2, false);
    private static byte[] tokenizer;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeTokenizer() throws IOException {
        tokenizer = tokenizer("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "slow", "rock", "##s");
    }

    private static byte[] tokenizer(String... pieces) throws IOException {
        Files.write(folder.resolve("vocab.txt"), List.of(pieces));
        return TokenizerFiles.read(folder).orElseThrow();
    }

    /** @param said what the text tower says of every field: above 0, that the text states it */
    private static MemoryWeights weights(float... said) {
        var random = new RandomWeights(5, "embedding", "position", "fields");
        var weights = (MemoryWeights) random.weights();
        weights.matrix("text.said.weight", Storage.FLOAT32, 10, 8, new float[80]);
        weights.vector("text.said.bias", said);
        random.add(new TextGraph(CONFIG, 1, 4).read());
        return weights.bytes("tokenizer", tokenizer);
    }

    private static float[] said(float all) {
        var said = new float[10];
        Arrays.fill(said, all);
        return said;
    }

    private static List<Reading> read(Backend backend, MemoryWeights weights, List<Request> requests, Run run) {
        try (var reader = new TextReader(CONFIG, backend, weights)) {
            return reader.read(requests, run);
        }
    }

    private static List<Reading> read(MemoryWeights weights, Request... requests) {
        return read(CPU, weights, List.of(requests), new Run(Listener.NONE, 0));
    }

    private static void alike(Reading one, Reading other) {
        assertArrayEquals(one.sheet().fields(), other.sheet().fields());
        assertArrayEquals(one.stated(), other.stated());
    }

    /** Prompts of several lengths and seeds together, and each alone. */
    private static void theCompanyDoesNotMatter(Backend backend) {
        MemoryWeights weights = weights(1, -1, 1, -1, -1, -1, -1, -1, -1, -1);
        List<Request> requests = new ArrayList<>(Request.of("slow rock").withSeed(3).variations(3));
        for (String prompt : List.of("", "rocks", "slow slow rocks", "rock slow")) requests.add(Request.of(prompt).withSeed(3));
        var run = new Run(Listener.NONE, 0);
        List<Reading> together = read(backend, weights, requests, run);
        assertEquals(3, run.report(1).passes().get(Stage.TEXT));
        for (int i = 0; i < requests.size(); i++) {
            alike(together.get(i), read(backend, weights, List.of(requests.get(i)), new Run(Listener.NONE, 0)).getFirst());
        }
    }

    @Test
    void theCompanyDoesNotMatter() {
        theCompanyDoesNotMatter(CPU);
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                theCompanyDoesNotMatter(cuda);
            }
        }
    }

    @Test
    void passesAndBytesAreForetold() {
        try (var reader = new TextReader(CONFIG, CPU, weights(said(1)))) {
            List<Request> requests = List.of(Request.of("slow rock"), Request.of("rock slow"), Request.of("rock"));
            assertEquals(2, reader.passes(requests));
            assertTrue(reader.bytes(requests) > reader.bytes(requests.subList(0, 2)));
        }
    }

    @Test
    void whatATextStatesDoesNotDependOnTheSeedAndAllElseDoes() {
        Request[] requests = IntStream.range(0, 600).mapToObj(seed -> Request.of("rock").withSeed(seed)).toArray(Request[]::new);
        List<Reading> stated = read(weights(said(1)), requests), open = read(weights(said(-1)), requests);
        for (Reading reading : stated) alike(stated.getFirst(), reading);
        for (int field = 0; field < Sheet.FIELDS.size(); field++) {
            int each = field;
            assertEquals(field != Sheet.TEMPO, stated.getFirst().stated()[field], Sheet.FIELDS.get(field));
            assertFalse(open.getFirst().stated()[field], Sheet.FIELDS.get(field));
            assertTrue(open.stream().map(reading -> reading.sheet().fields()[each]).distinct().count() > 1, Sheet.FIELDS.get(field));
        }
    }

    @Test
    void aTempoWasAskedForWhereItsFiguresStand() {
        var sheet = new Sheet(new int[] {0, 0, 0, 30, 0, 0, 0, 0, 0, 0});
        for (String prompt : List.of("90 bpm", "rock,90bpm", "bpm=90, 4 bars")) assertTrue(Reading.of(prompt, sheet, allStated()).stated()[Sheet.TEMPO], prompt);
        for (String prompt : List.of("", "rock", "190 bpm", "900", "9 0")) assertFalse(Reading.of(prompt, sheet, allStated()).stated()[Sheet.TEMPO], prompt);
        assertFalse(Reading.of("90", sheet, new boolean[10]).stated()[Sheet.TEMPO]);
    }

    private static boolean[] allStated() {
        var stated = new boolean[10];
        Arrays.fill(stated, true);
        return stated;
    }

    @Test
    void everyTextCanBeReadAndEveryFieldHasAName() {
        for (String prompt : List.of("", "slow ".repeat(300), "\uD83C\uDFB5 žluťoučký 日本", "rocksrocks ??!")) {
            for (Reading reading : read(weights(said(-1)), Request.of(prompt), Request.of(prompt).withSeed(9))) {
                assertFalse(reading.traits(CONFIG).isEmpty());
            }
        }
    }

    @Test
    void traitsAreInTheModelsWords() {
        var reading = new Reading(new Sheet(new int[] {1, 0, 2, 30, 0, 1, 2, 0, 3, 0}),
                new boolean[] {true, false, true, false, false, false, false, false, true, true});
        assertEquals(List.of(new Trait("style", "waltz", true), new Trait("metre", "3/4", true), new Trait("mode", "major", false), new Trait("key", "D", true),
                new Trait("tempo", "90", false), new Trait("energy", "calm", false), new Trait("bass", "organ", false), new Trait("chords", "strings", false),
                new Trait("melody", "piano", true), new Trait("kit", "none", true)), reading.traits(CONFIG));
    }

    @Test
    void aTokenizerMustBeThereAndFit() throws IOException {
        var without = new RandomWeights(5, "embedding", "position", "fields").add(new TextGraph(CONFIG, 1, 4).read()).weights();
        refused("no tokenizer", (MemoryWeights) without);
        byte[] larger = tokenizer("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "slow", "rock", "##s", "more");
        refused("9 ids and the text tower 8", ((MemoryWeights) without).bytes("tokenizer", larger));
    }

    private static void refused(String says, MemoryWeights weights) {
        String message = assertThrows(BadCheckpoint.class, () -> new TextReader(CONFIG, CPU, weights)).getMessage();
        assertTrue(message.contains(says) && message.endsWith("."), message);
    }

    @AfterAll
    static void close() {
        CPU.close();
    }
}
