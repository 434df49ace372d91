package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.model.nano.NanoConfig;
import io.vivace.model.nano.NanoConfig.Instrument;
import io.vivace.model.nano.NanoConfig.Style;
import io.vivace.model.nano.Sheet;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What prompts can ask the embedded model for. */
@Command(name = "styles", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Prints what the embedded model knows: styles, instruments, keys, tempos, and prompts to try.")
final class StylesCommand implements Callable<Integer> {
    private static final int WIDTH = 110;

    private final Terminal terminal;

    @Option(names = {"-m", "--model"}, paramLabel = "FILE", description = "Model file (.viv) of the family nano. Without it: the embedded one.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private Path model;

    @Mixin private Talk talk;

    StylesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override public Integer call() {
        Path path = model == null ? ModelOptions.embedded() : model;
        try (ModelFile file = ModelFile.open(path)) {
            if (!file.family().equals("nano")) {
                throw new BadRequest(path + " is a model of the family " + file.family() + ", which has no styles; leave --model away for the embedded one.");
            }
            NanoConfig config = NanoConfig.of(file.config());
            if (talk.json) terminal.print(Document.json(document(config)));
            else print(config);
        }
        return ExitCode.OK;
    }

    private static List<Instrument> instruments(NanoConfig config, String role) {
        return config.instruments().stream().filter(instrument -> instrument.roles().contains(role.substring(0, 1))).toList();
    }

    /** Roles are the fields of the sheet that name an instrument. */
    private static List<String> roles() {
        return Sheet.FIELDS.subList(Sheet.BASS, Sheet.FIELDS.size());
    }

    private static Map<String, Object> document(NanoConfig config) {
        var members = new LinkedHashMap<String, Object>();
        members.put("styles", config.styles().stream().map(StylesCommand::style).toList());
        var roles = new LinkedHashMap<String, Object>();
        for (String role : roles()) {
            roles.put(role, instruments(config, role).stream().map(each -> Map.of("name", each.name(), "words", each.words())).toList());
        }
        members.put("instruments", roles);
        members.put("keys", config.keys());
        members.put("modes", config.modes());
        members.put("energies", config.energies());
        members.put("examples", config.examples());
        return members;
    }

    private static Map<String, Object> style(Style style) {
        var members = new LinkedHashMap<String, Object>();
        members.put("name", style.name());
        members.put("metre", style.metre().title());
        members.put("swing", style.swing());
        members.put("slowest", style.slowest());
        members.put("fastest", style.fastest());
        return members;
    }

    private void print(NanoConfig config) {
        terminal.print("styles, metres, usual beats a minute");
        for (Style style : config.styles()) {
            terminal.print(String.format("  %-18s %s  %3d to %3d%s", style.name(), style.metre().title(), style.slowest(), style.fastest(),
                    style.swing() > 0.5 ? ", swings" : ""));
        }
        terminal.print("");
        for (String role : roles()) list(role, instruments(config, role).stream().map(Instrument::name).toList());
        terminal.print("");
        list("keys", config.keys());
        list("modes", config.modes());
        list("energies", config.energies());
        terminal.print("");
        terminal.print("for example");
        for (String example : config.examples()) terminal.print("  ./vivace \"" + example + "\"");
    }

    /** Words with commas between them, in lines that are not too long. */
    private void list(String name, List<String> words) {
        var line = new StringBuilder(String.format("%-10s", name));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i) + (i < words.size() - 1 ? "," : "");
            if (line.length() + 1 + word.length() > WIDTH) {
                terminal.print(line.toString());
                line = new StringBuilder(" ".repeat(10));
            }
            line.append(' ').append(word);
        }
        terminal.print(line.toString());
    }
}
