package io.vivace.backend.cuda;

import io.vivace.graph.Arithmetic;
import io.vivace.graph.Linear;
import io.vivace.graph.NormedLinear;
import io.vivace.graph.Shape;
import io.vivace.kernels.GemmKernels;
import io.vivace.kernels.GemvKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import io.vivace.kernels.MatmulKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Launches of matrix products. */
final class Products {

    /** The kernels that can compute a product; which one does so changes no value. */
    enum Body {
        /** Up to 16 rows: bound by reading the weights, which are streamed once. */
        FEW_ROWS,
        /** Tiles of 64 rows by 64 outputs. */
        TILES,
        /** Tiles of 128 by 128, on tensor cores only. */
        LARGE_TILES
    }

    private static final int MOST_FEW_ROWS = 16, TILE = 64, LARGE_TILE = 128;
    /** Blocks that keep a large device busy, one a multiprocessor. */
    private static final int FULL = 128;
    /** Rows up to which every block may normalise for itself, a warp each; rows of a block that only normalises. */
    private static final int MOST_NORMED_ROWS = 8, ROWS_NORMALISED = 8;
    /** Of products of computed matrices: rows and columns of a tile, leading axes. */
    private static final int COMPUTED_TILE = 32, LEADING = 4;

    private Products() {}

    /** @param residual in the type of y, or null */
    static List<Launch> of(Linear op, Place x, Matrix weight, Place bias, Place residual, Place y) {
        int rows = op.shape().rows(), inputs = weight.inputs(), outputs = weight.outputs(), activation = op.activation().ordinal();
        if (op.shape().size() == 0) return List.of();
        int residualStride = residual == null ? 0 : residual.stride();
        Body body = body(rows, outputs, x.type(), weight.type());
        return List.of(switch (body) {
            case FEW_ROWS -> fewRows(op, x, AS_IT_IS, weight, bias, residual, y);
            case TILES -> GemmKernels.gemm(variant(x, y, weight), grid(body, rows, outputs), x.address(), weight.panels(), weight.scales(),
                    Place.address(bias), Place.address(residual), y.address(), rows, inputs, outputs, x.stride(), residualStride, y.stride(), activation);
            case LARGE_TILES -> GemmKernels.gemmLarge(variant(x, y, weight), grid(body, rows, outputs), x.address(), weight.panels(), weight.scales(),
                    Place.address(bias), Place.address(residual), y.address(), rows, inputs, outputs, x.stride(), residualStride, y.stride(), activation);
        });
    }

    /** How the rows of a product are normalised: the kernels' number of it, and what it takes. */
    private record Normal(int kind, Place gamma, Place beta, double epsilon) {}

    private static final Normal AS_IT_IS = new Normal(0, null, null, 0);

    /** Few rows are normalised by every block on its way, which costs less than a launch; many are normalised once, into scratch. */
    static List<Launch> of(NormedLinear op, Place x, Place gamma, Place beta, Matrix weight, Place bias, Place y, Scratch scratch) {
        int rows = op.shape().rows(), inputs = weight.inputs();
        if (op.shape().size() == 0) return List.of();
        Linear product = op.linear(op.x());
        var normal = new Normal(1 + op.norm().ordinal(), gamma, beta, op.epsilon());
        if (rows <= MOST_NORMED_ROWS) return List.of(fewRows(product, x, normal, weight, bias, null, y));
        List<Launch> launches = new ArrayList<>();
        Place normed = new Place(scratch.data(), x.type(), inputs);
        launches.add(normalised(op, x, gamma, beta, normed));
        launches.addAll(of(product, normed, weight, bias, null, y));
        return launches;
    }

    /** The rows of x as the product wants them. */
    static Launch normalised(NormedLinear op, Place x, Place gamma, Place beta, Place normed) {
        int rows = op.shape().rows();
        return GemmKernels.normalise(x.suffix(), Grid.of(Math.ceilDiv(rows, ROWS_NORMALISED)), x.address(), gamma.address(), Place.address(beta),
                normed.address(), rows, op.x().shape().last(), x.stride(), 1 + op.norm().ordinal(), (float) op.epsilon());
    }

    static long scratchBytes(NormedLinear op) {
        return op.shape().rows() <= MOST_NORMED_ROWS ? 0 : Scratch.COUNTERS + (long) op.x().shape().size() * Float.BYTES;
    }

