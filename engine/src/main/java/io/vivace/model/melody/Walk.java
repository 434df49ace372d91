package io.vivace.model.melody;

import io.vivace.BadRequest;
import io.vivace.Denoising;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/**
 * How noise becomes latents.
 *
 * @param steps       network evaluations, 1 to {@value #MOST}
 * @param guidance    scale of classifier-free guidance; 1 for none
 * @param guidedFrom  guidance is on from this share of the steps on, in [0, 1],
 * @param guidedUntil and off again from this one on; between 0 and 1 it is always on. A step without guidance costs half of one with it.
 */
public record Walk(int steps, AngleSchedule schedule, Solver solver, double guidance, double guidedFrom, double guidedUntil) {
    /** Steps that the tables on the device have room for. */
    static final int MOST = 1000;
    /** Numbers of a step on the device: cosine and sine of the angle, then those of {@link Solver.Step}. */
    static final int NUMBERS = 7;

    /** @throws BadRequest if a number is out of its range */
    public Walk {
        if (steps < 1 || steps > MOST) throw new BadRequest("The sampler cannot take " + steps + " steps; ask for 1 to " + MOST + ".");
        if (!Double.isFinite(guidance)) throw new BadRequest("The guidance scale is " + guidance + "; give a finite number.");
        if (!(guidedFrom >= 0 && guidedFrom <= guidedUntil && guidedUntil <= 1)) {
            throw new BadRequest("Guidance cannot be on from " + guidedFrom + " to " + guidedUntil
                    + " of the steps; give two shares between 0 and 1, the smaller first.");
        }
    }

    /** As a request has it. */
    static Walk of(Denoising denoising, double guidance) {
        AngleSchedule schedule = switch (denoising.schedule()) {
            case LINEAR -> AngleSchedule.LINEAR;
            case UNIFORM -> AngleSchedule.UNIFORM;
        };
        Solver solver = switch (denoising.solver()) {
            case FIRST_ORDER -> new FirstOrder();
            case SECOND_ORDER -> new SecondOrder();
        };
        return new Walk(denoising.steps(), schedule, solver, guidance, denoising.guidance().from(), denoising.guidance().to());
    }

    /** The paper's sampler, guided all the way. */
    public static Walk of(int steps, double guidance) {
        return new Walk(steps, AngleSchedule.LINEAR, new FirstOrder(), guidance, 0, 1);
    }

    public Walk with(AngleSchedule changed) {
        return new Walk(steps, changed, solver, guidance, guidedFrom, guidedUntil);
    }

    public Walk with(Solver changed) {
        return new Walk(steps, schedule, changed, guidance, guidedFrom, guidedUntil);
    }

    public Walk guidedWithin(double from, double until) {
        return new Walk(steps, schedule, solver, guidance, from, until);
    }

    /** Whether a step, counted from 0 at the noise, needs the unconditional rows too. */
    public boolean guided(int step) {
        return guidance != 1 && step >= guidedFrom * steps && step < guidedUntil * steps;
    }

    /** Whether any step does. */
    public boolean guided() {
        for (int step = 0; step < steps; step++) if (guided(step)) return true;
        return false;
    }

    /** Whether any step does not. */
    boolean plain() {
        for (int step = 0; step < steps; step++) if (!guided(step)) return true;
        return false;
    }

    /**
     * The numbers of all steps, [{@value #MOST}, 2, {@value #NUMBERS}]: for frames that are kept, whose angle is 0 and which stay, and for those that are
     * sampled.
     */
    Tensor table() {
        var table = new float[MOST * 2 * NUMBERS];
        double[] widths = schedule.widths(steps);
        double angle = 0;
        for (int i = 0; i < steps; i++) {
            angle += widths[i];
            int step = steps - 1 - i, at = step * 2 * NUMBERS;
            fill(table, at, 0, new Solver.Step(1, 0, 0, 0, 0));
            fill(table, at + NUMBERS, angle, solver.step(angle, widths[i], step == 0 ? 0 : widths[i + 1]));
        }
        return Tensor.of(Shape.of(MOST, 2, NUMBERS), table);
    }

    private static void fill(float[] table, int at, double angle, Solver.Step step) {
        double[] numbers = {Math.cos(angle), Math.sin(angle), step.latents(), step.velocity(), step.memory(), step.keptLatents(), step.keptVelocity()};
        for (int i = 0; i < NUMBERS; i++) table[at + i] = (float) numbers[i];
    }
}
