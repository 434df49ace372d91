package io.vivace.benchmarks.gpu;

import io.vivace.benchmarks.gpu.Outcome.Status;
import io.vivace.weights.Json.NumberNode;
import io.vivace.weights.Json.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The results as one page of Markdown. */
final class Page {
    private static final int MOST_WRONG = 30;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Outcome> outcomes = new HashMap<>();

    private Page(List<Outcome> all) {
        all.forEach(outcome -> outcomes.put(outcome.phase().name(), outcome));
    }

    static String of(List<Outcome> outcomes, boolean rehearsal, String device, int phases) {
        var page = new Page(outcomes);
        page.line((rehearsal ? "# REHEARSAL, no result: " : "# ") + device);
        if (rehearsal) page.line("\n**This ran on \"" + device + "\" with tiny sizes, to see that the run works."
                + " No figure on this page is a measurement of a GPU.**");
        page.line("\n" + verdict(outcomes, rehearsal, device, phases));
        page.phases(outcomes);
        page.conformance();
        page.table("floors", "## Floors", "what", "GB/s", "µs each");
        page.kernels();
        page.model();
        page.table("cold", "## Cold start, from the start of a process to one second of sound, by the host's clock", "what", "ms");
        page.wrong(outcomes);
        return page.text.toString();
    }