    private static Launch fewRows(Linear op, Place x, Normal normal, Matrix weight, Place bias, Place residual, Place y) {
        int rows = op.shape().rows(), width = width(rows, weight.outputs(), x.type(), weight.type());
        return GemvKernels.gemv(variant(x, y, weight), Grid.of(Math.ceilDiv(weight.outputs(), width)), x.address(), Place.address(normal.gamma),
                Place.address(normal.beta), weight.panels(), weight.scales(), Place.address(bias), Place.address(residual), y.address(), rows,
                weight.inputs(), weight.outputs(), width, x.stride(), residual == null ? 0 : residual.stride(), y.stride(), normal.kind,
                (float) normal.epsilon, op.activation().ordinal());
    }

    /** A product of computed matrices, in float32. */
    static List<Launch> of(Arithmetic.MatMul op, Place a, Place b, Place y) {
        Shape left = op.a().shape(), right = op.b().shape(), out = op.shape();
        if (out.size() == 0) return List.of();
        int rows = out.at(-2), columns = out.last(), leads = out.rank() - 2;
        var axes = new Axes(Shape.of(Arrays.copyOf(out.toArray(), leads)), leading(left, leads), leading(right, leads));
        int[] e = Axes.padded(axes.extents, LEADING, 1), s = Axes.padded(axes.strides(0), LEADING, 0), t = Axes.padded(axes.strides(1), LEADING, 0);
        int tiles = Math.multiplyExact(Math.ceilDiv(rows, COMPUTED_TILE) * Math.ceilDiv(columns, COMPUTED_TILE), out.size() / (rows * columns));
        return List.of(MatmulKernels.matmul(Grid.of(tiles), a.address(), b.address(), y.address(), rows, columns, left.last(), op.transposed() ? 1 : 0,
                e[1], e[2], e[3], s[0], s[1], s[2], s[3], t[0], t[1], t[2], t[3]));
    }

    /** Elements between an operand's matrices along each leading axis of the result; 0 where it is broadcast. */
    private static int[] leading(Shape operand, int leads) {
        int[] strides = new int[leads], own = operand.strides();
        int missing = leads - (operand.rank() - 2);
        for (int axis = missing; axis < leads; axis++) strides[axis] = operand.at(axis - missing) == 1 ? 0 : own[axis - missing];
        return strides;
    }

    /** Whether it is more than a matter of reading the weights. */
    static boolean manyRows(int rows) {
        return rows > MOST_FEW_ROWS;
    }

    /** The one place that chooses. */
    static Body body(int rows, int outputs, Type x, Type weights) {
        return rows <= MOST_FEW_ROWS ? Body.FEW_ROWS : tiles(rows, outputs, x, weights);
    }

    /** Small tiles until large ones would fill the device too. */
    static Body tiles(int rows, int outputs, Type x, Type weights) {
        boolean possible = x == Type.BFLOAT16 && weights != Type.FLOAT32;
        return possible && (long) Math.ceilDiv(rows, LARGE_TILE) * Math.ceilDiv(outputs, LARGE_TILE) >= FULL ? Body.LARGE_TILES : Body.TILES;
    }

    static Grid grid(Body tiles, int rows, int outputs) {
        int tile = tiles == Body.LARGE_TILES ? LARGE_TILE : TILE;
        return Grid.of(Math.multiplyExact(Math.ceilDiv(rows, tile), Math.ceilDiv(outputs, tile)));
    }

    /**
     * Outputs of a block where rows are few: as many as leave enough blocks, since wide rows of a panel are read best. What is possible says
     * few_rows_of in the kernels.
     */
    private static int width(int rows, int outputs, Type x, Type weights) {
        int least = weights == Type.INT8 ? 16 : 8;
        int most = x == Type.FLOAT32 ? least : rows > 8 || weights == Type.FLOAT32 ? 16 : 32;
        int width = most;
        while (width > least && Math.ceilDiv(outputs, width) < FULL) width /= 2;
        return width;
    }

    /** The element types in the name of a kernel. */
    static String variant(Place x, Place y, Matrix weight) {
        return x.suffix() + "_" + y.suffix() + "_" + weight.type().suffix();
    }
}
