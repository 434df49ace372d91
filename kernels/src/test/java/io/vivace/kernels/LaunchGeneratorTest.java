package io.vivace.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LaunchGeneratorTest {
    /** `kernels/generate` mends it. */
    @Test
    void generatedSourcesAreCurrent() throws Exception {
        Path java = Path.of("src/main/java/io/vivace/kernels");
        for (var source : LaunchGenerator.generate(Path.of("src/main/cuda")).entrySet()) {
            assertEquals(source.getValue(), Files.readString(java.resolve(source.getKey())), source.getKey() + " is stale; run kernels/generate");
        }
    }
}
