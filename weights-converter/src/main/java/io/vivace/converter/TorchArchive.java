package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.TorchFile;
import io.vivace.converter.recipe.Dac;
import io.vivace.converter.recipe.Recipe;
import io.vivace.file.Reason;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens a single file of torch.save that says itself what it holds: the original package's codecs. */
final class TorchArchive {
    private static final String STATE = "state_dict";

    private TorchArchive() { }

    /** A file, or a folder with one such file and no config.json of transformers. */
    static boolean matches(List<Path> sources) {
        return file(sources.getFirst()) != null;
    }

    private static Path file(Path source) {
        if (Files.isRegularFile(source)) {
            return named(source) ? source : null;
        }
        try (Stream<Path> files = Files.list(source)) {
            List<Path> found = files.filter(TorchArchive::named).limit(2).toList();
            return found.size() == 1 ? found.getFirst() : null;
        } catch (IOException e) {
            throw new BadCheckpoint("The folder " + source + " cannot be read (" + Reason.of(e) + "); check its permissions.", e);
        }
    }

    private static boolean named(Path file) {
        return file.getFileName().toString().endsWith(".pth");
    }

    static OpenCheckpoint open(ConversionRequest request) {
        Path file = file(request.sources().getFirst()), folder = Layouts.folder(file);
        if (request.sources().size() > 1 || request.textEncoder() != null) {
            throw new BadRequest(file + " is whole; give neither more sources nor a text encoder with it.");
        }
        Checkpoints.Opened opened = Checkpoints.openTorch(file, STATE);
        Checkpoint checkpoint = opened.checkpoint();
        try {
            return new OpenCheckpoint(folder, recipe(file, opened.torch()), checkpoint.tensors(), checkpoint.files(), folder, Layouts.licence(folder));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static Recipe recipe(Path file, TorchFile torch) {
        ObjectNode kwargs = torch.object("metadata", "kwargs");
        if (kwargs == null) {
            throw new BadCheckpoint(file + " has no sizes under metadata.kwargs; it is no file of the Descript audio codec, which is the only .pth that is known.");
        }
        return Dac.original(kwargs).recipe();
    }
}
