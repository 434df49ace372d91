package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Language models of state-space layers, in the layouts of transformers and mamba_ssm. */
class MambaTest extends Conversions {

    /** Newer versions write an object where older ones wrote what is no JSON. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"__float__\": \"Infinity\"}|true", "Infinity|true", "1e999|true", "0.5|false"})
    void anInfiniteLimitIsSpelledInSeveralWays(String most, boolean infinite) throws IOException {
        Path checkpoint = copy("ssm", "mamba2-block");
        edit(checkpoint, "\\{\\s*\"__float__\": \"Infinity\"\\s*\\}", most);
        convert(checkpoint, folder.resolve("m.viv"), Dtype.F32);
        try (ModelFile model = ModelFile.open(folder.resolve("m.viv"))) {
            assertEquals(infinite, !model.config().object("lm").object("mixer").has("most"));
        }
    }

    @Test
    void theOriginalLayoutHasRowsUpToAMultipleAndATiedHead() {
        convert(Golden.checkpoint("ssm", "mamba1-original-generate"), folder.resolve("m.viv"), Dtype.F32);
        try (ModelFile model = ModelFile.open(folder.resolve("m.viv"))) {
            ObjectNode lm = model.config().object("lm");
            assertEquals(96, lm.integer("vocab", 1, 1 << 20));
            assertEquals("selective", lm.object("mixer").text("kind"));
            assertArrayEquals(model.floats("lm.embedding"), model.floats("lm.head"));
            assertArrayEquals(new int[] {64, 16}, model.get("lm.layers.0.rates").dims());
            assertFalse(model.names().contains("lm.layers.0.in_bias"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mamba2-block|\"num_heads\": 8|\"num_heads\": 4|num_heads is 4, but hidden_size · expand / head_dim is 8",
        "mamba2-block|\"n_groups\": 2|\"n_groups\": 3|no heads of 8 in 3 groups",
        "mamba2-block|\"hidden_act\": \"silu\"|\"hidden_act\": \"gelu\"|only silu is supported",
        "mamba2-limit-logits|0.12|0.01|time_step_limit goes from 0.03 to 0.01",
        "mamba2-limit-logits|0.12|NaN|a finite number",
        "mamba1-original-generate|\"attn_layer_idx\": \\[\\]|\"attn_layer_idx\": [1]|attention layers are not supported",
        "mamba1-original-generate|\"d_intermediate\": 0|\"d_intermediate\": 64|MLP layers",
        "mamba1-original-generate|\"rms_norm\": true|\"rms_norm\": false|only RMS norms",
        "mamba1-original-generate|\"ssm_cfg\": \\{|\"ssm_cfg\": {\"layer\": \"Mamba3\", |only Mamba1 and Mamba2",
        "mamba1-original-generate|\"d_state\": 16|\"d_state\": 8|instead of"})
    void aConfigThatDoesNotFitIsRefused(String name, String from, String to, String says) throws IOException {
        Path checkpoint = copy("ssm", name);
        edit(checkpoint, from, Matcher.quoteReplacement(to));
        String message = refusal(BadCheckpoint.class, checkpoint);
        assertTrue(message.contains(says), message);
    }

    private static void edit(Path checkpoint, String pattern, String to) throws IOException {
        Path file = checkpoint.resolve("config.json");
        String config = Files.readString(file), changed = config.replaceFirst(pattern, to);
        assertFalse(config.equals(changed), config);
        Files.writeString(file, changed);
    }
}
