package io.vivace.cli;

import io.vivace.BadCheckpoint;
import io.vivace.weights.ModelFile;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.TensorEntry;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What tells one model file from another.
 *
 * @param file         its name, without the folder
 * @param headerSha256 of its header, which holds a check sum of every tensor; hashing gigabytes of weights would take seconds
 * @param dtype        how most bytes of its matrices are stored
 * @param provenance   what its header says about its origin
 */
record ModelFacts(String file, String headerSha256, String dtype, Object provenance) {

    /** @throws BadCheckpoint if it is no model file */
    static ModelFacts of(Path path) {
        try (ModelFile model = ModelFile.open(path)) {
            ModelHeader header = model.header();
            return new ModelFacts(path.getFileName().toString(), Digest.sha256(header.bytes()), dtype(header), Document.plain(header.provenance()));
        }
    }

    static String dtype(ModelHeader header) {
        var bytes = new EnumMap<Storage, Long>(Storage.class);
        for (TensorEntry entry : header.tensors()) {
            if (entry.layout() == Layout.PANELS) bytes.merge(entry.storage(), entry.length(), Long::sum);
        }
        return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(e -> e.getKey().name().toLowerCase(Locale.ROOT)).orElse("float32");
    }
}
