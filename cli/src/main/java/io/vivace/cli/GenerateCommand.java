package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Composition;
import io.vivace.MusicModel;
import io.vivace.Plan;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.audio.SampleFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A prompt in, WAV files out. */
@Command(name = "generate", mixinStandardHelpOptions = true, showDefaultValues = true, versionProvider = Version.class, footer = Vivace.ENVIRONMENT,
        description = "Composes a clip from a text prompt and writes a WAV file, and beside it a JSON file with everything that it takes to make it again.")
final class GenerateCommand implements Callable<Integer> {

    /** Names of sample formats in options. */
    enum Format {
        BITS16("16", SampleFormat.PCM16), BITS24("24", SampleFormat.PCM24), FLOAT("float", SampleFormat.FLOAT32);

        final String label;
        final SampleFormat samples;

        Format(String label, SampleFormat samples) {
            this.label = label;
            this.samples = samples;
        }

        static SampleFormat named(String name) {
            for (Format format : values()) if (format.label.equals(name)) return format.samples;
            throw new BadRequest("--format must be 16, 24 or float, not \"" + name + "\".");
        }
    }

    private final Terminal terminal;
    private final Interrupt interrupt;

    @Parameters(paramLabel = "PROMPT", arity = "0..1", description = "What to play, in quotes; \"\": what the model likes. One that begins with - comes last, after --.")
    private String prompt;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "WAV file to write; -: standard output. Without it: named after prompt and seed.")
    private Path output;

    @Option(names = "--format", paramLabel = "BITS", defaultValue = "16", description = "16 or 24 bits a sample, or float.")
    private String format;

    @Option(names = "--force", description = "Replace files that exist.")
    private boolean force;

    @Option(names = "--progress", paramLabel = "STYLE", defaultValue = "auto", description = "auto: text on a terminal; text, json or none.")
    private ProgressLine.Style progress;

    @Option(names = "--profile", description = "Print where the time went, operation by operation. Taking the times slows the run down.")
    private boolean profile;

    @Mixin private RequestOptions wanted;
    @Mixin private ModelOptions models;
    @Mixin private Talk talk;

    GenerateCommand(Terminal terminal, Interrupt interrupt) {
        this.terminal = terminal;
        this.interrupt = interrupt;
    }

    @Override public Integer call() {
        interrupt.heed();
        SampleFormat samples = Format.named(format);
        if (Targets.STANDARD_OUTPUT.equals(output) && (wanted.batch > 1 || talk.json)) {
            throw new BadRequest("standard output carries one clip and nothing else; give a file with -o for --batch and --json.");
        }
        Request asked = wanted.request(prompt);
        try (MusicModel model = models.open(profile)) {
            generate(model, wanted.variations(asked.or(model.info().defaults())), samples);
        }
        return ExitCode.OK;
    }

    private void generate(MusicModel model, List<Request> requests, SampleFormat samples) {
        Plan plan = model.plan(requests);
        try (var targets = Targets.open(output, requests, plan.audioSeconds() / requests.size(), samples, force, model.info(), terminal)) {
            announce(model, requests.getFirst(), plan);
            var understanding = new Understanding(terminal, talk.quiet);
            Report report = compose(model, requests, targets, understanding);
            finish(model, requests, targets, understanding, report, plan, samples);
        }
    }

    private void announce(MusicModel model, Request first, Plan plan) {
        if (talk.quiet) return;
        terminal.err().printf(Locale.ROOT, "%s%s: %s s, seed %d, %d passes%n", model.info().device(), models.whyNoGpu(), trimmed(first.seconds()), first.seed(), plan.allPasses());
    }

    /** One clip is written while it is composed; several are composed together and written afterwards. */
    private Report compose(MusicModel model, List<Request> requests, Targets targets, Understanding understanding) {
        ProgressLine.Style style = talk.quiet ? ProgressLine.Style.NONE : progress;
        var line = new ProgressLine(terminal, interrupt, style, understanding, targets.first()::write);
        try {
            if (requests.size() == 1) return model.stream(requests.getFirst(), line);
            Composition composition = model.compose(requests, line);
            for (int i = 0; i < requests.size(); i++) targets.all().get(i).write(composition.clips().get(i));
            return composition.report();
        } finally {
            line.clear();
            if (talk.debug) line.startUp().ifPresent(time -> terminal.err().println("first network call " + time.toMillis() + " ms after the start of the JVM"));
        }
    }

    private void finish(MusicModel model, List<Request> requests, Targets targets, Understanding understanding, Report report, Plan plan,
            SampleFormat samples) {
        var sidecar = new Sidecar(ModelFacts.of(models.file()), model.info(), models.threads(), samples, wanted);
        var clips = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < requests.size(); i++) {
            Target target = targets.all().get(i);
            Map<String, Object> document = sidecar.document(target.file(), requests.get(i), understanding.of(i), report, target.loudness(), requests.size());
            target.finish(document);
            document.put("file", target.file() == null ? "-" : target.file().toString());
            clips.add(document);
            if (!talk.quiet) terminal.tell(target.summary());
        }
        if (!talk.quiet) terminal.err().println(summary(report, plan));
        if (profile && !talk.json) ProfileTable.lines(model.profile()).forEach(terminal.err()::println);
        if (talk.json) terminal.print(Document.json(document(clips, report, model)));
    }

    private Map<String, Object> document(List<Map<String, Object>> clips, Report report, MusicModel model) {
        var members = new LinkedHashMap<String, Object>();
        members.put("clips", clips);
        members.put("run", Sidecar.run(report));
        if (profile) members.put("profile", ProfileTable.document(model.profile()));
        return members;
    }

    private static String summary(Report report, Plan plan) {
        String stages = report.passes().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(e -> String.format(Locale.ROOT, "%s %d in %.2f s", e.getKey().title(), e.getValue(), seconds(report, e.getKey())))
                .collect(Collectors.joining(", "));
        String saved = report.savedPasses() == 0 ? "" : String.format(Locale.ROOT, ", %d saved by drafts", report.savedPasses());
        return String.format(Locale.ROOT, "%d passes (%s)%s; MusicLM would take %d. %.1f s of sound in %.1f s, %.2f x real time.", report.allPasses(), stages, saved,
                plan.musicLmPasses(), report.audioSeconds(), report.elapsed().toNanos() * 1e-9, report.realTimeFactor());
    }

    private static double seconds(Report report, Stage stage) {
        return report.times().containsKey(stage) ? report.times().get(stage).toNanos() * 1e-9 : 0;
    }

    private static String trimmed(double seconds) {
        return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    }
}
