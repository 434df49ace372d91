package io.vivace.model.musicgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Request;
import io.vivace.backend.cpu.CpuBackend;
import io.vivace.model.musicgen.Decoder.Layout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecoderSessionTest {

    /** At a very high temperature every code is as likely as the next: what is drawn shows the random numbers alone. */
    @Test
    void randomNumbersGoOnInTheNextWindowAndStartOverWithTheNextClip() {
        TinyModel tiny = TinyModel.mono();
        Settings settings = Settings.of(List.of(Request.of("").withTemperature(1000).withTopK(0).withSeed(5)));
        MusicGenConfig config = MusicGenConfig.of(tiny.config());
        try (var backend = new CpuBackend(1, false);
                var session = new DecoderSession(config, new Layout(1, false, 0, 0, 14), null, backend, tiny.weights())) {
            session.start(settings, Conditions.NONE);
            List<Integer> first = window(session), second = window(session);
            assertTrue(first.stream().distinct().count() > 15, first.toString());
            assertNotEquals(first, second);
            session.start(settings, Conditions.NONE);
            assertEquals(first, window(session));
            assertEquals(second, window(session));
        }
    }

    /** The codes of the columns that are drawn in all codebooks. */
    private static List<Integer> window(DecoderSession session) {
        session.open(new int[1][4][0], 10);
        while (session.column() < 13) session.step();
        List<Integer> drawn = new ArrayList<>();
        for (int i = 4 * 4; i < 11 * 4; i++) drawn.add(session.codes()[i]);
        return drawn;
    }
}
