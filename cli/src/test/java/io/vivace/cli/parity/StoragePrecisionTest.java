package io.vivace.cli.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.backend.cpu.CpuBackend;
import io.vivace.cli.Repository;
import io.vivace.converter.ConversionRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.Converter;
import io.vivace.model.musicgen.Trial;
import io.vivace.model.musicgen.Trial.Given;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What narrower storage of the decoder's weights costs: relative L2 error of the logits against the original in float32. The
 * bounds are the documented ones; a lower one keeps a storage that is silently float32 from passing.
 */
class StoragePrecisionTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"F32, 0, 1e-6", "BF16, 1e-3, 5e-3", "INT8, 4e-3, 1.5e-2"})
    void errorOfTheLogits(Dtype dtype, double least, double most) {
        Case test = Case.read(Repository.GOLDEN.resolve("musicgen/logits"), dtype);
        var in = new CaseTensors(test.folder().resolve("io.safetensors"));
        Path model = folder.resolve("model.viv");
        Converter.convert(new ConversionRequest(List.of(test.checkpoint()), model, dtype, null, false, ConversionRequest.Progress.NONE));
        int[][] mask = in.matrix("in.encoder_attention_mask"), ids = in.matrix("in.input_ids");
        int[][][] columns = {Arrays.copyOfRange(ids, 0, 4), Arrays.copyOfRange(ids, 4, 8)};
        try (var file = ModelFile.open(model); var backend = new CpuBackend(2, false)) {
            var given = new Given(null, mask, in.tensor("in.encoder_hidden_states"), null, 2);
            Values logits = Values.of(new Trial(file.config(), file, backend).logits(given, columns, false));
            double error = logits.distance(in.get("out.logits"));
            assertTrue(error >= least && error <= most, dtype + ": relative L2 " + error);
        }
    }
}
