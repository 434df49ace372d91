package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.weights.ModelFile;
import io.vivace.weights.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model file holds after a conversion, for every reference checkpoint. */
class ConverterTest extends Conversions {
    static List<Path> checkpoints() throws IOException {
        List<Path> all = Golden.checkpoints();
        assertTrue(all.size() >= 16, "reference checkpoints are missing: " + all);
        return all;
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyReferenceCheckpointConvertsToAFileThatVerifiesAndTwiceToTheSameBytes(Path checkpoint) throws IOException {
        for (Dtype dtype : Dtype.values()) {
            Path one = folder.resolve("one" + dtype);
            Path two = folder.resolve("two" + dtype);
            ConversionReport report = convert(checkpoint, one, dtype);
            convert(checkpoint, two, dtype);
            assertEquals(-1, Files.mismatch(one, two));
            assertEquals(Files.size(one), report.bytes());
            try (ModelFile file = ModelFile.open(one)) {
                file.load();
                file.verify();
                assertEquals(report.tensors(), file.names().size());
                assertEquals(report.family(), file.family());
            }
        }
        assertNarrowTypesAreNear(folder.resolve("oneF32"), folder.resolve("oneBF16"), 1 / 256.0, folder.resolve("oneINT8"), 1 / 254.0);
    }

    /** bfloat16 is within 2^-8 of each value, int8 within half a step of the row's largest. */
    private static void assertNarrowTypesAreNear(Path exact, Path half, double halfBound, Path int8, double int8Bound) {
        try (ModelFile want = ModelFile.open(exact); ModelFile bf16 = ModelFile.open(half); ModelFile i8 = ModelFile.open(int8)) {
            for (String name : want.names()) {
                StoredTensor tensor = want.get(name);
                if (tensor.dims().length != 2) {
                    assertArrayEquals(want.floats(name), i8.floats(name));
                    continue;
                }
                float[] w = want.floats(name);
                float[] h = bf16.floats(name);
                float[] q = i8.floats(name);
                int columns = tensor.dims()[1];
                for (int row = 0; row < tensor.dims()[0]; row++) {
                    float largest = 0;
                    for (int c = 0; c < columns; c++) {
                        largest = Math.max(largest, Math.abs(w[row * columns + c]));
                    }
                    for (int i = row * columns; i < (row + 1) * columns; i++) {
                        assertEquals(w[i], h[i], Math.abs(w[i]) * halfBound, name);
                        assertEquals(w[i], q[i], largest * int8Bound * 1.0001, name);
                        assertTrue(!name.startsWith("codec.") || (w[i] == h[i] && w[i] == q[i]), name);
                    }
                }
            }
        }
    }

    @Test
    void bothSpellingsOfTheSameKindOfModelGiveTheSameTensorNames() {
        convert(Golden.checkpoint("musicgen", "audiocraft"), folder.resolve("a.viv"), Dtype.F32);
        convert(Golden.checkpoint("musicgen", "generate"), folder.resolve("t.viv"), Dtype.F32);
        try (ModelFile a = ModelFile.open(folder.resolve("a.viv")); ModelFile t = ModelFile.open(folder.resolve("t.viv"))) {
            assertEquals(List.copyOf(t.names()), List.copyOf(a.names()));
            for (String name : t.names()) {
                assertArrayEquals(t.get(name).dims(), a.get(name).dims(), name);
            }
            assertEquals(t.config().object("text").members().keySet(), a.config().object("text").members().keySet());
            assertEquals(t.config().object("codec").members().keySet(), a.config().object("codec").members().keySet());
            assertEquals(t.config().object("decoder").members().keySet(), a.config().object("decoder").members().keySet());
        }
    }

    @Test
    void theTokenizerOfAudiocraftsFilesLiesBesideTheTextEncoderOrBesideThem() throws IOException {
        for (String place : List.of(".", "text_encoder")) {
            Path checkpoint = copy("musicgen", "audiocraft");
            assertFalse(convert(checkpoint, folder.resolve("mute.viv"), Dtype.F32).tokenizer());
            Files.copy(Golden.checkpoint("musicgen", "pipeline").resolve("tokenizer.json"), checkpoint.resolve(place).resolve("tokenizer.json"));
            assertTrue(convert(checkpoint, folder.resolve("speaking.viv"), Dtype.F32).tokenizer(), place);
            deleteAll(checkpoint);
            Files.delete(folder.resolve("mute.viv"));
            Files.delete(folder.resolve("speaking.viv"));
        }
    }

    @Test
    void linearLayersAreFusedAndCopiedExactly() {
        convert(Golden.checkpoint("musicgen", "generate"), folder.resolve("m.viv"), Dtype.F32);
        try (ModelFile m = ModelFile.open(folder.resolve("m.viv")); Checkpoint c = Checkpoints.open(Golden.checkpoint("musicgen",
                "generate"))) {
            float[] fused = m.floats("decoder.layers.1.self.qkv");
            String[] parts = {"q", "k", "v"};
            for (int p = 0; p < 3; p++) {
                float[] part = c.tensors().get("decoder.model.decoder.layers.1.self_attn." + parts[p] + "_proj.weight").floats();
                assertArrayEquals(part, java.util.Arrays.copyOfRange(fused, p * part.length, (p + 1) * part.length));
            }
            assertArrayEquals(c.tensors().get("enc_to_dec_proj.bias").floats(), m.floats("projection.bias"));
            assertArrayEquals(new int[] {4 * 64, 32}, m.get("decoder.heads").dims());
        }
    }
}
