package io.vivace.model.encodec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import org.junit.jupiter.api.Test;

class EncodecConfigTest {

    // hop_length, frame_rate, num_quantizers, chunk_length, chunk_stride of transformers' EncodecConfig, 5.23.0
    @Test
    void figuresOfThePublishedModels() {
        EncodecConfig mono32 = Codecs.published(new int[] {8, 5, 4, 4}, 32000, 2048, 2.2);
        EncodecConfig mono24 = Codecs.published(new int[] {8, 5, 4, 2}, 24000, 1024, 1.5, 3, 6, 12, 24);
        assertEquals(640, mono32.hop());
        assertEquals(50, mono32.frameRate());
        assertEquals(4, mono32.quantizers());
        assertEquals(4, mono32.quantizersFor(null));
        assertEquals(320, mono24.hop());
        assertEquals(75, mono24.frameRate());
        assertEquals(32, mono24.quantizers());
        assertEquals(2, mono24.quantizersFor(null));
        assertEquals(8, mono24.quantizersFor(6.0));
        assertThrows(BadRequest.class, () -> mono24.quantizersFor(5.0));
    }

    @Test
    void chunksInSamples() {
        EncodecConfig config = Codecs.config("chunk_seconds", 0.1, "overlap", 0.01);
        assertEquals(48, config.chunk());
        assertEquals(47, config.chunkStride());
    }

    @Test
    void configsThatMakeNoSenseAreRefused() {
        refused("ratios", new int[0]);
        refused("ratios", new int[] {4096, 4096});
        refused("filters", 1 << 16, "ratios", new int[] {2, 2, 2, 2, 2});
        refused("compress", 5);
        refused("dilation_growth", 4096, "residual_layers", 3);
        refused("codebook_size", 48);
        refused("codebook_dim", 7);
        refused("trim_right_ratio", 0.5);
        refused("trim_right_ratio", 1.5, "causal", true);
        refused("bandwidths", new double[] {0.01});
        refused("pad_mode", "circular");
        refused("norm", "layer_norm");
        refused("chunk_seconds", 1e-9);
        refused("overlap", 1.0, "chunk_seconds", 1.0);
        refused("channels", 3);
    }

    private static void refused(Object... changes) {
        BadCheckpoint e = assertThrows(BadCheckpoint.class, () -> Codecs.config(changes));
        assertTrue(e.getMessage().startsWith("config: " + changes[0] + " is "), e.getMessage());
    }
}
