package io.vivace.model.nano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Cancelled;
import io.vivace.Listener;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Cuda;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class BarWriterTest {
    private static final NanoConfig CONFIG = TinyNano.CONFIG;
    private static final Weights WEIGHTS = TinyNano.weights();
    private static final Backend CPU = new CpuBackend(2, false), SCALAR = new CpuBackend(1, true);
    private static final Sheet ROCK = TinyNano.sheet(), WALTZ = new Sheet(new int[] {1, 0, 2, 30, 0, 1, 2, 0, 3, 0});

    private static Request request(long seed) {
        return Request.of("").withSeed(seed).withTemperature(1).withTopK(seed == 3 ? 5 : 0);
    }

    /** [batch][bars][steps][streams], as many bars as the longest piece has. */
    private static int[][][][] write(BarWriter writer, List<Sheet> sheets, int[] totals, List<Request> requests, Run run) {
        int longest = Arrays.stream(totals).max().orElseThrow();
        var bars = new int[totals.length][longest][][];
        writer.begin(sheets, totals, TokenSettings.of(requests));
        for (int bar = 0; bar < longest; bar++) {
            int[][][] next = writer.next(run);
            for (int b = 0; b < bars.length; b++) bars[b][bar] = next[b];
        }
        return bars;
    }

    private static Run quiet() {
        return new Run(Listener.NONE, 0);
    }

    /** Pieces of several metres and lengths, with other settings: alone or in a batch, each is the same. */
    private static void theCompanyDoesNotMatter(Backend backend, int longest) {
        List<Sheet> sheets = List.of(ROCK, WALTZ, ROCK);
        List<Request> requests = List.of(request(1), request(2), request(3));
        int[] totals = {longest, 5, longest - 1};
        try (var writer = new BarWriter(CONFIG, backend, WEIGHTS)) {
            int[][][][] together = write(writer, sheets, totals, requests, quiet());
            for (int b = 0; b < totals.length; b++) {
                int[][][][] alone = write(writer, List.of(sheets.get(b)), new int[] {totals[b]}, List.of(requests.get(b)), quiet());
                assertArrayEquals(Arrays.copyOf(together[b], totals[b]), alone[0], "piece " + b + " on " + backend.description());
            }
            assertFalse(Arrays.deepEquals(Arrays.copyOf(together[0], 5), Arrays.copyOf(together[2], 5)));
        }
    }

    @Test
    void theCompanyDoesNotMatter() {
        theCompanyDoesNotMatter(CPU, 30);
        theCompanyDoesNotMatter(SCALAR, 11);
    }

    @Test
    void theCompanyDoesNotMatterOnTheCudaBackEnd() {
        for (boolean narrow : new boolean[] {false, true}) {
            try (Backend cuda = Cuda.open(narrow)) {
                theCompanyDoesNotMatter(cuda, 10);
            }
        }
    }

    @Test
    void tokensAreThoseThatThereAreAndATripleMetreHasTwelveSteps() {
        try (var writer = new BarWriter(CONFIG, CPU, WEIGHTS)) {
            int[][][][] bars = write(writer, List.of(WALTZ, ROCK), new int[] {9, 9}, List.of(request(1), request(1)), quiet());
            boolean any = false;
            for (int[][] bar : bars[0]) {
                for (int step = 12; step < 16; step++) assertArrayEquals(new int[2], bar[step]);
            }
            for (int[][][] piece : bars) {
                for (int[][] bar : piece) {
                    for (int[] step : bar) assertTrue(step[0] < CONFIG.harmony().size() && step[1] < CONFIG.codes().get(1));
                }
            }
            for (int[] step : bars[1][0]) any |= step[1] > 0;
            assertTrue(any);
        }
    }

    /** One pass a bar; a window that is full begins anew with its last half. */
    @Test
    void passesAreCounted() {
        assertEquals(Map.of(Stage.DECODE, 8L), BarWriter.passes(CONFIG, 8));
        assertEquals(Map.of(Stage.DECODE, 8L, Stage.PREFILL, 1L), BarWriter.passes(CONFIG, 9));
        for (int bars : new int[] {1, 8, 9, 12, 13, 29}) {
            try (var writer = new BarWriter(CONFIG, CPU, WEIGHTS)) {
                Run run = quiet();
                write(writer, List.of(ROCK), new int[] {bars}, List.of(request(1)), run);
                assertEquals(BarWriter.passes(CONFIG, bars), run.report(1).passes());
                assertEquals(32L * bars, run.report(1).tokens());
            }
        }
    }

    @Test
    void seedAndSampleMatter() {
        try (var writer = new BarWriter(CONFIG, CPU, WEIGHTS)) {
            int[][][][] one = write(writer, List.of(ROCK), new int[] {4}, List.of(request(1)), quiet());
            assertFalse(Arrays.deepEquals(one, write(writer, List.of(ROCK), new int[] {4}, List.of(request(2)), quiet())));
            assertFalse(Arrays.deepEquals(one, write(writer, List.of(ROCK), new int[] {4}, List.of(request(1).withSample(1)), quiet())));
            assertTrue(Arrays.deepEquals(one, write(writer, List.of(ROCK), new int[] {4}, List.of(request(1)), quiet())));
        }
    }

    @Test
    void aCancelledRunEndsAndTheNextIsRight() {
        try (var writer = new BarWriter(CONFIG, CPU, WEIGHTS)) {
            int[][][][] right = write(writer, List.of(ROCK), new int[] {12}, List.of(request(1)), quiet());
            var asked = new int[1];
            var listener = new Listener() {
                @Override
                public boolean cancelled() {
                    return ++asked[0] == 10;
                }
            };
            assertThrows(Cancelled.class, () -> write(writer, List.of(ROCK), new int[] {12}, List.of(request(1)), new Run(listener, 12)));
            assertArrayEquals(right, write(writer, List.of(ROCK), new int[] {12}, List.of(request(1)), quiet()));
        }
    }

    @Test
    void thePlanCoversTheStates() {
        assertTrue(BarWriter.bytes(CONFIG, 4, 5).state() > 3 * BarWriter.bytes(CONFIG, 1, 5).state());
        assertTrue(BarWriter.bytes(CONFIG, 1, 9).activations() > BarWriter.bytes(CONFIG, 1, 8).activations());
    }

    @AfterAll
    static void close() {
        CPU.close();
        SCALAR.close();
    }
}
