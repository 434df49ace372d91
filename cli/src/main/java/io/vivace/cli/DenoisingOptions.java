package io.vivace.cli;

import io.vivace.BadRequest;
import io.vivace.Denoising;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How a diffusion model turns noise into music. */
final class DenoisingOptions {
    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps of a window, for diffusion models. Without it: the model's own.")
    private Integer steps;

    @Option(names = "--schedule", paramLabel = "NAME", description = "linear: small steps at the end; uniform: all alike. Without it: the model's own.")
    private String schedule;

    @Option(names = "--solver", paramLabel = "NAME", description = "first-order, or second-order: fewer steps for the same error. Without it: the model's own.")
    private String solver;

    @Option(names = "--guidance-interval", paramLabel = "FROM:TO", defaultValue = "0:1",
            description = "Part of the denoising steps that is guided, from 0 (noise) to 1 (music); the others take half the work. Changes the result.")
    private String interval;

    Denoising read() {
        Denoising denoising = Denoising.MODELS_OWN.withGuidance(interval());
        if (steps != null) denoising = denoising.withSteps(steps);
        if (schedule != null) denoising = denoising.withSchedule(named("--schedule", schedule, Denoising.Schedule.values()));
        return solver == null ? denoising : denoising.withSolver(named("--solver", solver, Denoising.Solver.values()));
    }

    private Denoising.Interval interval() {
        String[] ends = interval.split(":", -1);
        try {
            if (ends.length == 2) return new Denoising.Interval(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
        } catch (NumberFormatException _) {
            // Told below, as for any other number of parts.
        }
        throw new BadRequest("--guidance-interval must be two numbers with a colon, as 0.2:0.8, not \"" + interval + "\".");
    }

    private static <E extends Enum<E>> E named(String option, String name, E[] values) {
        return Arrays.stream(values).filter(value -> label(value).equals(name)).findFirst().orElseThrow(() -> new BadRequest(option + " must be "
                + Arrays.stream(values).map(DenoisingOptions::label).collect(Collectors.joining(" or ")) + ", not \"" + name + "\"."));
    }

    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
