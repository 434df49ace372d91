package io.vivace.model.melody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import org.junit.jupiter.api.Test;

class PromptQuantizerTest {
    private static final MemoryWeights WEIGHTS = new MemoryWeights().table("prompt.codebooks", Storage.FLOAT32, new int[] {2, 3, 2},
            0, 0, 4, 4, 4, 4, 0, 0, 1, 0, 0, 1);

    @Test
    void eachLevelTakesWhatIsNearestToTheRest() {
        var quantizer = new PromptQuantizer(new PromptConfig(2, 3, 2), WEIGHTS);
        assertArrayEquals(new int[] {0, 1}, quantizer.tokens(0.9f, 0.1f));
        assertArrayEquals(new int[] {1, 2}, quantizer.tokens(4, 5));
    }

    @Test
    void ofEquallyNearEntriesTheFirstIsTaken() {
        var quantizer = new PromptQuantizer(new PromptConfig(2, 3, 2), WEIGHTS);
        assertArrayEquals(new int[] {1, 0}, quantizer.tokens(4, 4));
        assertArrayEquals(new int[] {0, 1}, quantizer.tokens(2, 2));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var quantizer = new PromptQuantizer(new PromptConfig(2, 3, 2), WEIGHTS);
        assertThrows(BadRequest.class, () -> quantizer.tokens(1, 2, 3));
        assertThrows(BadRequest.class, () -> quantizer.tokens(1, Float.NaN));
        assertThrows(BadCheckpoint.class, () -> new PromptQuantizer(new PromptConfig(3, 3, 2), WEIGHTS));
    }
}
