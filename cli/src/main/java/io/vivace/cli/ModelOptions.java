package io.vivace.cli;

import io.vivace.Device;
import io.vivace.Library;
import io.vivace.ModelMissing;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.Speculation;
import io.vivace.backend.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model, and what runs it. */
final class ModelOptions {

    @Option(names = {"-m", "--model"}, paramLabel = "FILE", description = "Model file (.viv). Without it: the embedded one, vivace-nano.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private Path model;

    @Option(names = "--device", paramLabel = "NAME", defaultValue = "auto", description = "auto (an NVIDIA GPU where there is one, else the CPU), cpu, cuda, "
            + "cuda:N for another GPU than the first, or reference: a slow interpreter in double precision.")
    private String device;

    @Option(names = "--precision", paramLabel = "NAME", defaultValue = "auto", description = "Of the GPU: f32, bf16, or auto: as the model file is stored.")
    private String precision;

    @Option(names = "--library", paramLabel = "NAME", defaultValue = "ours", description = "Whose products of many rows and convolutions run on the GPU: ours, "
            + "vendor (cuBLAS and cuDNN), or auto: the faster, as measured. Only with ours samples do not depend on what is installed.")
    private String library;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = "Threads of the CPU; 0: one a processor. Does not change the result.")
    private int threads;

    @Option(names = "--draft", paramLabel = "NAME", defaultValue = "off", description = "Try several tokens in one pass of a language model, guessed by ngram, jacobi, "
            + "heads (of models that have them) or auto; off: one at a time. Changes no byte of the result.")
    private String draft;

    Path file() {
        return model == null ? embedded() : model;
    }

    /** The model that lies in the distribution, whose folder the launcher tells. */
    static Path embedded() {
        String home = System.getProperty("vivace.home");
        Path file = home == null ? null : Path.of(home, "models", "vivace-nano.viv");
        if (file == null || !Files.exists(file)) {
            throw new ModelMissing("The embedded model models/vivace-nano.viv is not here; clone the repository whole, or give a model file with -m FILE.");
        }
        return file;
    }

    Options options() {
        return Options.standard().withDevice(device).withPrecision(Precision.named(precision)).withLibrary(Library.named(library)).withThreads(threads)
                .withSpeculation(Speculation.named(draft));
    }

    /** Why the CPU was taken, in brackets, if it was not asked for. */
    String whyNoGpu() {
        String why = options().device() == Device.AUTO ? Backends.whyNoGpu() : "";
        return why.isEmpty() ? "" : " (" + why.replaceFirst("\\.$", "") + ")";
    }

    /** Threads in use, counted. */
    int threads() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    MusicModel open(boolean profile) {
        return MusicModel.open(file(), options().withProfile(profile));
    }
}
