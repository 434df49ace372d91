package io.vivace.converter;

import io.vivace.BadCheckpoint;
import io.vivace.BadRequest;
import io.vivace.ModelMissing;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.converter.read.SourceFile;
import io.vivace.converter.read.SourceTensor;
import io.vivace.converter.recipe.Recipe;
import io.vivace.converter.recipe.Transformers;
import io.vivace.weights.Json.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Recognises what kind of checkpoint lies at a path, and opens it. */
final class Layouts {
    private static final int MOST_CARD = 1 << 20;
    private static final Pattern LICENCE = Pattern.compile("license: *['\"]?([\\w.-]{1,60})['\"]?\\s*");

    private Layouts() { }

    /** @throws BadCheckpoint when no layout fits */
    static OpenCheckpoint open(ConversionRequest request) {
        if (request.sources().isEmpty()) {
            throw new BadRequest("There is nothing to convert; give the checkpoint's folder.");
        }
        for (Path source : request.sources()) {
            if (!Files.exists(source)) {
                throw new ModelMissing("There is no checkpoint " + source + "; check the path or fetch it.");
            }
            if (Files.isDirectory(source) && !(Files.isReadable(source) && Files.isExecutable(source))) {
                throw new BadCheckpoint("The folder " + source + " cannot be read (permission denied); check its permissions.");
            }
        }
        Path folder = request.sources().getFirst();
        boolean audiocraft = AudiocraftFiles.matches(request.sources()), melody = !audiocraft && MelodyFiles.matches(folder);
        if (request.parts().textTower() != null && !melody) {
            throw new BadRequest(folder + " is no MeLoDy checkpoint, and only these take a text tower; give --text-tower with one of them.");
        }
        if (audiocraft) {
            return AudiocraftFiles.open(request);
        }
        if (SsmTtmFiles.matches(request.sources())) {
            return SsmTtmFiles.open(request);
        }
        if (request.parts().codec() != null || request.parts().secondStage() != null || request.parts().secondText() != null) {
            throw new BadRequest(folder + " takes neither a codec nor a second stage; both go with a checkpoint of SSM-TTM only.");
        }
        if (TorchArchive.matches(request.sources())) {
            return TorchArchive.open(request);
        }
        if (!Files.isDirectory(folder)) {
            throw new BadRequest(folder + " is no folder; give the folder that holds config.json and the weights.");
        }
        OpenCheckpoint checkpoint = melody ? MelodyFiles.open(request) : transformers(folder);
        if (request.sources().size() > 1 || request.parts().textEncoder() != null) {
            checkpoint.close();
            throw new BadRequest(folder + " is whole, as transformers saves a model; give neither more sources nor a text encoder with it.");
        }
        return checkpoint;
    }

    /** The folder itself, or the one that holds the file that was named. */
    static Path folder(Path source) {
        return Files.isDirectory(source) ? source : source.toAbsolutePath().getParent();
    }

    private static OpenCheckpoint transformers(Path folder) {
        ObjectNode config = Checkpoints.json(folder.resolve("config.json"));
        if (config == null) {
            throw new BadCheckpoint(folder + " holds neither config.json (as transformers saves a model) nor state_dict.bin "
                    + "(as audiocraft does); give the folder of a checkpoint.");
        }
        Checkpoint checkpoint = Checkpoints.open(folder);
        try {
            Map<String, SourceTensor> tensors = checkpoint.tensors();
            Recipe recipe = Transformers.recipe(config, Checkpoints.json(folder.resolve("generation_config.json")),
                    Checkpoints.json(folder.resolve("preprocessor_config.json")), tensors.keySet());
            return new OpenCheckpoint(folder, recipe, tensors, checkpoint.files(), folder, licence(folder));
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** The licence in the front matter of the folder's model card. */
    static String licence(Path folder) {
        Path card = folder.resolve("README.md");
        try {
            if (Files.isRegularFile(card) && Files.size(card) > 0 && Files.size(card) <= MOST_CARD) {
                return frontMatter(new String(SourceFile.readAll(card, MOST_CARD), StandardCharsets.UTF_8)).map(LICENCE::matcher)
                        .filter(Matcher::matches).map(matcher -> matcher.group(1)).findFirst().orElse(null);
            }
        } catch (IOException _) {
            // A card that cannot be read says nothing about the licence.
        }
        return null;
    }

    /** The lines between the first two lines of dashes, if the card begins with one. */
    private static Stream<String> frontMatter(String card) {
        return card.lines().findFirst().filter("---"::equals).stream()
                .flatMap(_ -> card.lines().skip(1).takeWhile(line -> !line.equals("---")));
    }
}
