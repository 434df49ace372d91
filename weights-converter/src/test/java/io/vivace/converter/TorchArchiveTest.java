package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single files of torch.save that say themselves what they hold. */
class TorchArchiveTest extends Conversions {
    @Test
    void sizesOfACodecAreReadFromItsFile() throws IOException {
        Path checkpoint = copy("dac", "original-encode");
        assertEquals("dac", convert(checkpoint, folder.resolve("folder.viv"), Dtype.F32).family());
        convert(checkpoint.resolve("weights.pth"), folder.resolve("file.viv"), Dtype.F32);
        assertEquals(-1, Files.mismatch(folder.resolve("folder.viv"), folder.resolve("file.viv")));
        try (ModelFile model = ModelFile.open(folder.resolve("file.viv"))) {
            assertEquals(4, model.config().object("codec").integer("codebooks", 1, 100));
            assertArrayEquals(new int[] {2, 4, 8}, model.config().object("codec").array("encoder_rates").integers(1, 100));
        }
    }

    @Test
    void settingsOfALightningFileAreReadFromItWhereNoneLieBeside() throws IOException {
        Path checkpoint = copy("discodiff", "denoise");
        assertEquals("discodiff", convert(checkpoint, folder.resolve("beside.viv"), Dtype.BF16).family());
        Files.delete(checkpoint.resolve("config.json"));
        convert(checkpoint, folder.resolve("within.viv"), Dtype.BF16);
        assertEquals(-1, Files.mismatch(folder.resolve("beside.viv"), folder.resolve("within.viv")));
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path checkpoint = copy("discodiff", "denoise");
        Files.copy(Golden.checkpoint("musicgen", "audiocraft").resolve("state_dict.bin"), checkpoint.resolve("lm.ckpt"));
        Files.delete(checkpoint.resolve("discodiff.ckpt"));
        assertTrue(refusal(BadCheckpoint.class, checkpoint).contains("holds neither a codec"));
        Files.copy(checkpoint.resolve("lm.ckpt"), checkpoint.resolve("other.ckpt"));
        assertTrue(refusal(BadCheckpoint.class, checkpoint).contains("more than one"));
        Files.writeString(checkpoint.resolve("lm.ckpt"), "no torch file");
        assertTrue(refusal(BadCheckpoint.class, checkpoint.resolve("lm.ckpt")).contains("neither a zip nor a legacy file"));
        Path codec = Golden.checkpoint("dac", "original-encode");
        var request = new ConversionRequest(List.of(codec, codec), folder.resolve("o.viv"), Dtype.F32, ConversionRequest.Parts.NONE, false, ConversionRequest.Progress.NONE);
        assertTrue(org.junit.jupiter.api.Assertions.assertThrows(BadRequest.class, () -> Converter.convert(request)).getMessage().contains("is whole"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"num_codebooks\": 3|\"num_codebooks\": 5|is not divisible by the 5 codebooks",
        "\"num_codebooks\": 3|\"num_codebooks\": 12|whole number from 2 to 9",
        "\"prediction_type\": \"v_prediction\"|\"prediction_type\": \"guess\"|prediction_type is none of",
        "\"rvq_pattern\": \"VALL-E\"|\"rvq_pattern\": \"parallel\"|rvq_pattern is not VALL-E",
        "\"inner_dim\": 6|\"inner_dim\": 8|must be even and divisible by the 3 codebooks",
        "\"inner_dim\": 6|\"inner_dim\": 12|contradicts its config"})
    void aConfigThatIsWrongIsRefused(String from, String to, String says) throws IOException {
        refused("discodiff", "denoise", from, to, says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"codebook_size\": 64|\"codebook_size\": 32|contradicts its config",
        "\"n_codebooks\": 4|\"n_codebooks\": 5|is without",
        "\"n_codebooks\": 4|\"n_codebooks\": 3|holds, beside what family dac uses",
        "\"decoder_hidden_size\": 32|\"decoder_hidden_size\": 36|must be divisible by 2 at every stage",
        "\"sampling_rate\": 44100|\"sampling_rate\": 0|whole number from 1"})
    void aCodecsConfigThatIsWrongIsRefused(String from, String to, String says) throws IOException {
        refused("dac", "hf-encode", from, to, says);
    }

    private void refused(String area, String name, String from, String to, String says) throws IOException {
        Path config = copy(area, name).resolve("config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replace(from, to));
        String message = refusal(BadCheckpoint.class, config.getParent());
        assertTrue(message.contains(says), message);
    }
}
