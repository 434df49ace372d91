package io.vivace.backend.cpu;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.weights.StoredTensor.Storage;
import java.lang.foreign.MemorySegment;

/**
 * The inner loops: what is done to many neighbouring elements. Arrays come with the place of their first element. Every sum has one fixed order
 * that depends only on its own length, so results do not change with threads, batches or rows.
 */
interface Lanes {

    String description();

    /** A thread's own memory for a block of widened weights. */
    interface Scratch {}

    Scratch scratch();

    /**
     * Goes on with products of rows by one panel: {@code c[r][j] += Σ_k a[r][k]·panel[k][j]}, a chain of fused multiply-adds over k for each
     * element.
     *
     * @param panel weights, from byte {@code panelAt}: {@code depth} times {@link Matrix#WIDTH} outputs; 64-byte aligned native memory
     * @param depth at most {@link Matrix#DEPTH}
     * @param width outputs that are wanted; the others of the panel may be computed or not
     */
    void accumulate(MemorySegment panel, long panelAt, Storage storage, int depth, float[] a, int aAt, int aStride,
            float[] c, int cAt, int cStride, int rows, int width, Scratch scratch);

    /** {@code c = c·scale + bias + residual}; an array that is null is left out. */
    void finish(float[] c, int cAt, float[] scale, int scaleAt, float[] bias, int biasAt, float[] residual, int residualAt, int count);

    void apply(Function function, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code y = a ∘ b}; a step is 1, or 0 for one element that meets all of the other side. */
    void binary(Binary.Kind kind, float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, float[] y, int yAt, int count);

    /** {@code y = x·scale + offset}, one rounding. */
    void affine(float[] x, int xAt, float scale, float offset, float[] y, int yAt, int count);

    float sum(float[] x, int at, int count);

    /** Σ(x − mean)² */
    float squares(float[] x, int at, int count, float mean);

    /** −∞ for no elements. */
    float maximum(float[] x, int at, int count);

    /** {@code y = (x − mean)·factor·gamma + beta}; beta may be null. */
    void normalize(float[] x, int xAt, float mean, float factor, float[] gamma, int gammaAt, float[] beta, int betaAt,
            float[] y, int yAt, int count);

    /** {@code y = e^(x − maximum)}; returns the sum. */
    float exponentials(float[] x, int xAt, float maximum, float[] y, int yAt, int count);

    /** {@code out[j] = (q·k_j)·scale} for keys whose first elements are {@code kStride} apart. */
    void scores(float[] q, int qAt, float[] k, int kAt, int kStride, int keys, int size, float scale, float[] out, int outAt);

    /** {@code out += Σ_j weights[j]·v_j}, a chain over j for each element. */
    void mix(float[] weights, int weightsAt, float[] v, int vAt, int vStride, int keys, int size, float[] out, int outAt);

    /** {@code y += a·b}, one rounding. */
    void multiplyAdd(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count);

    /** One frame of one state of many channels: {@code h = e^(step·rate)·h + input·b}, {@code y += h·c}. */
    void scan(float[] steps, int stepsAt, float[] rates, int ratesAt, float[] inputs, int inputsAt, float b, float c, float[] h, int hAt,
            float[] y, int yAt, int count);

    /** One frame of many states of one channel: {@code h = keep·h + input·b}; returns {@code Σ h·c}. */
    float decay(float[] h, int hAt, float keep, float input, float[] b, int bAt, float[] c, int cAt, int count);

    /** A gate that may see a cell: {@code y = σ(x + bias + seen·cell)}; without seen, which may be null, {@code σ(x + bias)}. */
    void gate(float[] x, int xAt, float[] bias, int biasAt, float[] seen, int seenAt, float[] cell, int cellAt, float[] y, int yAt, int count);

    /** What the gates of a simple recurrent unit let through: {@code c = x + (c − x)·f}, {@code s = highway·factor}, {@code y = s + (c − s)·r}. */
    void pass(float[] x, int xAt, float[] highway, int highwayAt, float factor, float[] gates, int forgetAt, int resetAt, float[] cell, int cellAt,
            float[] y, int yAt, int count);

    /** Turns pairs that lie {@code count} apart: {@code y = (a·cos − b·sin, b·cos + a·sin)}; the sines lie behind the cosines. */
    void turn(float[] x, int xAt, float[] angles, int cosAt, float[] y, int yAt, int count);
}
