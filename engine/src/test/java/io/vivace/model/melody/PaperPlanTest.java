package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.Plan;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.weights.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The figures of docs/passes.md: what the paper's sizes take, known without a weight. */
class PaperPlanTest {
    private static final MelodyConfig CONFIG = MelodyConfig.of(JsonReader.read("paper.json", """
            {"prompt": {"levels": 12, "codebook_size": 1024, "embedding": 128},
             "semantic": {"tokens": 1024, "window": 250, "frames_per_token": 10, "chunks": 4},
             "lm": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "rms_norm_eps": 1e-6,
                    "rope_theta": 10000, "max_position_embeddings": 512},
             "diffusion": {"latent_channels": 16, "width": 768, "blocks": 8, "segment": 64, "angle_width": 256, "embed_hidden": 768, "heads": 12,
                           "coarse_layers": 3, "feed_hidden": 3072, "cross_rotary": true, "sru_layers": 2, "sru_hidden": 512,
                           "sru_gate_recurrence": true, "guidance": 2.5},
             "codec": {"sample_rate": 24000, "latent_channels": 16, "latent_scale": 3.0,
                       "decoder": {"input_width": 1536, "widths": [768, 384, 192, 96], "rates": [4, 4, 3, 2], "kernels": [9, 9, 5, 7],
                                   "block_kernels": [3, 7], "block_dilations": [[1, 3, 5], [1, 3, 5]]}}}
            """.getBytes(StandardCharsets.UTF_8)));

    private static Plan plan(double seconds, int steps) {
        Request request = Request.of("").withPromptTokens(Collections.nCopies(12, 0)).withSeconds(seconds).withSteps(steps);
        return new Planning(CONFIG, Speculation.OFF, null, 0).of(Batch.of(new Jobs(CONFIG).of(List.of(request))));
    }

    private static Map<Stage, Long> passes(long prefill, long decode, long denoise, long codec) {
        return Map.of(Stage.PREFILL, prefill, Stage.DECODE, decode, Stage.DENOISE, denoise, Stage.CODEC, codec);
    }

    @Test void tenSecondsAreAWindow() {
        assertEquals(passes(1, 249, 10, 15), plan(10, 10).passes());
        assertEquals(6250, plan(10, 10).musicLmPasses());
        assertEquals(270, plan(10, 10).melodyPasses());
    }

    @Test void furtherSecondsComeChunkByChunk() {
        assertEquals(passes(9, 741, 45, 45), plan(30, 5).passes());
        assertEquals(passes(9, 741, 90, 45), plan(30, 10).passes());
        assertEquals(passes(9, 741, 180, 45), plan(30, 20).passes());
        assertEquals(passes(117, 7383, 1170, 442), plan(300, 10).passes());
    }

    /** Beside the clip itself, which a stream does not keep. */
    @Test void tenMinutesTakeTheMemoryOfOne() {
        long clip = 24_000L * Float.BYTES, minute = plan(60, 10).bytes() - 60 * clip, ten = plan(600, 10).bytes() - 600 * clip;
        assertTrue(Math.abs(ten - minute) <= 0.05 * minute, minute + " and " + ten + " bytes");
    }
}
