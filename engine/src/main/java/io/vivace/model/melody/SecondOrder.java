package io.vivace.model.melody;

/**
 * Two steps' velocities: they tell how far z leaves its circle, {@code g = z + dv/dangle}, and the step takes that along.
 */
public record SecondOrder() implements Solver {
    @Override
    public Step step(double angle, double width, double before) {
        if (before == 0) return new Step(Math.cos(width), -Math.sin(width), 0, 0, 1);
        double share = (1 - Math.cos(width)) / Math.sin(before);
        return new Step(1, -Math.sin(width) - share * Math.cos(before), share, 0, 1);
    }
}
