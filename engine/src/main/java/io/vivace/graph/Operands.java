package io.vivace.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Lists of operands of which some may be absent. */
final class Operands {
    private Operands() {}

    static List<Value> present(Value... values) {
        return Arrays.stream(values).filter(Objects::nonNull).toList();
    }
}
