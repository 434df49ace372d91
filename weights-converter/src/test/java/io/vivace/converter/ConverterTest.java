package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.OutputFailed;
import io.vivace.VivaceException;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.weights.ModelFile;
import io.vivace.weights.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConverterTest {
    @TempDir
    Path folder;

    static List<Path> checkpoints() throws IOException {
        List<Path> all = Golden.checkpoints();
        assertTrue(all.size() >= 16, "reference checkpoints are missing: " + all);
        return all;
    }

    private ConversionReport convert(Path source, Path output, Dtype dtype) {
        return Converter.convert(new ConversionRequest(List.of(source), output, dtype, null, false, ConversionRequest.Progress.NONE));
    }

    /** A copy of a golden checkpoint that a test may damage. */
    private Path copy(String area, String name) throws IOException {
        Path to = folder.resolve("checkpoint");
        Path from = Golden.checkpoint(area, name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return to;
    }

    private <E extends VivaceException> String refusal(Class<E> kind, Path source) throws IOException {
        Path output = folder.resolve("out.viv");
        String message = assertThrows(kind, () -> convert(source, output, Dtype.F32)).getMessage();
        assertTrue(message.endsWith(".") && !message.contains("\n"), message);
        assertNothingLeft(output);
        return message;
    }

    private static void assertNothingLeft(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output.getParent())) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part") || f.equals(output)).toList());
        }
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

    @Test
    void anExistingOutputIsKeptUnlessForced() throws IOException {
        Path output = Files.writeString(folder.resolve("kept.viv"), "mine");
        Path source = Golden.checkpoint("text", "bert");
        assertTrue(assertThrows(OutputFailed.class, () -> convert(source, output, Dtype.F32)).getMessage().contains("was kept"));
        assertEquals("mine", Files.readString(output));
        Converter.convert(new ConversionRequest(List.of(source), output, Dtype.F32, null, true, ConversionRequest.Progress.NONE));
        ModelFile.open(output).close();
        assertThrows(OutputFailed.class, () -> convert(source, folder, Dtype.F32));
        assertTrue(assertThrows(OutputFailed.class, () -> convert(source, folder.resolve("no/such/out.viv"),
                Dtype.F32)).getMessage().contains("there is no folder"));
    }

    @Test
    void theCheckpointItselfIsNeverTheOutput() throws IOException {
        Path checkpoint = copy("text", "bert");
        byte[] weights = Files.readAllBytes(checkpoint.resolve("model.safetensors"));
        Path link = Files.createSymbolicLink(folder.resolve("link.viv"), checkpoint.resolve("model.safetensors"));
        for (Path output : List.of(checkpoint.resolve("model.safetensors"), link)) {
            var request = new ConversionRequest(List.of(checkpoint), output, Dtype.F32, null, true, ConversionRequest.Progress.NONE);
            String message = assertThrows(OutputFailed.class, () -> Converter.convert(request)).getMessage();
            assertTrue(message.contains("a file of the checkpoint itself"), message);
            assertArrayEquals(weights, Files.readAllBytes(checkpoint.resolve("model.safetensors")));
        }
    }

    @Test
    void theOutputMayHaveTheLongestNameAndBeBehindALinkButIsNoDevice() throws IOException {
        Path source = Golden.checkpoint("text", "bert");
        Path longest = folder.resolve("n".repeat(251) + ".viv");
        convert(source, longest, Dtype.F32);
        Path link = Files.createSymbolicLink(folder.resolve("link.viv"), longest);
        Converter.convert(new ConversionRequest(List.of(source), link, Dtype.BF16, null, true, ConversionRequest.Progress.NONE));
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.size(longest) > 0);
        ModelFile.open(link).close();
        if (Files.exists(Path.of("/dev/full"))) {
            var request = new ConversionRequest(List.of(source), Path.of("/dev/full"), Dtype.F32, null, true, ConversionRequest.Progress.NONE);
            assertTrue(assertThrows(OutputFailed.class, () -> Converter.convert(request)).getMessage().contains("a device"));
            assertFalse(Files.isRegularFile(Path.of("/dev/full")));
        }
    }

    @Test
    void aConversionThatIsStoppedLeavesNothing() throws IOException {
        Path output = folder.resolve("stopped.viv");
        var request = new ConversionRequest(List.of(Golden.checkpoint("musicgen", "generate")), output, Dtype.F32, null, false, (bytes,
                total) -> {
            if (bytes > total / 2) {
                throw new io.vivace.Cancelled("Stopped.");
            }
        });
        assertThrows(io.vivace.Cancelled.class, () -> Converter.convert(request));
        assertNothingLeft(output);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"model_type\": \"bert\"|\"model_type\": \"llama\"|which no recipe converts",
        "\"model_type\": \"bert\"|\"kind\": 1|model_type is missing",
        "\"hidden_size\": 32|\"hidden_size\": -1|whole number from 1",
        "\"hidden_size\": 32|\"hidden_size\": 1e99|whole number from 1",
        "\"hidden_size\": 32|\"hidden_size\": \"32\"|whole number from 1",
        "\"hidden_size\": 32|\"hidden_size\": 48|instead of",
        "\"hidden_size\": 32|\"hidden_size\": 33|cannot be divided",
        "\"num_hidden_layers\": 2|\"num_hidden_layers\": 3|is without 16 tensors: encoder.layer.2.attention.self.query.weight",
        "\"num_hidden_layers\": 2|\"num_hidden_layers\": 1|holds, beside what family bert uses, 16 tensors: encoder.layer.1.",
        "\"num_hidden_layers\": 2|\"num_hidden_layers\": 1000000000|whole number from 1 to 1000",
        "\"layer_norm_eps\": 1e-12|\"layer_norm_eps\": -1|above 0 and below 1",
        "\"layer_norm_eps\": 1e-12|\"layer_norm_eps\": 1e9|above 0 and below 1",
        "\"hidden_act\": \"gelu\"|\"hidden_act\": \"mish\"|activation that is not supported",
        "{|{{|not valid JSON near character 1 (",
        "{|[|not begin with a JSON object"})
    void aConfigThatIsWrongIsRefused(String from, String to, String says) throws IOException {
        Path checkpoint = copy("text", "bert");
        String config = Files.readString(checkpoint.resolve("config.json"));
        assertTrue(config.contains(from), config);
        Files.writeString(checkpoint.resolve("config.json"), config.replaceFirst(java.util.regex.Pattern.quote(from),
                java.util.regex.Matcher.quoteReplacement(to)));
        String message = refusal(BadCheckpoint.class, checkpoint);
        assertTrue(message.contains(says), message);
    }

    @Test
    void aValueThatIsNotFiniteIsNamed() throws IOException {
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            Path checkpoint = copy("text", "t5-v1.0");
            byte[] bytes = Files.readAllBytes(checkpoint.resolve("model.safetensors"));
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, value);
            Files.write(checkpoint.resolve("model.safetensors"), bytes);
            String message = refusal(BadCheckpoint.class, checkpoint);
            assertTrue(message.contains("tensor \"shared.weight\" holds a value that is not finite"), message);
            deleteAll(checkpoint);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder).sorted(java.util.Comparator.reverseOrder())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void partsThatAreMissingAreNamed() throws IOException {
        assertTrue(refusal(ModelMissing.class, folder.resolve("absent")).contains("There is no checkpoint"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertTrue(refusal(BadCheckpoint.class, empty).contains("holds neither config.json"));
        Path checkpoint = copy("musicgen", "audiocraft");
        deleteAll(checkpoint.resolve("text_encoder"));
        assertTrue(refusal(ModelMissing.class, checkpoint).contains("--text-encoder"));
        Path text = Golden.checkpoint("musicgen", "audiocraft").resolve("text_encoder");
        Converter.convert(new ConversionRequest(List.of(checkpoint), folder.resolve("with.viv"), Dtype.F32, text, false,
                ConversionRequest.Progress.NONE));
        Files.delete(checkpoint.resolve("compression_state_dict.bin"));
        assertTrue(refusal(ModelMissing.class, checkpoint).contains("compression_state_dict.bin"));
    }

    @Test
    void shardsConvertToTheSameTensorsAndAMissingOneIsNamed() throws IOException {
        Path checkpoint = copy("text", "bert");
        convert(checkpoint, folder.resolve("whole.viv"), Dtype.F32);
        Path shards = split(checkpoint);
        convert(shards, folder.resolve("shards.viv"), Dtype.F32);
        try (ModelFile whole = ModelFile.open(folder.resolve("whole.viv")); ModelFile parts =
                ModelFile.open(folder.resolve("shards.viv"))) {
            for (String name : whole.names()) {
                assertArrayEquals(whole.floats(name), parts.floats(name), name);
            }
        }
        Files.delete(shards.resolve("model-00002-of-00002.safetensors"));
        assertTrue(refusal(ModelMissing.class, shards).contains("needs the shard model-00002-of-00002.safetensors"));
        Path index = shards.resolve("model.safetensors.index.json");
        Files.writeString(index, Files.readString(index).replace("model-00002-of-00002.safetensors", "../../etc/passwd"));
        assertTrue(refusal(BadCheckpoint.class, shards).contains("no plain file name"));
    }

    /** Writes each half of a safetensors file's tensors to a file of its own, with an index. */
    private static Path split(Path checkpoint) throws IOException {
        var map = new StringBuilder();
        try (Checkpoint c = Checkpoints.open(checkpoint)) {
            List<String> names = List.copyOf(c.tensors().keySet());
            for (int part = 0; part < 2; part++) {
                String shard = "model-0000" + (part + 1) + "-of-00002.safetensors";
                var header = new StringBuilder();
                ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
                for (String name : names.subList(part * names.size() / 2, (part + 1) * names.size() / 2)) {
                    int begin = data.position();
                    for (float value : c.tensors().get(name).floats()) {
                        data.putFloat(value);
                    }
                    header.append(header.isEmpty() ? "{" : ",").append('"').append(name).append("\":{\"dtype\":\"F32\",\"shape\":")
                            .append(java.util.Arrays.toString(c.tensors().get(name).dims())).append(",\"data_offsets\":[").append(begin).append(',')
                            .append(data.position()).append("]}");
                    map.append(map.isEmpty() ? "{" : ",").append('"').append(name).append("\":\"").append(shard).append('"');
                }
                byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
                ByteBuffer file = ByteBuffer.allocate(8 + json.length
                        + data.position()).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
                Files.write(checkpoint.resolve(shard), file.put(data.flip()).array());
            }
        }
        Files.delete(checkpoint.resolve("model.safetensors"));
        Files.writeString(checkpoint.resolve("model.safetensors.index.json"), "{\"metadata\":{},\"weight_map\":" + map + "}}");
        return checkpoint;
    }

    @Test
    void aFileOfGitLfsIsRefusedWithTheRemedy() throws IOException {
        Path checkpoint = copy("text", "bert");
        Files.writeString(checkpoint.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
        assertTrue(refusal(BadCheckpoint.class, checkpoint).contains("git lfs pull"));
    }

    @Test
    void aLongCardIsReadUpToTheEndOfItsFrontMatter() throws IOException {
        Files.writeString(folder.resolve("README.md"), "---\n" + "tags:\n".repeat(100_000) + "license: mit\n---\nlicense: other\n");
        assertEquals("mit", Layouts.licence(folder));
        Files.writeString(folder.resolve("README.md"), "---\n" + "tags:\n".repeat(100_000) + "---\nlicense: other\n");
        assertNull(Layouts.licence(folder));
    }

    @Test
    void whatWouldBeLeftAsideInSilenceIsRefused() {
        Path source = Golden.checkpoint("text", "bert");
        Path output = folder.resolve("x.viv");
        for (ConversionRequest request : List.of(
                new ConversionRequest(List.of(source, source), output, Dtype.F32, null, false, ConversionRequest.Progress.NONE),
                new ConversionRequest(List.of(source), output, Dtype.F32, source, false, ConversionRequest.Progress.NONE),
                new ConversionRequest(List.of(source.resolve("model.safetensors")), output, Dtype.F32, null, false,
                        ConversionRequest.Progress.NONE))) {
            String message = assertThrows(io.vivace.BadRequest.class, () -> Converter.convert(request)).getMessage();
            assertTrue(message.contains("; give "), message);
            assertFalse(Files.exists(output));
        }
    }

    @Test
    void aModelCardThatIsHostileSaysNothing() throws IOException {
        Path checkpoint = copy("text", "bert");
        for (String card : List.of("---\n" + "a\n".repeat(500_000) + "---\n", "---\n" + "license:".repeat(100_000), "---\nlicense: \u001b[31m\n---\n",
                "---\n---\nlicense: mit\n", "license: mit\n", "---", "\n")) {
            Files.writeString(checkpoint.resolve("README.md"), card);
            Path output = folder.resolve("card.viv");
            Converter.convert(new ConversionRequest(List.of(checkpoint), output, Dtype.F32, null, true, ConversionRequest.Progress.NONE));
            try (ModelFile file = ModelFile.open(output)) {
                assertNull(file.header().licence());
            }
        }
    }

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
}