    /** One sentence. */
    static String verdict(List<Outcome> outcomes, boolean rehearsal, String device, int phases) {
        List<String> fatal = outcomes.stream().filter(Outcome::fatal).map(outcome -> outcome.phase().name()).toList();
        String what = outcomes.size() < phases ? "Incomplete: " + outcomes.size() + " of " + phases + " phases"
                : fatal.isEmpty() ? "All that is demanded is right" : "WRONG in " + String.join(", ", fatal);
        return what + (rehearsal ? "; a rehearsal on " + device + ", which is not a result of a GPU." : ".");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private List<ObjectNode> rows(String phase) {
        return outcomes.containsKey(phase) ? outcomes.get(phase).rows() : List.of();
    }

    private void phases(List<Outcome> all) {
        line("\n| phase | ended | s | |\n|---|---|--:|---|");
        for (Outcome outcome : all) {
            line("| " + outcome.phase().name() + " | " + outcome.status().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " | "
                    + number(outcome.seconds()) + " | " + (outcome.passed() ? "" : cell(outcome.reason())) + " |");
        }
        rows("machine").forEach(row -> {
            List<String> facts = new ArrayList<>();
            row.members().forEach((name, value) -> facts.add(name + " " + cell(value.brief().replace("\"", ""))));
            line("\n" + String.join(", ", facts) + ".");
        });
    }

    private void conformance() {
        if (rows("conformance").isEmpty()) return;
        line("\n## Operations against the double-precision interpreter\n\n| | cases | wrong | worst relative L2 error | in |\n|---|--:|--:|--:|---|");
        for (String precision : List.of("f32", "bf16")) {
            List<ObjectNode> rows = rows("conformance").stream().filter(row -> row.text("precision").equals(precision)).toList();
            if (rows.isEmpty()) continue;
            ObjectNode worst = rows.stream().max((a, b) -> Double.compare(a.number("worst"), b.number("worst"))).orElseThrow();
            line("| " + precision + " | " + rows.stream().mapToLong(row -> row.size("cases")).sum() + " | " + rows.stream().mapToInt(Page::faults).sum() + " | "
                    + number(worst.number("worst")) + " | " + cell(worst.text("worst case")) + " |");
        }
        long bits = rows("twins").stream().filter(row -> row.number("error", 1) == 0).count();
        line("\nTwins: " + rows("twins").size() + " pairs, " + bits + " with the same bits, " + rows("twins").stream().mapToInt(Page::faults).sum()
                + " wrong. Parity: " + count("passed") + " passed, " + count("failed") + " failed, " + count("skipped")
                + " skipped. The same samples alone, again, in a batch and streamed: " + rows("sameness").stream().filter(row -> row.flag("same samples")).count()
                + " of " + rows("sameness").size() + ".");
        rows("sanitizer").forEach(row -> line("compute-sanitizer " + row.text("tool") + ": " + (row.flag("ended") ? "status " + cell(row.get("status").brief())
                : "ran out of time") + "."));
    }

    private long count(String verdict) {
        return rows("parity").stream().filter(row -> row.text("verdict", "").equals(verdict)).count();
    }

    private static int faults(ObjectNode row) {
        return row.array("wrong").elements().size();
    }

    private void kernels() {
        List<ObjectNode> kernels = rows("kernels").stream().filter(row -> row.has("floor µs")).toList();
        if (kernels.isEmpty()) return;
        Map<String, ObjectNode> torch = new HashMap<>();
        rows("pytorch").stream().filter(row -> row.has("name")).forEach(row -> torch.put(row.text("name"), row));
        line("\n## Kernels\n\nThe floor is that of the bytes at the rate of a copy, or of the operations at the published peak. PyTorch: " + state("pytorch")
                + ".\n\n| kernel | µs | floor, µs | % of floor | bound by | PyTorch, µs | ours/PyTorch |\n|---|--:|--:|--:|---|--:|--:|");
        for (ObjectNode row : kernels) {
            if (!row.has("µs")) {
                line("| " + cell(row.text("name")) + " | lost in the noise | " + number(row.number("floor µs")) + " | | " + row.text("bound") + " | | |");
                continue;
            }
            double ours = row.number("µs"), theirs = torch.containsKey(row.text("name")) ? torch.get(row.text("name")).number("µs", 0) : 0;
            line("| " + cell(row.text("name")) + " | " + number(ours) + " | " + number(row.number("floor µs")) + " | "
                    + String.format(Locale.ROOT, "%.0f", row.number("% of floor")) + " | " + row.text("bound") + " | "
                    + (theirs > 0 ? number(theirs) : "") + " | " + (theirs > 0 ? number(ours / theirs) : "") + " |");
        }
    }

    private String state(String phase) {
        Outcome outcome = outcomes.get(phase);
        return outcome == null ? "not yet" : outcome.status() == Status.PASSED ? "as below" : cell(outcome.reason());
    }

    private void model() {
        table("model", "## A model with random weights", "what", "bytes", "made s", "converted s");
        table("speed", "## Composing: one prompt with guidance, that is two rows a sample", "what", "batch", "elapsed s", "seconds a second", "ms a step");
        line("\ntransformers on the same weights: " + state("transformers") + ".");
        table("transformers", "", "what", "batch", "elapsed s", "seconds a second", "ms a step");
    }

    /** The rows of a phase by some of their members. */
    private void table(String phase, String title, String... members) {
        if (rows(phase).isEmpty()) return;
        line("\n" + (title.isEmpty() ? "" : title + "\n\n") + "| " + String.join(" | ", members) + " |\n|---" + "|--:".repeat(members.length - 1) + "|");
        Function<ObjectNode, String> cells = row -> {
            List<String> all = new ArrayList<>();
            for (String member : members) {
                boolean number = row.has(member) && row.get(member) instanceof NumberNode;
                all.add(number ? number(row.number(member)) : cell(row.text(member, "")));
            }
            return "| " + String.join(" | ", all) + " |";
        };
        rows(phase).forEach(row -> line(cells.apply(row)));
    }

    private void wrong(List<Outcome> all) {
        List<String> wrong = all.stream().flatMap(outcome -> outcome.wrong().stream()).toList();
        if (wrong.isEmpty()) return;
        line("\n## Wrong\n");
        wrong.stream().limit(MOST_WRONG).forEach(one -> line("* " + cell(one)));
        if (wrong.size() > MOST_WRONG) line("* and " + (wrong.size() - MOST_WRONG) + " more, which the JSON has.");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) return String.valueOf((long) value);
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 1 ? "%.2f" : size >= 1e-3 ? "%.4f" : "%.2e", value);
    }
}
