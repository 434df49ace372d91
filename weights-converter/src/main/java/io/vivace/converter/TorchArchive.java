package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.TorchFile;
import io.vivace.converter.recipe.Dac;
import io.vivace.converter.recipe.DiscoDiff;
import io.vivace.converter.recipe.Recipe;
import io.vivace.file.Reason;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens a single file of torch.save that says itself what it holds: the original package's codecs, and what Lightning's trainer saves. */
final class TorchArchive {
    private static final String STATE = "state_dict", CONFIG = "config.json";

    private TorchArchive() { }

    /** A file, or a folder with one such file that transformers did not save. */
    static boolean matches(List<Path> sources) {
        return file(sources.getFirst()) != null;
    }

    private static Path file(Path source) {
        if (Files.isRegularFile(source)) {
            return named(source) ? source : null;
        }
        try (Stream<Path> files = Files.list(source)) {
            List<Path> found = files.filter(TorchArchive::named).limit(2).toList();
            if (found.isEmpty() || transformers(source)) {
                return null;
            }
            if (found.size() > 1) {
                throw new BadCheckpoint(source + " holds more than one .pth or .ckpt file; name the one to convert.");
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new BadCheckpoint("The folder " + source + " cannot be read (" + Reason.of(e) + "); check its permissions.", e);
        }
    }

    private static boolean named(Path file) {
        return file.getFileName().toString().matches(".*\\.(pth|ckpt)");
    }

    private static boolean transformers(Path folder) {
        ObjectNode config = Checkpoints.json(folder.resolve(CONFIG));
        return config != null && config.has("model_type");
    }

    static OpenCheckpoint open(ConversionRequest request) {
        Path file = file(request.sources().getFirst()), folder = Layouts.folder(file);
        if (request.sources().size() > 1 || request.parts().textEncoder() != null) {
            throw new BadRequest(file + " is whole; give neither more sources nor a text encoder with it.");
        }
        Checkpoints.Opened opened = Checkpoints.openTorch(file, STATE);
        Checkpoint checkpoint = opened.checkpoint();
        try {
            return new OpenCheckpoint(folder, recipe(file, opened), checkpoint.tensors(), checkpoint.files(), folder, Layouts.licence(folder));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private static Recipe recipe(Path file, Checkpoints.Opened opened) {
        ObjectNode codec = opened.torch().object("metadata", "kwargs");
        if (codec != null) {
            return Dac.original(codec).recipe();
        }
        if (opened.checkpoint().tensors().keySet().stream().anyMatch(name -> name.startsWith(DiscoDiff.NETWORK))) {
            return new DiscoDiff(settings(file, opened.torch())).recipe();
        }
        throw new BadCheckpoint(file + " holds neither a codec of the Descript package (it has no metadata.kwargs) nor DiscoDiff's second network (no tensor "
                + DiscoDiff.NETWORK + "…); these are the files of torch.save that are known.");
    }

    /** What lies beside the file, or in it. */
    private static ObjectNode settings(Path file, TorchFile torch) {
        ObjectNode neighbour = Checkpoints.json(file.resolveSibling(CONFIG)), within = torch.object("hyper_parameters", "config");
        // Several models may lie in one folder, and only one of them has that name for its config.
        ObjectNode beside = neighbour != null && neighbour.has("dim_mults") ? neighbour : null;
        if (beside == null && within == null) {
            throw new BadCheckpoint(file + " holds no hyper_parameters.config, and no " + CONFIG + " lies beside it; fetch the latter.");
        }
        return beside == null ? within : beside;
    }
}
