package io.vivace.backend.reference;

import io.vivace.graph.Arithmetic.Binary;
import io.vivace.graph.Arithmetic.Mask;
import io.vivace.graph.Arithmetic.Unary;
import io.vivace.graph.Shape;
import java.util.function.DoubleUnaryOperator;

/** Functions of single elements, with broadcasting. */
final class Elementwise {
    /** Beyond it erf differs from 1 by less than half a unit in the last place. */
    private static final double ERF_IS_ONE = 6;

    private Elementwise() {}

    static double[] map(double[] x, DoubleUnaryOperator f) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) y[i] = f.applyAsDouble(x[i]);
        return y;
    }

    static double[] unary(Unary.Kind kind, double[] x) {
        return switch (kind) {
            case RELU -> map(x, v -> Math.max(v, 0));
            case MINIMUM_ZERO -> map(x, v -> Math.min(v, 0));
            case EXP -> map(x, Math::exp);
            case EXPM1 -> map(x, Math::expm1);
            case LOG -> map(x, Math::log);
            case TANH -> map(x, Math::tanh);
            case SIGMOID -> map(x, v -> 1 / (1 + Math.exp(-v)));
            case ERF -> map(x, Elementwise::erf);
            case RECIPROCAL_ROOT -> map(x, v -> 1 / Math.sqrt(v));
            case SIN -> map(x, Math::sin);
            case COS -> map(x, Math::cos);
            case SOFTPLUS -> map(x, v -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
        };
    }

    static double[] binary(Binary op, double[] a, double[] b) {
        Shape shape = op.shape();
        int[] atA = sources(op.a().shape(), shape), atB = sources(op.b().shape(), shape);
        double[] y = new double[shape.size()];
        for (int i = 0; i < y.length; i++) {
            double left = a[atA[i]], right = b[atB[i]];
            y[i] = switch (op.kind()) {
                case ADD -> left + right;
                case SUBTRACT -> left - right;
                case MULTIPLY -> left * right;
                case DIVIDE -> left / right;
            };
        }
        return y;
    }

    static double[] mask(Mask op, double[] x, int[] keep) {
        int[] atKeep = sources(op.keep().shape(), op.shape());
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) y[i] = keep[atKeep[i]] != 0 ? x[i] : Double.NEGATIVE_INFINITY;
        return y;
    }

    /** For each element of the result, the element of the operand that is broadcast to it. */
    private static int[] sources(Shape operand, Shape result) {
        int[] steps = new int[result.rank()], strides = operand.strides(), at = new int[result.rank()];
        for (int i = 1; i <= operand.rank(); i++) {
            if (operand.at(-i) != 1) steps[result.rank() - i] = strides[operand.rank() - i];
        }
        int[] sources = new int[result.size()];
        for (int i = 1; i < sources.length; i++) {
            int source = sources[i - 1], axis = result.rank() - 1;
            while (at[axis] == result.at(axis) - 1) {
                source -= at[axis] * steps[axis];
                at[axis--] = 0;
            }
            at[axis]++;
            sources[i] = source + steps[axis];
        }
        return sources;
    }

    /**
     * The error function by its series 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(1·3·…·(2n+1)), whose terms are all of one sign, so that none cancel
     * (Abramowitz and Stegun, 7.1.6).
     */
    private static double erf(double x) {
        if (Math.abs(x) >= ERF_IS_ONE) return Math.signum(x);
        double term = x, sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
