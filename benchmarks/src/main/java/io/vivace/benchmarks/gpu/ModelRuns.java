package io.vivace.benchmarks.gpu;

import io.vivace.Composition;
import io.vivace.Device;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Precision;
import io.vivace.Progress;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.audio.Clip;
import io.vivace.backend.Backends;
import io.vivace.converter.ConversionReport;
import io.vivace.converter.ConversionRequest;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.Converter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Phases that compose with a MusicGen of random weights. {@code make}: the model, and what its conversion takes; {@code same}: that the same request gives
 * the same samples; {@code speed}: a decoder's step and whole clips; {@code cold}: from the start of a process to its first sound. Arguments: which, the
 * folder of the model, the folder of a tokenizer, and "small" for a tiny model.
 */
final class ModelRuns {
    private static final String PROMPT = "warm lo-fi piano with a slow beat";
    private final Path folder;
    private final boolean small;

    private ModelRuns(Path folder, boolean small) {
        this.folder = folder;
        this.small = small;
    }

    public static void main(String[] arguments) {
        var runs = new ModelRuns(Path.of(arguments[1]), arguments.length > 3);
        boolean right = switch (arguments[0]) {
            case "make" -> runs.make(Path.of(arguments[2]));
            case "same" -> runs.same(Precision.F32) & runs.same(Precision.BF16);
            case "speed" -> runs.speed();
            case "cold" -> runs.cold();
            default -> throw new IllegalArgumentException("make, same, speed or cold, not " + arguments[0]);
        };
        System.exit(right ? 0 : 1);
    }

    /** The model of {@code same} is tiny in any case. */
    private boolean make(Path tokenizer) {
        make(tokenizer, true, "tiny");
        if (!small) make(tokenizer, false, "model");
        return true;
    }

    private void make(Path tokenizer, boolean tiny, String name) {
        Path checkpoint = folder.resolve(name);
        long start = System.nanoTime(), bytes = RandomMusicGen.write(tiny, tokenizer, checkpoint);
        double made = seconds(start);
        ConversionReport report = Converter.convert(new ConversionRequest(List.of(checkpoint), file(name), Dtype.BF16, ConversionRequest.Parts.NONE, true,
                ConversionRequest.Progress.NONE));
        Rows.print(Rows.of("what", (tiny ? "tiny model" : "MusicGen-small") + ", random weights in bfloat16", "bytes", bytes, "made s", made, "converted s",
                report.seconds()));
    }

    private Path file(String name) {
        return folder.resolve(name + ".viv");
    }

    private MusicModel open(String name, Precision precision) {
        return MusicModel.open(file(name), Options.standard().withDevice(Device.CUDA).withPrecision(precision));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    private boolean same(Precision precision) {
        Request request = Request.of(PROMPT).withSeconds(small ? 0.2 : 2).withSeed(7);
        try (MusicModel model = open("tiny", precision)) {
            Clip once = model.generate(request), again = model.generate(request);
            Clip batched = model.generate(List.of(request.withSeed(1), request, request.withSeed(2), request.withSeed(3))).get(1);
            Clip streamed = streamed(model, request);
            return tell(precision, "a second time", once.equals(again)) & tell(precision, "in a batch of 4", once.equals(batched))
                    & tell(precision, "streamed", once.equals(streamed));
        }
    }

    private static boolean tell(Precision precision, String how, boolean same) {
        String name = precision.name().toLowerCase(Locale.ROOT) + ", " + how;
        Rows.print(Rows.of("composed", name, "same samples", same, "wrong", same ? List.of() : List.of("other samples in " + name)));
        return same;
    }

    private static Clip streamed(MusicModel model, Request request) {
        var samples = new float[model.info().channels()][0];
        model.stream(request, new Listener() {
            @Override
            public void chunk(Clip chunk) {
                for (int c = 0; c < samples.length; c++) {
                    int before = samples[c].length;
                    samples[c] = Arrays.copyOf(samples[c], before + chunk.frames());
                    System.arraycopy(chunk.samples()[c], 0, samples[c], before, chunk.frames());
                }
            }
        });
        return new Clip(samples, model.info().sampleRate());
    }

    private boolean speed() {
        String name = small ? "tiny" : "model";
        for (Precision precision : List.of(Precision.BF16, Precision.F32)) {
            try (MusicModel model = open(name, precision)) {
                compose(model, precision, small ? 0.1 : 1, 1, ", the first");
                compose(model, precision, small ? 0.2 : 30, 1, "");
                if (precision == Precision.BF16) {
                    compose(model, precision, small ? 0.2 : 30, 1, ", again");
                    compose(model, precision, small ? 0.1 : 10, 4, "");
                }
            }
        }
        return true;
    }

    private static void compose(MusicModel model, Precision precision, double seconds, int batch, String remark) {
        Composition composition = model.compose(Request.of(PROMPT).withSeconds(seconds).variations(batch), Listener.NONE);
        Report report = composition.report();
        double steps = report.passes().getOrDefault(Stage.DECODE, 0L);
        var row = Rows.of("what", seconds + " s, " + precision.name().toLowerCase(Locale.ROOT) + remark, "seconds", seconds, "batch", batch, "elapsed s",
                report.elapsed().toNanos() * 1e-9, "seconds a second", report.realTimeFactor(), "steps", steps, "ms a step",
                report.times().get(Stage.DECODE).toNanos() * 1e-6 / Math.max(1, steps));
        report.times().forEach((stage, time) -> row.put(stage.title() + " ms", time.toNanos() * 1e-6));
        Rows.print(row);
    }

    /** On the host's clock, in a process that has done nothing before. */
    private boolean cold() {
        long now = System.currentTimeMillis();
        Map<String, Double> millis = new LinkedHashMap<>();
        millis.put("start of the JVM", (double) (now - ManagementFactory.getRuntimeMXBean().getStartTime()));
        long start = System.nanoTime();
        if (!Backends.gpu()) throw new IllegalStateException("there is no GPU");
        millis.put("driver and JCuda", 1e3 * seconds(start));
        start = System.nanoTime();
        try (MusicModel model = open(small ? "tiny" : "model", Precision.BF16)) {
            millis.put("model file and device opened", 1e3 * seconds(start));
            var clock = new PhaseClock();
            Report report = model.compose(List.of(Request.of(PROMPT).withSeconds(small ? 0.1 : 1)), clock).report();
            clock.finish();
            millis.putAll(clock.millis);
            report.times().forEach((stage, time) -> millis.put("of this, inside of: " + stage.title(), time.toNanos() * 1e-6));
        }
        millis.forEach((what, time) -> Rows.print(Rows.of("what", what, "ms", time)));
        return true;
    }

    /** Time until the first word of each stage, and then until its last. */
    private static final class PhaseClock implements Listener {
        private final Map<String, Double> millis = new LinkedHashMap<>();
        private long before = System.nanoTime();
        private Stage stage;

        @Override
        public void progress(Progress progress) {
            if (progress.stage() != stage) {
                if (stage != null) add("the rest of the " + stage.title());
                stage = progress.stage();
                add("until the first word of: " + stage.title());
            }
        }

        private void add(String what) {
            long now = System.nanoTime();
            millis.merge(what, (now - before) * 1e-6, Double::sum);
            before = now;
        }

        void finish() {
            add("the rest, until the sound is there");
        }
    }
}
