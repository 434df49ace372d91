package io.vivace.cli.parity;

import io.vivace.OutputFailed;
import io.vivace.converter.ConversionRequest;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.converter.ConversionRequest.Progress;
import io.vivace.converter.Converter;
import io.vivace.file.Reason;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A case's checkpoint, converted to a temporary model file and opened. */
final class CaseModel implements AutoCloseable {
    private final Path folder;
    private final ModelFile file;

    CaseModel(Case test) {
        try {
            folder = Files.createTempDirectory("vivace-parity");
        } catch (IOException e) {
            throw new OutputFailed("no temporary folder can be made (" + Reason.of(e) + "); free some space.", e);
        }
        try {
            Path model = folder.resolve("case.viv");
            Path text = test.params().has("text_encoder") ? test.checkpoint().resolve(test.params().text("text_encoder")) : null;
            Converter.convert(new ConversionRequest(List.of(test.checkpoint()), model, test.dtype(), Parts.ofTextEncoder(text), false, Progress.NONE));
            file = ModelFile.open(model);
        } catch (RuntimeException e) {
            delete();
            throw e;
        }
    }

    ModelFile file() {
        return file;
    }

    @Override public void close() {
        file.close();
        delete();
    }

    private void delete() {
        try {
            Files.deleteIfExists(folder.resolve("case.viv"));
            Files.delete(folder);
        } catch (IOException e) {
            throw new OutputFailed(folder + " could not be removed (" + Reason.of(e) + "); delete it by hand.", e);
        }
    }
}
