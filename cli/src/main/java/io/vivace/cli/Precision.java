package io.vivace.cli;

import io.vivace.weights.ModelFile;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.TensorEntry;
import java.nio.file.Path;
import java.util.Locale;

/** How a model file stores its matrices: the type of most of their bytes. */
final class Precision {
    private Precision() {}

    static String of(Path file) {
        try (ModelFile model = ModelFile.open(file)) {
            return of(model);
        }
    }

    static String of(ModelFile model) {
        var bytes = new java.util.EnumMap<Storage, Long>(Storage.class);
        for (TensorEntry entry : model.header().tensors()) {
            if (entry.layout() == Layout.PANELS) bytes.merge(entry.storage(), entry.length(), Long::sum);
        }
        return bytes.entrySet().stream().max(java.util.Map.Entry.comparingByValue()).map(e -> e.getKey().name().toLowerCase(Locale.ROOT)).orElse("float32");
    }
}
