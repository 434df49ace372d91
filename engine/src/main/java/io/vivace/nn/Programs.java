package io.vivace.nn;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import java.util.function.Function;

/**
 * The compiled graphs of one session, by what tells them apart (shapes are static, so other lengths are other programs). Holds the
 * last few used.
 *
 * @param <K> what tells the programs apart; a value with {@code equals}
 */
public final class Programs<K> {
    private final Recent<K, Program> programs;

    /** @param most programs that are kept */
    public Programs(Backend.Session session, int most, Function<K, Graph> builder) {
        programs = new Recent<>(most, key -> session.compile(builder.apply(key)), Program::close);
    }

    public Program get(K key) {
        return programs.get(key);
    }
}
