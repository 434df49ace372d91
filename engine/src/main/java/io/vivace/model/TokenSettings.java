package io.vivace.model;

import io.vivace.Drawing;
import io.vivace.Request;
import io.vivace.graph.Sampling;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import java.util.List;

/**
 * How the tokens of a batch are drawn.
 *
 * @param rows temperature, top-k and top-p: [batch, {@link Sampling#SETTINGS}]
 * @param keys seed and sample of the random numbers: int32 [batch, 3]
 */
public record TokenSettings(Tensor rows, Tensor keys) {

    /** What requests leave open is as {@link Drawing#STANDARD} has it. */
    public static TokenSettings of(List<Request> requests) {
        var rows = new float[requests.size() * Sampling.SETTINGS];
        var keys = new int[requests.size() * 3];
        for (int b = 0; b < requests.size(); b++) {
            Request request = requests.get(b);
            Drawing drawing = request.drawing().or(Drawing.STANDARD);
            rows[3 * b] = (float) drawing.temperature();
            rows[3 * b + 1] = drawing.topK();
            rows[3 * b + 2] = (float) drawing.topP();
            keys[3 * b] = (int) request.seed();
            keys[3 * b + 1] = (int) (request.seed() >>> 32);
            keys[3 * b + 2] = request.sample();
        }
        return of(requests.size(), rows, keys);
    }

    /** Always the likeliest token. */
    public static TokenSettings greedy(int batch) {
        return of(batch, new float[batch * Sampling.SETTINGS], new int[batch * 3]);
    }

    private static TokenSettings of(int batch, float[] rows, int[] keys) {
        return new TokenSettings(Tensor.of(Shape.of(batch, Sampling.SETTINGS), rows), Tensor.of(Shape.of(batch, 3), keys));
    }

    public int batch() {
        return rows.shape().at(0);
    }
}
