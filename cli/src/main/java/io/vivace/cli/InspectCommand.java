package io.vivace.cli;

import io.vivace.weights.JsonWriter;
import io.vivace.weights.ModelFile;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.TensorEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model file says about itself. */
@Command(name = "inspect", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Prints what a model file says about itself.")
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "Model file (.viv).")
    private Path file;

    @Option(names = "--tensors", description = "List the tensors too.")
    private boolean tensors;

    @Option(names = "--verify", description = "Read everything and compare the check sums.")
    private boolean verify;

    @Mixin private Talk talk;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override public Integer call() {
        try (ModelFile model = ModelFile.open(file)) {
            if (verify) model.verify();
            if (talk.json) terminal.print(Document.json(document(model)));
            else print(model);
        }
        return ExitCode.OK;
    }

    private Map<String, Object> document(ModelFile model) {
        ModelHeader header = model.header();
        var members = new LinkedHashMap<String, Object>();
        members.put("file", file);
        members.put("family", header.family());
        members.put("dtype", ModelFacts.dtype(header));
        members.put("licence", header.licence());
        members.put("provenance", Document.plain(header.provenance()));
        members.put("config", Document.plain(header.config()));
        members.put("tensorCount", header.tensors().size());
        members.put("tensorBytes", bytes(header.tensors()));
        members.put("verified", verify);
        if (tensors) members.put("tensors", header.tensors().stream().map(t -> row(t)).toList());
        return members;
    }

    private static Map<String, Object> row(TensorEntry entry) {
        var members = new LinkedHashMap<>(entry.members());
        members.put("dims", Arrays.stream(entry.dims()).boxed().toList());
        return members;
    }

    private static long bytes(List<TensorEntry> tensors) {
        return tensors.stream().mapToLong(TensorEntry::length).sum();
    }

    private void print(ModelFile model) {
        ModelHeader header = model.header();
        terminal.print("family      " + header.family());
        terminal.print("dtype       " + ModelFacts.dtype(header));
        terminal.print("licence     " + (header.licence() == null ? "not stated" : header.licence()));
        terminal.print("provenance  " + text(header.provenance()));
        terminal.print("config      " + text(header.config()));
        terminal.print(String.format(Locale.ROOT, "tensors     %d, %,d bytes%s",
                header.tensors().size(), bytes(header.tensors()), verify ? ", check sums right" : ""));
        if (!tensors) return;
        for (TensorEntry entry : header.tensors()) {
            terminal.print(String.format(Locale.ROOT, "%-60s %-9s %-9s %-20s %,14d bytes at %,d", entry.name(), entry.members().get("storage"),
                    entry.members().get("layout"), Arrays.toString(entry.dims()), entry.length(), entry.offset()));
        }
    }

    private static String text(io.vivace.weights.Json.ObjectNode tree) {
        return new String(JsonWriter.write(tree), StandardCharsets.UTF_8);
    }
}
