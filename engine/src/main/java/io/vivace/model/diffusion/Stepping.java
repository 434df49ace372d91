package io.vivace.model.diffusion;

import static io.vivace.graph.DType.FLOAT32;
import static io.vivace.graph.DType.INT32;

import io.vivace.DeviceFailed;
import io.vivace.backend.Program;
import io.vivace.graph.DType;
import io.vivace.graph.Graph;
import io.vivace.graph.Rearrangement.Gather;
import io.vivace.graph.Shape;
import io.vivace.graph.Stepwise;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.util.Arrays;

/**
 * What the graph of a denoising step has around its network: which angle a frame has, and how latents move. Everything that changes from step to step is a
 * state: latents, the solver's memory, the number of the step, the table of all steps. Frames that are kept have angle 0 and stay.
 */
public final class Stepping {
    private final Graph g;
    private final Value step, free, latents, memory, numbers;

    /** @param channels of a latent frame */
    public Stepping(Graph g, int batch, int frames, int channels) {
        this.g = g;
        step = g.state("step", INT32, 1);
        free = g.state("free", INT32, batch, frames);
        latents = g.state("latents", FLOAT32, batch, frames, channels);
        memory = g.state("memory", FLOAT32, batch, frames, channels);
        numbers = g.add(new Stepwise.Window(g.state("steps", FLOAT32, Walk.MOST, 2, Walk.NUMBERS), 0, step, 1)).reshape(2, Walk.NUMBERS);
    }

    /** [batch, frames, channels] */
    public Value latents() {
        return latents;
    }

    /** Cosines of two angles, that of the frames that are kept and that of the others: [2, 1]. */
    public Value cosines() {
        return numbers.slice(1, 0, 1);
    }

    /** Their sines, [2, 1]. */
    public Value sines() {
        return numbers.slice(1, 1, 2);
    }

    /** To every frame what belongs to its angle: [2, width] to [batch, frames, width]. */
    public Value spread(Value rows) {
        return g.add(new Gather(rows, free));
    }

    /** Moves the latents by a step, given their velocity, and counts the step. */
    public void move(Value velocity) {
        Value factors = spread(numbers.slice(1, 2, Walk.NUMBERS));
        Value moved = latents.times(factor(factors, 0)).plus(velocity.times(factor(factors, 1))).plus(memory.times(factor(factors, 2)));
        Value kept = latents.times(factor(factors, 3)).plus(velocity.times(factor(factors, 4))), start = g.constant(Tensor.of(Shape.of(1), 0));
        g.add(new Stepwise.Write(memory, 1, start, kept));
        g.add(new Stepwise.Write(latents, 1, start, moved));
        g.add(new Stepwise.Advance(step, 1));
    }

    private static Value factor(Value factors, int number) {
        return factors.slice(2, number, number + 1);
    }

    /**
     * Sets the states of a program before its first step.
     *
     * @param rows noise, or the latents of frames that are kept: [batch][frames · channels]
     * @param kept [frames]: which frames stay as they are; null for none
     */
    public static void start(Program program, float[][] rows, int frames, boolean[] kept, Walk walk) {
        int length = rows[0].length;
        Shape shape = Shape.of(rows.length, frames, length / frames);
        var all = new float[rows.length * length];
        for (int i = 0; i < rows.length; i++) System.arraycopy(rows[i], 0, all, i * length, length);
        var free = new int[rows.length * frames];
        for (int i = 0; i < free.length; i++) free[i] = kept != null && kept[i % frames] ? 0 : 1;
        program.set("latents", Tensor.of(shape, all)).set("memory", Tensor.zeros(DType.FLOAT32, shape)).set("steps", walk.table());
        program.set("free", Tensor.of(Shape.of(rows.length, frames), free)).set("step", Tensor.of(Shape.of(1), 0));
    }

    /**
     * The latents as they are now, [batch][frames · channels].
     *
     * @throws DeviceFailed if one is no finite number
     */
    public static float[][] latents(Program program) {
        Tensor latents = program.get("latents");
        float[] all = latents.floats();
        for (float each : all) if (!Float.isFinite(each)) throw notFinite();
        int row = latents.shape().at(1) * latents.shape().at(2);
        var rows = new float[latents.shape().at(0)][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * row, (i + 1) * row));
        return rows;
    }

    private static DeviceFailed notFinite() {
        return new DeviceFailed("The sampler's latents are no finite numbers; "
                + "convert the checkpoint again with --dtype f32, and fetch it again if that does not help.");
    }
}
