package io.vivace.backend.cuda;

/** How an element lies in device memory. */
enum Type {
    FLOAT32("f32", 4), BFLOAT16("bf16", 2), INT8("int8", 1), INT32("int32", 4);

    private final String suffix;
    private final int bytes;

    Type(String suffix, int bytes) {
        this.suffix = suffix;
        this.bytes = bytes;
    }

    /** The type in the names of kernels. */
    String suffix() {
        return suffix;
    }

    int bytes() {
        return bytes;
    }
}
