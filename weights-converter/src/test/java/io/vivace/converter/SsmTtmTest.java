package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.ModelMissing;
import io.vivace.VivaceException;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.converter.ConversionRequest.Progress;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lightning's checkpoints of SSM-TTM, with their config and a codec from elsewhere. */
class SsmTtmTest extends Conversions {
    private static final Path CODEC = Golden.repository().resolve("golden/ssm/dac_44khz");

    private ConversionReport convert(List<Path> sources, Path codec) {
        return Converter.convert(new ConversionRequest(sources, folder.resolve("ssm.viv"), Dtype.F32, new Parts(null, null, codec, null, null), true, Progress.NONE));
    }

    private String refused(Class<? extends VivaceException> kind, Path checkpoint, Path codec) throws IOException {
        String message = assertThrows(kind, () -> convert(List.of(checkpoint), codec)).getMessage();
        assertTrue(message.endsWith(".") && !message.contains("\n"), message);
        assertNothingLeft(folder.resolve("ssm.viv"));
        return message;
    }

    @Test
    void optimizerStatesAndTheTrainersOtherObjectsStayBehind() throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-prefix-simba");
        ConversionReport report = convert(List.of(checkpoint.resolve("simba.ckpt"), checkpoint.resolve("config.json")), CODEC);
        assertEquals("ssm-ttm", report.family());
        assertTrue(report.tokenizer());
        assertEquals(List.of(), report.ignored());
        try (ModelFile model = ModelFile.open(folder.resolve("ssm.viv"))) {
            model.verify();
            assertEquals(List.of("simba", "simba"), model.config().object("lm").array("blocks").texts());
            assertEquals(44100, model.config().object("codec").integer("sample_rate", 1, 1 << 20));
            assertTrue(model.names().stream().noneMatch(name -> name.contains("optimizer")));
            assertArrayEquals(new int[] {4, 96}, model.get("lm.layers.0.mixer.taps").dims());
            for (float rate : model.floats("lm.layers.0.mixer.rates")) assertTrue(rate < 0);
        }
    }

    /** The file's own copy of the config stands in for the file beside it, and the text encoder's shapes for its config. */
    @Test
    void withoutConfigsTheFileSaysItAll() throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-cross-transformer");
        convert(List.of(checkpoint), CODEC);
        try (ModelFile with = ModelFile.open(folder.resolve("ssm.viv"))) {
            Files.delete(checkpoint.resolve("config.json"));
            Files.delete(checkpoint.resolve("flan-t5/config.json"));
            Files.move(folder.resolve("ssm.viv"), folder.resolve("with.viv"));
            convert(List.of(checkpoint), CODEC);
            try (ModelFile without = ModelFile.open(folder.resolve("ssm.viv"))) {
                assertEquals(with.config().object("text").members().toString().replaceAll("at=[^\\]]*\\]", ""),
                        without.config().object("text").members().toString().replaceAll("at=[^\\]]*\\]", ""));
                assertEquals(with.names(), without.names());
            }
        }
    }

    /** Keys that older files lack have the published model's values; names in the file tell the variant. */
    @Test
    void keysThatAreMissingHaveTheirDefaults() throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-hybrid");
        edit(checkpoint, "\"num_heads\": 8,", "");
        edit(checkpoint, "\"codec_layer\": 1,", "");
        edit(checkpoint, "\"vocab_size\": 1025,", "");
        convert(List.of(checkpoint), CODEC);
        Files.delete(folder.resolve("ssm.viv"));
        edit(checkpoint, "\"layers\": 3,", "");
        assertTrue(refused(BadCheckpoint.class, checkpoint, CODEC).contains("layers is 24, but the checkpoint has no layer 3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"is_incontext\": true|\"is_incontext\": false|describe another variant than that of the checkpoint, whose layer 0 consists of [MIXER, FEED_FORWARD]",
        "\"is_pure_mamba\": false|\"is_pure_mamba\": true|describe another variant",
        "\"d_model\": 32|\"d_model\": 48|instead of",
        "\"d_state\": 16|\"d_state\": 17|instead of",
        "\"layers\": 3|\"layers\": 2|holds, beside what family ssm-ttm uses",
        "\"vocab_size\": 1025|\"vocab_size\": 1024|no room for the special id 1024",
        "\"codec_layer\": 1|\"codec_layer\": 5|codec_layer is 5, but the codec has only 3 codebooks",
        "\"codec_layer\": 1|\"codec_layer\": 2|is without 2 tensors: music_model.embedding.1.weight",
        "\"model\"|\"network\"|has no object \"model\"",
        "\"layers\": 3|\"layers\": \"three\"|whole number from 1"})
    void aConfigThatDoesNotFitIsRefused(String from, String to, String says) throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-hybrid");
        edit(checkpoint, from, to);
        String message = refused(BadCheckpoint.class, checkpoint, CODEC);
        assertTrue(message.contains(says), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"sampling_rate\": 44100|\"sampling_rate\": 24000|the codec has 24000 Hz, but the model was trained with one of 44100 Hz",
        "\"codebook_size\": 1024|\"codebook_size\": 512|the codec has 512 codes a codebook, the model 1024"})
    void aCodecThatDoesNotFitIsRefused(String from, String to, String says) throws IOException {
        Path codec = Files.createDirectories(folder.resolve("codec"));
        Files.copy(CODEC.resolve("model.safetensors"), codec.resolve("model.safetensors"));
        String config = Files.readString(CODEC.resolve("config.json"));
        assertTrue(config.contains(from), config);
        Files.writeString(codec.resolve("config.json"), config.replace(from, to));
        String message = refused(BadCheckpoint.class, copy("ssm", "ssmttm-hybrid"), codec);
        assertTrue(message.contains(says), message);
    }

    @Test
    void otherThingsInPlaceOfPartsAreRefused() throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-hybrid");
        assertTrue(refused(BadCheckpoint.class, checkpoint, Golden.checkpoint("encodec", "short32-decode-1")).contains("of the family encodec"));
        assertTrue(refused(ModelMissing.class, checkpoint, folder.resolve("none")).contains("There is no checkpoint"));
        assertTrue(assertThrows(BadRequest.class, () -> convert(List.of(checkpoint, checkpoint.resolve("config.json"), checkpoint), CODEC)).getMessage()
                .contains("--codec"));
        assertTrue(refused(BadRequest.class, Golden.checkpoint("text", "bert"), CODEC).contains("takes neither a codec"));
    }

    @Test
    void aSecondStageThatDoesNotFitIsRefused() throws IOException {
        Path checkpoint = copy("ssm", "ssmttm-hybrid"), second = Golden.checkpoint("discodiff", "denoise").resolve("discodiff.ckpt");
        Path text = Golden.repository().resolve("golden/ssm/flan-t5-second");
        assertTrue(refusedWith(checkpoint, CODEC, second, null).contains("has 32, give its own (flan-t5-large) with --second-text-encoder"));
        assertTrue(refusedWith(checkpoint, null, second, text).contains("a second stage needs a codec"));
        assertTrue(refusedWith(checkpoint, CODEC, null, text).contains("but no second stage"));
        assertTrue(refusedWith(checkpoint, CODEC, CODEC, text).contains("of the family dac, but discodiff is needed"));
        assertTrue(refusedWith(checkpoint, CODEC, second, Golden.checkpoint("text", "t5-v1.0")).contains("but the one that was given has"));
        edit(checkpoint, "\"codec_layer\": 1", "\"codec_layer\": 2");
        assertTrue(refusedWith(checkpoint, CODEC, second, text).contains("a second stage goes with a model of one codebook"));
    }

    private String refusedWith(Path checkpoint, Path codec, Path second, Path text) throws IOException {
        var request = new ConversionRequest(List.of(checkpoint), folder.resolve("ssm.viv"), Dtype.F32, new Parts(null, null, codec, second, text), true, Progress.NONE);
        String message = assertThrows(BadCheckpoint.class, () -> Converter.convert(request)).getMessage();
        assertTrue(message.endsWith(".") && !message.contains("\n"), message);
        assertNothingLeft(folder.resolve("ssm.viv"));
        return message;
    }

    private static void edit(Path checkpoint, String from, String to) throws IOException {
        Path file = checkpoint.resolve("config.json");
        String config = Files.readString(file);
        assertTrue(config.contains(from), config);
        Files.writeString(file, config.replace(from, to));
    }
}
