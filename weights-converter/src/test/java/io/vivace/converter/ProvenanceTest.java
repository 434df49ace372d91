package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model file says about where its weights came from. */
class ProvenanceTest extends Conversions {
    @Test
    void provenanceNamesTheInputsByTheirDigest() throws Exception {
        Path checkpoint = copy("text", "bert");
        Files.writeString(checkpoint.resolve("README.md"), "---\ntags:\n- x\nlicense: cc-by-nc-4.0\n---\n# A model\n");
        convert(checkpoint, folder.resolve("m.viv"), Dtype.F32);
        try (ModelFile file = ModelFile.open(folder.resolve("m.viv"))) {
            assertEquals("cc-by-nc-4.0", file.header().licence());
            var input = (io.vivace.weights.Json.ObjectNode) file.header().provenance().array("inputs").elements().getFirst();
            byte[] sha = java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(checkpoint.resolve("model.safetensors")));
            assertEquals(java.util.HexFormat.of().formatHex(sha), input.text("sha256"));
            assertEquals("checkpoint/model.safetensors", input.text("file"));
            assertFalse(file.header().provenance().has("time"));
        }
    }

    @Test
    void aLongCardIsReadUpToTheEndOfItsFrontMatter() throws IOException {
        Files.writeString(folder.resolve("README.md"), "---\n" + "tags:\n".repeat(100_000) + "license: mit\n---\nlicense: other\n");
        assertEquals("mit", Layouts.licence(folder));
        Files.writeString(folder.resolve("README.md"), "---\n" + "tags:\n".repeat(100_000) + "---\nlicense: other\n");
        assertNull(Layouts.licence(folder));
    }

    @Test
    void aModelCardThatIsHostileSaysNothing() throws IOException {
        Path checkpoint = copy("text", "bert");
        for (String card : List.of("---\n" + "a\n".repeat(500_000) + "---\n", "---\n" + "license:".repeat(100_000), "---\nlicense: \u001b[31m\n---\n",
                "---\n---\nlicense: mit\n", "license: mit\n", "---", "\n")) {
            Files.writeString(checkpoint.resolve("README.md"), card);
            Path output = folder.resolve("card.viv");
            Converter.convert(new ConversionRequest(List.of(checkpoint), output, Dtype.F32, Parts.NONE, true, ConversionRequest.Progress.NONE));
            try (ModelFile file = ModelFile.open(output)) {
                assertNull(file.header().licence());
            }
        }
    }
}
