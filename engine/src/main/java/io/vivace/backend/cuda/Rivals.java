package io.vivace.backend.cuda;

import io.vivace.bindings.vendor.Convolution;
import io.vivace.bindings.vendor.Gemm;
import io.vivace.bindings.vendor.Precision;
import io.vivace.graph.Activation;
import io.vivace.graph.Conv1d;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Op;
import io.vivace.graph.Rearrangement.Pad;
import io.vivace.graph.Value;
import io.vivace.kernels.EpilogueKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.weights.Panels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Products of many rows and convolutions as a library computes them. What a library's call leaves out, our kernels do before and after it:
 * normalisation, padding, bias, residual and activation.
 */
final class Rivals {
    private static final int BY_FOUR = 4 * 256;
    /** Of a program's rooms, those behind what an operation may need for casts. */
    private static final int PADDED = 8, WORKSPACE = 9;
    /** An algorithm that wants more is not worth its memory. */
    private static final long MOST_WORKSPACE = 256L << 20;

    private final Vendor vendor;
    private final Function<List<Launch>, List<Queued>> prepare;

    /** @param prepare makes our own launches repeatable */
    Rivals(Vendor vendor, Function<List<Launch>, List<Queued>> prepare) {
        this.vendor = vendor;
        this.prepare = prepare;
    }

    /**
     * Null where a library cannot or need not be considered.
     *
     * @param o of which nothing has been asked yet
     */
    Rival of(Op op, Operands o) {
        return switch (op) {
            case Linear l -> product(l, null, o);
            case NormedLinear l -> product(l.linear(l.x()), l, o);
            case Conv1d c -> convolution(c, o);
            default -> null;
        };
    }

    /** @param norm what is done to the rows of x before, or null */
    private Rival product(Linear op, NormedLinear norm, Operands o) {
        if (vendor.libraries().products().isEmpty() || op.weight().kind() != Value.Kind.WEIGHT) return null;
        int rows = op.shape().rows(), inputs = op.x().shape().last(), outputs = op.shape().last();
        Type type = o.activations(), weights = o.matrix(op.weight()).type();
        if (!Products.manyRows(rows) || weights != type || (long) rows * inputs * outputs < vendor.libraries().least()) return null;
        Place y = o.result();
        String shape = String.join(" ", "product", type.suffix(), y.suffix(), classOf(rows) + "x" + inputs, "to", Integer.toString(outputs))
                + (norm == null ? "" : " " + norm.norm()) + after(op.bias(), op.residual(), op.activation());
        String library = vendor.libraries().products().orElseThrow().library().toString();
        return new Rival(library, shape, () -> productWork(op, norm, o), y, bytes(y, rows, outputs));
    }

    private List<Queued> productWork(Linear op, NormedLinear norm, Operands o) {
        Gemm library = vendor.gemm().orElse(null);
        if (library == null) return null;
        Place x = o.of(op.x()), bias = o.wide(op.bias()), residual = o.as(op.residual(), o.result().type()), y = o.result();
        List<Launch> before = new ArrayList<>();
        if (norm != null) {
            Place normed = new Place(o.scratch().data(), x.type(), op.x().shape().last());
            before.add(Products.normalised(norm, x, o.wide(norm.gamma()), o.wide(norm.beta()), normed));
            x = normed;
        }
        int rows = op.shape().rows();
        long from = x.address(), panels = o.matrix(op.weight()).panels(), to = y.address(), workspace = vendor.workspace();
        var product = new Gemm.Product(rows, op.shape().last(), op.x().shape().last(), Panels.WIDTH, x.stride(), y.stride(), precision(x), precision(y));
        return work(o, before, stream -> library.multiply(product, from, panels, to, workspace, Gemm.WORKSPACE_BYTES, stream),
                epilogue(y, rows, op.shape().last(), bias, residual, op.activation()));
    }

