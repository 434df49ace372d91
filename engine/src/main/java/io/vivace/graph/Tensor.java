package io.vivace.graph;

/** A plain value outside a graph: what goes in and comes out. Exactly one of the two arrays is set. Row-major; not copied. */
public record Tensor(Shape shape, float[] floats, int[] ints) {

    public Tensor {
        int length = floats != null ? floats.length : ints.length;
        if (length != shape.size()) {
            throw new BadGraph("a tensor of shape " + shape + " needs " + shape.size() + " elements, not " + length);
        }
    }

    public static Tensor of(Shape shape, float... floats) {
        return new Tensor(shape, floats, null);
    }

    public static Tensor of(Shape shape, int... ints) {
        return new Tensor(shape, null, ints);
    }

    public static Tensor zeros(DType dtype, Shape shape) {
        return dtype == DType.FLOAT32 ? of(shape, new float[shape.size()]) : of(shape, new int[shape.size()]);
    }

    public DType dtype() {
        return floats != null ? DType.FLOAT32 : DType.INT32;
    }
}
