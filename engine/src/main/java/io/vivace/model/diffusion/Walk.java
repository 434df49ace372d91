package io.vivace.model.diffusion;

import io.vivace.BadRequest;
import io.vivace.Denoising;
import io.vivace.Denoising.Interval;
import io.vivace.Denoising.Schedule;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;

/**
 * How noise becomes latents.
 *
 * @param steps    network evaluations, 1 to {@value #MOST}
 * @param guidance scale of classifier-free guidance; 1 for none
 * @param guided   the share of the steps at which guidance is on. A step without guidance costs half of one with it.
 */
public record Walk(int steps, Schedule schedule, Solver solver, double guidance, Interval guided) {
    /** Steps that the tables on the device have room for. */
    public static final int MOST = Denoising.MOST_STEPS;
    /** Numbers of a step on the device: cosine and sine of the angle, then those of {@link Solver.Step}. */
    public static final int NUMBERS = 7;

    /** @throws BadRequest if a number is out of its range */
    public Walk {
        if (steps < 1 || steps > MOST) throw new BadRequest("The sampler cannot take " + steps + " steps; ask for 1 to " + MOST + ".");
        if (!Double.isFinite(guidance)) throw new BadRequest("The guidance scale is " + guidance + "; give a finite number.");
    }

    /** As a request has it. */
    public static Walk of(Denoising denoising, double guidance) {
        Solver solver = switch (denoising.solver()) {
            case FIRST_ORDER -> new FirstOrder();
            case SECOND_ORDER -> new SecondOrder();
        };
        return new Walk(denoising.steps(), denoising.schedule(), solver, guidance, denoising.guidance());
    }

    /** The paper's sampler, guided all the way. */
    public static Walk of(int steps, double guidance) {
        return new Walk(steps, Schedule.LINEAR, new FirstOrder(), guidance, Interval.ALL);
    }

    public Walk with(Schedule changed) {
        return new Walk(steps, changed, solver, guidance, guided);
    }

    public Walk with(Solver changed) {
        return new Walk(steps, schedule, changed, guidance, guided);
    }

    public Walk guidedWithin(double from, double to) {
        return new Walk(steps, schedule, solver, guidance, new Interval(from, to));
    }

    /** Whether a step, counted from 0 at the noise, needs the unconditional rows too. */
    public boolean guided(int step) {
        return guidance != 1 && step >= guided.from() * steps && step < guided.to() * steps;
    }

    /** Whether any step does. */
    public boolean guides() {
        for (int step = 0; step < steps; step++) if (guided(step)) return true;
        return false;
    }

    /** Whether any step does not. */
    public boolean plain() {
        for (int step = 0; step < steps; step++) if (!guided(step)) return true;
        return false;
    }

    /**
     * The numbers of all steps, [{@value #MOST}, 2, {@value #NUMBERS}]: for frames that are kept, whose angle is 0 and which stay, and for those that are
     * sampled.
     */
    Tensor table() {
        var table = new float[MOST * 2 * NUMBERS];
        double[] widths = AngleSteps.widths(schedule, steps);
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
