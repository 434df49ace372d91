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
        /** Up to 16 rows: bound by reading the weights. */
        FEW_ROWS,
        /** Tiles of 64 rows by 64 outputs. */
        TILES
    }

    private static final int MOST_FEW_ROWS = 16, TILE = 64;

    private Products() {}

    static List<Launch> of(Linear op, Place x, Matrix weight, Place bias, Place residual, Place y) {
        int rows = op.shape().rows(), activation = op.activation().ordinal();
        if (op.shape().size() == 0) return List.of();
        String variant = variant(x, y, weight);
        int residualStride = residual == null ? 0 : residual.stride();
        return List.of(switch (body(rows)) {
            case FEW_ROWS -> GemvKernels.gemv(variant, Grid.of(Math.ceilDiv(weight.outputs(), width(weight.type()))), x.address(), 0, 0, weight.panels(),
                    weight.scales(), Place.address(bias), Place.address(residual), y.address(), rows, weight.inputs(), weight.outputs(), x.stride(),
                    residualStride, y.stride(), 0, 0, activation);
            case TILES -> GemmKernels.gemm(variant, tiles(rows, weight.outputs()), x.address(), weight.panels(), weight.scales(), Place.address(bias),
                    Place.address(residual), y.address(), rows, weight.inputs(), weight.outputs(), x.stride(), residualStride, y.stride(), activation);
        });
    }

    /** The one place that chooses. */
    static Body body(int rows) {
        return rows <= MOST_FEW_ROWS ? Body.FEW_ROWS : Body.TILES;
    }

    static Grid tiles(int rows, int outputs) {
        return Grid.of(Math.multiplyExact(Math.ceilDiv(rows, TILE), Math.ceilDiv(outputs, TILE)));
    }

    /** Outputs of a block where rows are few: what makes 16 bytes of an int8 row, 32 of a float32 one. */
    private static int width(Type weights) {
        return weights == Type.INT8 ? 16 : 8;
    }

    static String variant(Place x, Place y, Matrix weight) {
        return x.suffix() + "_" + y.suffix() + "_" + weight.type().suffix();
    }
}
