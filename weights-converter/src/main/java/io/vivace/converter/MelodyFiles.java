package io.vivace.converter;

import io.vivace.ModelMissing;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Melody;
import io.vivace.text.TokenizerFiles;
import io.vivace.weights.Json.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens a MeLoDy checkpoint: a folder, and another one for the text tower, which lies within it or elsewhere. */
final class MelodyFiles {
    private static final String CONFIG = "config.json";
    private static final String TOWER = "text";

    private final Path folder;
    private final List<SourceFile> files = new ArrayList<>();
    private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();

    private MelodyFiles(Path folder) {
        this.folder = folder;
    }

    static boolean matches(Path folder) {
        ObjectNode config = Files.isDirectory(folder) ? Checkpoints.json(folder.resolve(CONFIG)) : null;
        return config != null && config.has("model_type") && config.text("model_type").equals("vivace-melody");
    }

    static OpenCheckpoint open(ConversionRequest request) {
        var parts = new MelodyFiles(request.sources().getFirst());
        try {
            return parts.open(request.parts().textTower());
        } catch (RuntimeException e) {
            parts.files.forEach(SourceFile::close);
            throw e;
        }
    }

    private OpenCheckpoint open(Path elsewhere) {
        Path tower = elsewhere != null || Files.isDirectory(folder.resolve(TOWER)) ? tower(elsewhere) : null;
        add("", folder);
        if (tower != null) add(Melody.TEXT, tower);
        var recipe = Melody.recipe(Checkpoints.json(folder.resolve(CONFIG)), tower == null ? null : Checkpoints.json(tower.resolve(CONFIG)));
        if (tower != null && TokenizerFiles.read(tower).isEmpty()) {
            throw new ModelMissing("The text tower's folder " + tower + " has no tokenizer (" + TokenizerFiles.NAMES + "); fetch it too.");
        }
        return new OpenCheckpoint(folder, recipe, tensors, List.copyOf(files), tower == null ? folder : tower, Layouts.licence(folder));
    }

    private Path tower(Path elsewhere) {
        Path tower = elsewhere == null ? folder.resolve(TOWER) : elsewhere;
        if (!Files.isDirectory(tower)) throw new ModelMissing("There is no text tower folder " + tower + "; check the path or fetch it.");
        if (Checkpoints.json(tower.resolve(CONFIG)) == null) throw new ModelMissing("The text tower's folder " + tower + " has no config.json; fetch it.");
        return tower;
    }

    private void add(String prefix, Path part) {
        Checkpoint checkpoint = Checkpoints.open(part);
        files.addAll(checkpoint.files());
        checkpoint.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
    }
}
