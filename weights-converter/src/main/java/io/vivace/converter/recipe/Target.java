package io.vivace.converter.recipe;

import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;

/** A tensor of the model file. */
public record Target(String name, Role role, int[] dims, Source source) {

    /** What a tensor is for, which decides how it is stored. */
    public enum Role {
        /** A linear layer: panels of the type that the user chose. */
        MATRIX,
        /** An embedding: row-major, float32 or (when matrices are narrower) bfloat16. */
        TABLE,
        /** A bias, a norm, a codebook: row-major float32. */
        VECTOR,
        /** A matrix of the codec: panels of float32 whatever was chosen, because rounding there is heard. */
        CODEC;

        public Storage storage(Storage chosen) {
            return switch (this) {
                case MATRIX -> chosen;
                case TABLE -> chosen == Storage.FLOAT32 ? Storage.FLOAT32 : Storage.BFLOAT16;
                case VECTOR, CODEC -> Storage.FLOAT32;
            };
        }

        public Layout layout() {
            return this == MATRIX || this == CODEC ? Layout.PANELS : Layout.ROW_MAJOR;
        }
    }
}
