package io.vivace.benchmarks;

import io.vivace.Device;
import io.vivace.Listener;
import io.vivace.MusicModel;
import io.vivace.Options;
import io.vivace.Report;
import io.vivace.Request;
import io.vivace.Speculation;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Backends;
import io.vivace.model.melody.LmTrial;
import io.vivace.weights.ModelFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What drafts save, and what they cost: {@code DraftTimes FILE SECONDS ROUNDS TEMPERATURE…}. Every round runs all drafts in turn. Prints a line of a table for
 * each temperature and draft: passes of the language model, passes saved, and the median of the ratios of its time to that without drafts.
 */
public final class DraftTimes {
    private static final int TOKENS_A_SECOND = 25;

    private DraftTimes() {}

    /** A run of the language model alone, or of a whole model of which its time is taken. */
    private interface Work {
        Report run(Speculation speculation, Request request);
    }

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        int rounds = Integer.parseInt(arguments[2]);
        double seconds = Double.parseDouble(arguments[1]);
        try (var model = ModelFile.open(file)) {
            List<Speculation> drafts = new ArrayList<>(List.of(Speculation.OFF, Speculation.NGRAM, Speculation.JACOBI));
            boolean melody = model.header().family().equals("melody");
            if (melody && model.config().object("lm").integer("heads_ahead", 0, 64, 0) > 0) drafts.add(Speculation.HEADS);
            for (String temperature : Arrays.copyOfRange(arguments, 3, arguments.length)) {
                Request request = Request.of("warm lo-fi piano").withSeconds(seconds).withTemperature(Double.parseDouble(temperature));
                if (melody) melody(model, drafts, request, rounds);
                else musicGen(file, drafts, request, rounds);
            }
        }
    }

    private static void melody(ModelFile model, List<Speculation> drafts, Request request, int rounds) {
        try (Backend cpu = Backends.open(Options.standard().withDevice(Device.CPU))) {
            var lm = new LmTrial(model.config(), model, cpu);
            var prompt = new int[1][model.config().object("prompt").integer("levels", 1, 1 << 10)];
            int count = (int) Math.round(request.seconds() * TOKENS_A_SECOND);
            compare((speculation, each) -> lm.sampled(prompt, List.of(each), count, speculation, Listener.NONE).report(), drafts, request, rounds);
        }
    }

    private static void musicGen(Path file, List<Speculation> drafts, Request request, int rounds) {
        Map<Speculation, MusicModel> models = new EnumMap<>(Speculation.class);
        for (Speculation each : drafts) models.put(each, MusicModel.open(file, Options.standard().withDevice(Device.CPU).withSpeculation(each)));
        compare((speculation, each) -> models.get(speculation).compose(List.of(each), Listener.NONE).report(), drafts, request, rounds);
        models.values().forEach(MusicModel::close);
    }

    private static void compare(Work work, List<Speculation> drafts, Request request, int rounds) {
        Map<Speculation, List<Double>> ratios = new EnumMap<>(Speculation.class);
        Map<Speculation, Report> reports = new EnumMap<>(Speculation.class);
        for (int round = -1; round < rounds; round++) {
            double plain = 0;
            for (Speculation each : drafts) {
                Report report = work.run(each, request.withSeed(Math.max(0, round)));
                double time = report.times().get(Stage.DECODE).toNanos() * 1e-6;
                if (each == Speculation.OFF) plain = time;
                if (round >= 0) ratios.computeIfAbsent(each, key -> new ArrayList<>()).add(time / plain);
                reports.put(each, report);
            }
        }
        for (Speculation each : drafts) {
            List<Double> sorted = ratios.get(each).stream().sorted().toList();
            long passes = reports.get(each).passes().get(Stage.DECODE), saved = reports.get(each).savedPasses();
            System.out.printf(Locale.ROOT, "| %s | %s | %d | %d | %.2f (%.2f to %.2f) |%n", request.drawing().temperature(), each.title(), passes, saved,
                    sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
        }
    }
}
