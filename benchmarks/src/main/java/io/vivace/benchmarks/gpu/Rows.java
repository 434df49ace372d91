package io.vivace.benchmarks.gpu;

import io.vivace.weights.Json;
import io.vivace.weights.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a phase has to say: lines of JSON on standard output, each as soon as it is known, so that a phase that is ended keeps what it has. */
final class Rows {
    /** Status of a phase that this machine has nothing for; a row tells why. */
    static final int SKIPPED = 3;

    private Rows() {}

    static void print(Map<String, ?> row) {
        System.out.println(text(row));
    }

    /** Says why a phase is left out, and ends it. */
    static void skip(String reason) {
        print(Map.of("skipped", reason));
        System.exit(SKIPPED);
    }

    /** Infinities and NaNs, which JSON has none of, become null. */
    static String text(Map<String, ?> row) {
        var members = new LinkedHashMap<String, Object>(row);
        members.replaceAll((name, value) -> value instanceof Double d && !Double.isFinite(d) ? null : value);
        return new String(JsonWriter.write(Json.of("row", members)), StandardCharsets.UTF_8);
    }

    /** A row from names and values in turn, in this order. */
    static Map<String, Object> of(Object... namesAndValues) {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        return row;
    }
}