    private Rival convolution(Conv1d op, Operands o) {
        if (vendor.libraries().convolutions().isEmpty() || op.weight().kind() != Value.Kind.WEIGHT) return null;
        int frames = op.shape().at(0) * op.shape().at(1), inputs = op.x().shape().last(), outputs = op.shape().last();
        Type type = o.activations(), weights = o.matrix(op.weight()).type();
        Place y = o.result();
        if (weights != type || y.type() != type || (long) frames * op.weight().shape().last() * outputs < vendor.libraries().least()) return null;
        String shape = String.join(" ", "convolution", type.suffix(), classOf(frames) + "x" + inputs, "to", Integer.toString(outputs), "kernel",
                op.kernel() + "/" + op.stride() + "/" + op.dilation()) + (symmetric(op) ? "" : " padded") + after(op.bias(), op.residual(), op.activation());
        String library = vendor.libraries().convolutions().orElseThrow().library().toString();
        return new Rival(library, shape, () -> convolutionWork(op, o), y, bytes(y, frames, outputs));
    }

    /** Whether a library can make the padding itself. */
    private static boolean symmetric(Conv1d op) {
        return op.left() == op.right() && (op.mode() == Pad.Mode.ZERO || op.left() == 0);
    }

    private List<Queued> convolutionWork(Conv1d op, Operands o) {
        Convolution library = vendor.convolution().orElse(null);
        if (library == null) return null;
        Place x = o.of(op.x()), bias = o.wide(op.bias()), y = o.result(), residual = o.as(op.residual(), y.type());
        int batch = op.shape().at(0), frames = op.x().shape().at(1), inputs = op.x().shape().last(), outputs = op.shape().last();
        List<Launch> before = new ArrayList<>();
        if (!symmetric(op)) {
            var pad = new Pad(op.x(), op.left(), op.right(), op.mode());
            Place padded = new Place(o.room((long) pad.shape().size() * x.type().bytes(), PADDED), x.type(), inputs);
            before.addAll(Movements.of(pad, x, padded));
            x = padded;
            frames = pad.shape().at(1);
        }
        var window = new Convolution.Window(batch, frames, inputs, outputs, op.kernel(), op.stride(), op.dilation(), symmetric(op) ? op.left() : 0, precision(x));
        long bytes = library.workspaceBytes(window);
        if (bytes > MOST_WORKSPACE) return null;
        long from = x.address(), rows = o.rows(op.weight()), to = y.address(), workspace = o.room(bytes, WORKSPACE);
        return work(o, before, stream -> library.convolve(window, from, rows, to, workspace, bytes, stream),
                epilogue(y, batch * op.shape().at(1), outputs, bias, residual, op.activation()));
    }

    private List<Queued> work(Operands o, List<Launch> before, Queued call, List<Launch> after) {
        List<Queued> work = new ArrayList<>(prepare.apply(o.casts()));
        work.addAll(prepare.apply(before));
        work.add(call);
        work.addAll(prepare.apply(after));
        return work;
    }

    private static List<Launch> epilogue(Place y, int rows, int channels, Place bias, Place residual, Activation activation) {
        if (bias == null && residual == null && activation == Activation.NONE) return List.of();
        return List.of(EpilogueKernels.epilogue(y.suffix(), Grid.covering(rows * channels, BY_FOUR), y.address(), Place.address(bias), Place.address(residual),
                rows * channels, channels, y.stride(), residual == null ? 0 : residual.stride(), activation.ordinal()));
    }

    /** Neighbours in size share a measurement: up to the next power of two. */
    private static int classOf(int rows) {
        return Math.max(1, Integer.highestOneBit(rows - 1) << 1);
    }

    private static String after(Value bias, Value residual, Activation activation) {
        return (bias == null ? "" : " bias") + (residual == null ? "" : " residual") + (activation == Activation.NONE ? "" : " " + activation);
    }

    private static long bytes(Place y, int rows, int channels) {
        return ((rows - 1L) * y.stride() + channels) * y.type().bytes();
    }

    private static Precision precision(Place place) {
        return place.type() == Type.BFLOAT16 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
}
