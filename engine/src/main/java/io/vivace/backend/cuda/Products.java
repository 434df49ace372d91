package io.vivace.backend.cuda;

import io.vivace.graph.Linear;
import io.vivace.kernels.GemmKernels;
import io.vivace.kernels.GemvKernels;
import io.vivace.kernels.Grid;
import io.vivace.kernels.Launch;
import java.util.List;

/** Launches of products with weight matrices. */
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

    private Products() {}

    static List<Launch> of(Linear op, Place x, Matrix weight, Place bias, Place residual, Place y) {
        int rows = op.shape().rows(), inputs = weight.inputs(), outputs = weight.outputs(), activation = op.activation().ordinal();
        if (op.shape().size() == 0) return List.of();
        String variant = variant(x, y, weight);
        int residualStride = residual == null ? 0 : residual.stride();
        return List.of(switch (body(rows, outputs, x.type(), weight.type())) {
            case FEW_ROWS -> {
                int width = width(rows, outputs, x.type(), weight.type());
                yield GemvKernels.gemv(variant, Grid.of(Math.ceilDiv(outputs, width)), x.address(), 0, 0, weight.panels(), weight.scales(),
                        Place.address(bias), Place.address(residual), y.address(), rows, inputs, outputs, width, x.stride(), residualStride, y.stride(),
                        0, 0, activation);
            }
            case TILES -> GemmKernels.gemm(variant, grid(Body.TILES, rows, outputs), x.address(), weight.panels(), weight.scales(), Place.address(bias),
                    Place.address(residual), y.address(), rows, inputs, outputs, x.stride(), residualStride, y.stride(), activation);
            case LARGE_TILES -> GemmKernels.gemmLarge(variant, grid(Body.LARGE_TILES, rows, outputs), x.address(), weight.panels(), weight.scales(),
                    Place.address(bias), Place.address(residual), y.address(), rows, inputs, outputs, x.stride(), residualStride, y.stride(), activation);
        });
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

    static String variant(Place x, Place y, Matrix weight) {
        return x.suffix() + "_" + y.suffix() + "_" + weight.type().suffix();
    }
}
