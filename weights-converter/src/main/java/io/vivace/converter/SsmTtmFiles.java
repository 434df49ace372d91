package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.ModelMissing;
import io.vivace.converter.ConversionRequest.Parts;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Recipe;
import io.vivace.converter.recipe.SsmTtm;
import io.vivace.file.Reason;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Opens the parts of an SSM-TTM model: the file that Lightning's trainer wrote, the training's config.json after it or beside it (the file has a copy),
 * and the codec, which is published elsewhere.
 */
final class SsmTtmFiles {
    private static final String CONFIG = "config.json", STATE = "state_dict", MODEL = "model";
    /** Where the tokenizer may lie, which is not in the file. */
    private static final List<String> TEXT = List.of("flan-t5-base", "flan-t5", "text_encoder");

    private final ConversionRequest request;
    private final Path file;
    private final Path folder;
    private final Checkpoints.Opened opened;

    private SsmTtmFiles(ConversionRequest request, Path file, Checkpoints.Opened opened) {
        this.request = request;
        this.file = file;
        this.folder = Layouts.folder(file);
        this.opened = opened;
    }

    /** A Lightning file, or a folder with one, that holds such a model. */
    static boolean matches(List<Path> sources) {
        Path file = file(sources.getFirst());
        if (file == null) return false;
        try (var checkpoint = Checkpoints.openTorch(file, STATE).checkpoint()) {
            return SsmTtm.matches(checkpoint.tensors().keySet());
        }
    }

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

    static OpenCheckpoint open(ConversionRequest request) {
        if (request.sources().size() > 2) {
            throw new BadRequest("A model of SSM-TTM is a file and its " + CONFIG
                    + "; give the codec with --codec, the second stage with --second-stage.");
        }
        Path file = file(request.sources().getFirst());
        var parts = new SsmTtmFiles(request, file, Checkpoints.openTorch(file, STATE));
        try {
            return parts.open();
        } catch (RuntimeException e) {
            parts.opened.checkpoint().close();
            throw e;
        }
    }

    private OpenCheckpoint open() {
        Path text = text();
        ObjectNode encoder = Checkpoints.json(text.resolve(CONFIG));
        boolean described = encoder != null && encoder.text("model_type", "").equals("t5");
        var parts = new Opened(request);
        try {
            Recipe recipe = SsmTtm.recipe(config(), described ? encoder : null, opened.checkpoint().tensors(), parts.recipe(request.parts().codec()),
                    parts.recipe(request.parts().secondStage()), parts.recipe(request.parts().secondText()));
            Map<String, SourceTensor> tensors = new LinkedHashMap<>(opened.checkpoint().tensors());
            List<SourceFile> files = new ArrayList<>(opened.checkpoint().files());
            parts.addTo(tensors, files);
            return new OpenCheckpoint(folder, recipe, tensors, List.copyOf(files), text, Layouts.licence(folder));
        } catch (RuntimeException e) {
            parts.opened.forEach(OpenCheckpoint::close);
            throw e;
        }
    }

    /** Checkpoints that the model takes in; their tensors are called differently, so that all of them can be told apart by name. */
    private record Opened(ConversionRequest request, List<OpenCheckpoint> opened) {
        Opened(ConversionRequest request) {
            this(request, new ArrayList<>());
        }

        /** What is to be made of one, or null for none. */
        Recipe recipe(Path source) {
            if (source == null) return null;
            opened.add(Layouts.open(new ConversionRequest(List.of(source), request.output(), request.dtype(), Parts.NONE, request.force(), request.progress())));
            return opened.getLast().recipe();
        }

        void addTo(Map<String, SourceTensor> tensors, List<SourceFile> files) {
            for (OpenCheckpoint part : opened) {
                part.tensors().forEach((name, tensor) -> {
                    if (tensors.put(name, tensor) == null) return;
                    throw new BadCheckpoint(part.folder() + " has a tensor \"" + name.replaceAll("\\p{Cntrl}", "?") + "\", as another part of the model has; "
                            + "it is of another kind than it should be.");
                });
                files.addAll(part.files());
            }
        }
    }

    private ObjectNode config() {
        boolean given = request.sources().size() > 1;
        Path beside = given ? request.sources().get(1) : folder.resolve(CONFIG);
        ObjectNode config = Checkpoints.json(beside);
        if (config == null && !given) config = opened.torch().object("hyper_parameters", "config");
        if (config == null) throw new ModelMissing(file + " holds no config, and there is none beside it; give the training's " + CONFIG + " after it.");
        if (config.members().get(MODEL) instanceof Json.ObjectNode) return config;
        throw new BadCheckpoint(config.at() + " has no object \"" + MODEL + "\"; it is no config of SSM-TTM, give the training's " + CONFIG + ".");
    }

    private Path text() {
        if (request.parts().textEncoder() != null) {
            if (Files.isDirectory(request.parts().textEncoder())) return request.parts().textEncoder();
            throw new ModelMissing("There is no text encoder folder " + request.parts().textEncoder() + "; fetch the tokenizer of google/flan-t5-base.");
        }
        return TEXT.stream().map(folder::resolve).filter(Files::isDirectory).findFirst().orElse(folder);
    }
}
