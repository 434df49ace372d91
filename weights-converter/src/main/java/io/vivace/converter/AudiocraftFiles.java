package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.read.TorchFile;
import io.vivace.converter.read.Yaml;
import io.vivace.converter.recipe.Audiocraft;
import io.vivace.file.Placeholder;
import io.vivace.weights.Json.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the three parts of an audiocraft checkpoint, which lie in two files and a folder. */
final class AudiocraftFiles {
    private static final String LM_FILE = "state_dict.bin";
    private static final String CODEC_FILE = "compression_state_dict.bin";
    private static final String STATE = "best_state";
    private static final String CONFIG = "xp.cfg";

    private final ConversionRequest request;
    private final Path folder;
    private final List<SourceFile> files = new ArrayList<>();
    private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();

    private AudiocraftFiles(ConversionRequest request) {
        this.request = request;
        this.folder = Layouts.folder(request.sources().getFirst());
    }

    static boolean matches(List<Path> sources) {
        Path first = sources.getFirst();
        return Placeholder.orFile(Layouts.folder(first).resolve(LM_FILE)) && (Files.isDirectory(first)
                || first.getFileName().toString().endsWith(LM_FILE));
    }

    static OpenCheckpoint open(ConversionRequest request) {
        var parts = new AudiocraftFiles(request);
        try {
            return parts.open();
        } catch (RuntimeException e) {
            parts.files.forEach(SourceFile::close);
            throw e;
        }
    }

    private OpenCheckpoint open() {
        Checkpoints.Opened lm = torch(folder.resolve(LM_FILE));
        ObjectNode lmConfig = config(folder.resolve(LM_FILE), lm.torch());
        add(Audiocraft.LM, lm.checkpoint());
        Path codecFile = folder.resolve(CODEC_FILE);
        if (!Placeholder.orFile(codecFile)) {
            throw new ModelMissing(folder + " holds " + LM_FILE + " but not " + CODEC_FILE + "; fetch the codec's file too.");
        }
        Checkpoints.Opened codec = torch(codecFile);
        ObjectNode codecConfig;
        boolean elsewhere = !codec.torch().has(STATE);
        if (elsewhere) {
            codecConfig = pretrainedCodec(codecFile, codec.torch());
        } else {
            codecConfig = config(codecFile, codec.torch());
            add(Audiocraft.CODEC, codec.checkpoint());
        }
        Path text = textEncoder(lmConfig);
        add(Audiocraft.TEXT, open(text));
        ObjectNode textConfig = Checkpoints.json(text.resolve("config.json"));
        if (textConfig == null) {
            throw new ModelMissing("The text encoder's folder " + text + " has no config.json; fetch it.");
        }
        var recipe = Audiocraft.recipe(lmConfig, codecConfig, elsewhere, textConfig, tensors.keySet());
        return new OpenCheckpoint(folder, recipe, tensors, List.copyOf(files), text, Layouts.licence(folder));
    }

    private Checkpoints.Opened torch(Path path) {
        Checkpoints.Opened opened = Checkpoints.openTorch(path, STATE);
        files.addAll(opened.checkpoint().files());
        return opened;
    }

    private Checkpoint open(Path part) {
        Checkpoint checkpoint = Checkpoints.open(part);
        files.addAll(checkpoint.files());
        return checkpoint;
    }

    private void add(String prefix, Checkpoint checkpoint) {
        checkpoint.tensors().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
    }

    private static ObjectNode config(Path path, TorchFile torch) {
        if (torch.text(CONFIG) == null) {
            throw new BadCheckpoint(path + " has no text " + CONFIG + "; it is no exported audiocraft model, export it with "
                    + "audiocraft.utils.export.");
        }
        return Yaml.read(path + ": " + CONFIG, torch.text(CONFIG));
    }

    /** The codec by name only: an EncodecModel folder of that name beside the files, or among the sources. */
    private ObjectNode pretrainedCodec(Path file, TorchFile torch) {
        String name = torch.text("pretrained");
        if (name == null) {
            throw new BadCheckpoint(file + " holds neither a codec (" + STATE + ") nor the name of one (pretrained); fetch it again.");
        }
        String last = name.replaceFirst(".*/", "").replaceAll("[^\\w.-]", "_");
        var candidates = new ArrayList<>(request.sources().subList(1, request.sources().size()));
        candidates.add(folder.resolve(last));
        candidates.add(folder.resolve("compression_model"));
        for (Path candidate : candidates) {
            ObjectNode config = Files.isDirectory(candidate) ? Checkpoints.json(candidate.resolve("config.json")) : null;
            if (config != null && config.text("model_type", "").equals("encodec")) {
                add(Audiocraft.CODEC, open(candidate));
                return config;
            }
        }
        throw new ModelMissing(file + " only names its codec, \"" + name.replaceAll("\\p{Cntrl}", "?") + "\"; fetch that EncodecModel into "
                + folder.resolve(last) + ", or give its folder as a second source.");
    }

    private Path textEncoder(ObjectNode config) {
        if (request.parts().textEncoder() != null) {
            if (!Files.isDirectory(request.parts().textEncoder())) {
                throw new ModelMissing("There is no text encoder folder " + request.parts().textEncoder() + "; fetch the T5 encoder.");
            }
            return request.parts().textEncoder();
        }
        ObjectNode description = config.object("conditioners").object("description");
        String name = description.has("t5") ? description.object("t5").text("name", "t5-base") : "t5-base";
        String last = name.replaceFirst(".*/", "").replaceAll("[^\\w.-]", "_");
        for (String candidate : List.of("text_encoder", last, "t5-base")) {
            if (Files.isDirectory(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw new ModelMissing(folder + " has no text encoder, audiocraft keeps it elsewhere; fetch " + last + " into "
                + folder.resolve("text_encoder") + ", or name its folder with --text-encoder.");
    }
}
