package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.recipe.SsmTtm;
import io.vivace.file.Reason;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens a checkpoint of SSM-TTM: the file that Lightning's trainer wrote, and the training's config.json after it or beside it. */
final class SsmTtmFiles {
    private static final String CONFIG = "config.json", STATE = "state_dict";
    /** Where the tokenizer may lie, which is not in the file. */
    private static final List<String> TEXT = List.of("flan-t5-base", "flan-t5", "text_encoder");

    private SsmTtmFiles() { }

    /** A Lightning file with a config that speaks of such a model. */
    static boolean matches(List<Path> sources) {
        Path file = file(sources.getFirst());
        if (file == null) return false;
        ObjectNode config = config(file, sources);
        return config != null && config.members().get("model") instanceof Json.ObjectNode model
                && Stream.of("layers", "codec_layer", "d_model", "d_state").anyMatch(model::has);
    }

    /** The file itself, or the only one of a folder. */
    private static Path file(Path source) {
        if (!Files.isDirectory(source)) return lightning(source) ? source : null;
        try (Stream<Path> files = Files.list(source)) {
            List<Path> found = files.filter(SsmTtmFiles::lightning).limit(2).toList();
            return found.size() == 1 ? found.getFirst() : null;
        } catch (IOException e) {
            throw new BadCheckpoint("The folder " + source + " cannot be read (" + Reason.of(e) + "); check its permissions.", e);
        }
    }

    private static boolean lightning(Path file) {
        return file.getFileName().toString().endsWith(".ckpt");
    }

    private static ObjectNode config(Path file, List<Path> sources) {
        return Checkpoints.json(sources.size() > 1 ? sources.get(1) : Layouts.folder(file).resolve(CONFIG));
    }

    static OpenCheckpoint open(ConversionRequest request) {
        Path file = file(request.sources().getFirst()), folder = Layouts.folder(file), text = text(request, folder);
        Checkpoint checkpoint = Checkpoints.openTorch(file, STATE).checkpoint();
        try {
            if (!SsmTtm.matches(checkpoint.tensors().keySet())) {
                throw new BadCheckpoint(file + " has no music_model.condition_linear.weight under " + STATE + "; it is no checkpoint of SSM-TTM, or of another kind.");
            }
            ObjectNode encoder = Checkpoints.json(text.resolve(CONFIG));
            boolean described = encoder != null && encoder.text("model_type", "").equals("t5");
            var recipe = SsmTtm.recipe(config(file, request.sources()), described ? encoder : null, checkpoint.tensors());
            return new OpenCheckpoint(folder, recipe, checkpoint.tensors(), checkpoint.files(), text, Layouts.licence(folder));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static Path text(ConversionRequest request, Path folder) {
        if (request.textEncoder() != null) {
            if (Files.isDirectory(request.textEncoder())) return request.textEncoder();
            throw new ModelMissing("There is no text encoder folder " + request.textEncoder() + "; fetch the tokenizer of google/flan-t5-base.");
        }
        return TEXT.stream().map(folder::resolve).filter(Files::isDirectory).findFirst().orElse(folder);
    }
}
