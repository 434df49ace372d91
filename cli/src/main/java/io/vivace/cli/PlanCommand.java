package io.vivace.cli;

import io.vivace.MusicModel;
import io.vivace.Plan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a run would need, without running it. */
@Command(name = "plan", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Prints the bytes and the network passes that a run would take, without running it.")
final class PlanCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "PROMPT", arity = "0..1", description = "What to play; only its length matters here.")
    private String prompt;

    @Mixin private RequestOptions wanted;
    @Mixin private ModelOptions models;
    @Mixin private Talk talk;

    PlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override public Integer call() {
        try (MusicModel model = models.open(false)) {
            Plan plan = model.plan(wanted.request(prompt == null && !wanted.given.tokens() ? "music" : prompt), wanted.batch);
            if (talk.json) terminal.print(Document.json(document(plan)));
            else print(plan);
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> document(Plan plan) {
        var passes = new LinkedHashMap<String, Object>();
        plan.passes().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> passes.put(e.getKey().title(), e.getValue()));
        var members = new LinkedHashMap<String, Object>();
        members.put("weightBytes", plan.weightBytes());
        members.put("stateBytes", plan.stateBytes());
        members.put("activationBytes", plan.activationBytes());
        members.put("codecBytes", plan.codecBytes());
        members.put("bytes", plan.bytes());
        members.put("passes", passes);
        members.put("allPasses", plan.allPasses());
        members.put("musicLmPasses", plan.musicLmPasses());
        members.put("melodyPasses", plan.melodyPasses());
        return members;
    }

    private void print(Plan plan) {
        row("weights", plan.weightBytes(), "bytes");
        row("state", plan.stateBytes(), "bytes");
        row("activations", plan.activationBytes(), "bytes");
        row("codec", plan.codecBytes(), "bytes");
        row("together", plan.bytes(), "bytes");
        plan.passes().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> row(e.getKey().title(), e.getValue(), "passes"));
        row("together", plan.allPasses(), "passes");
        row("MusicLM", plan.musicLmPasses(), "passes");
        row("MeLoDy's paper", plan.melodyPasses(), "passes");
        terminal.print(String.format(Locale.ROOT, "%.1f %% of MusicLM's passes", 100.0 * plan.allPasses() / Math.max(1, plan.musicLmPasses())));
    }

    private void row(String name, long value, String unit) {
        terminal.print(String.format(Locale.ROOT, "%-16s %,15d %s", name, value, unit));
    }
}
