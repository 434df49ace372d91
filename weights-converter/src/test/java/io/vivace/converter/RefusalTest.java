package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.ModelMissing;
import io.vivace.VivaceException;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that are refused, each with what is wrong and what to do. */
class RefusalTest extends Conversions {
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

    @Test
    void partsThatAreMissingAreNamed() throws IOException {
        assertTrue(refusal(ModelMissing.class, folder.resolve("absent")).contains("There is no checkpoint"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertTrue(refusal(BadCheckpoint.class, empty).contains("holds neither config.json"));
        Path checkpoint = copy("musicgen", "audiocraft");
        deleteAll(checkpoint.resolve("text_encoder"));
        assertTrue(refusal(ModelMissing.class, checkpoint).contains("--text-encoder"));
        Path text = Golden.checkpoint("musicgen", "audiocraft").resolve("text_encoder");
        Converter.convert(new ConversionRequest(List.of(checkpoint), folder.resolve("with.viv"), Dtype.F32, Parts.ofTextEncoder(text), false,
                ConversionRequest.Progress.NONE));
        Files.delete(checkpoint.resolve("compression_state_dict.bin"));
        assertTrue(refusal(ModelMissing.class, checkpoint).contains("compression_state_dict.bin"));
    }

    @Test
    void textTowersThatDoNotFitAreNamed() throws IOException {
        Path tower = Golden.checkpoint("melody", "prompt-texts").resolve("text"), model = Golden.checkpoint("melody", "prompt-tokens");
        assertTrue(refusal(BadRequest.class, Golden.checkpoint("text", "bert"), tower).contains("only these take a text tower"));
        assertTrue(refusal(BadRequest.class, Golden.checkpoint("musicgen", "audiocraft"), tower).contains("only these take a text tower"));
        assertTrue(refusal(ModelMissing.class, model, folder.resolve("none")).contains("There is no text tower folder"));
        assertTrue(refusal(ModelMissing.class, model, Files.createDirectory(folder.resolve("empty"))).contains("no config.json"));
        assertTrue(refusal(BadCheckpoint.class, model, Golden.checkpoint("text", "bert")).contains("clap or clap_text_model"));
        assertTrue(refusal(BadCheckpoint.class, model, Golden.checkpoint("text", "clap-text")).contains("of 24 channels"));
        assertTrue(refusal(BadCheckpoint.class, Golden.checkpoint("melody", "codec-decode"), tower).contains("no prompt.codebooks"));
        Path copy = copy("melody", "prompt-texts");
        for (String name : List.of("tokenizer.json", "vocab.json", "merges.txt")) Files.delete(copy.resolve("text").resolve(name));
        assertTrue(refusal(ModelMissing.class, copy).contains("no tokenizer"));
    }

    private String refusal(Class<? extends VivaceException> kind, Path source, Path tower) {
        var request = new ConversionRequest(List.of(source), folder.resolve("x.viv"), Dtype.F32, new Parts(null, tower, null, null, null), false, ConversionRequest.Progress.NONE);
        return assertThrows(kind, () -> Converter.convert(request)).getMessage();
    }

    /** A tower from elsewhere makes the file that one within the checkpoint makes, but for the names of what it was made of. */
    @Test
    void aTextTowerMayLieElsewhere() throws IOException {
        Path whole = copy("melody", "prompt-texts"), tower = Golden.checkpoint("melody", "prompt-texts").resolve("text");
        convert(whole, folder.resolve("within.viv"), Dtype.F32);
        deleteAll(whole.resolve("text"));
        Converter.convert(new ConversionRequest(List.of(whole), folder.resolve("elsewhere.viv"), Dtype.F32, new Parts(null, tower, null, null, null), false, ConversionRequest.Progress.NONE));
        assertEquals(-1, Files.mismatch(folder.resolve("within.viv"), folder.resolve("elsewhere.viv")));
        assertFalse(convert(whole, folder.resolve("without.viv"), Dtype.F32).tokenizer());
    }

    /** Pointers of git-lfs, and links of a download cache that lead nowhere: neither is a file that the checkpoint does without. */
    @Test
    void whatStandsInPlaceOfAFileIsRefusedWithTheRemedy() throws IOException {
        for (String file : List.of("config.json", "generation_config.json", "model.safetensors", "spiece.model", "tokenizer_config.json")) {
            Path checkpoint = copy("musicgen", "pipeline");
            Files.deleteIfExists(checkpoint.resolve("tokenizer.json"));
            Files.writeString(checkpoint.resolve(file), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
            String pointer = refusal(BadCheckpoint.class, checkpoint);
            assertTrue(pointer.contains(file) && pointer.contains("git lfs pull"), pointer);
            Files.delete(checkpoint.resolve(file));
            Files.createSymbolicLink(checkpoint.resolve(file), Path.of("blobs/nowhere"));
            String link = refusal(VivaceException.class, checkpoint);
            assertTrue(link.contains(file) && link.contains("is a link to a file that is not there"), link);
            deleteAll(checkpoint);
        }
    }

    @Test
    void whatWouldBeLeftAsideInSilenceIsRefused() {
        Path source = Golden.checkpoint("text", "bert");
        Path output = folder.resolve("x.viv");
        for (ConversionRequest request : List.of(
                new ConversionRequest(List.of(source, source), output, Dtype.F32, Parts.NONE, false, ConversionRequest.Progress.NONE),
                new ConversionRequest(List.of(source), output, Dtype.F32, Parts.ofTextEncoder(source), false, ConversionRequest.Progress.NONE),
                new ConversionRequest(List.of(source.resolve("model.safetensors")), output, Dtype.F32, Parts.NONE, false,
                        ConversionRequest.Progress.NONE))) {
            String message = assertThrows(BadRequest.class, () -> Converter.convert(request)).getMessage();
            assertTrue(message.contains("; give "), message);
            assertFalse(Files.exists(output));
        }
    }
}
