package io.vivace.nn;

import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.Graph;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The compiled graphs of one session, by what tells them apart (shapes are static, so other lengths are other programs). Holds the
 * last few used.
 *
 * @param <K> what tells the programs apart; a value with {@code equals}
 */
public final class Programs<K> {
    private final Backend.Session session;
    private final Function<K, Graph> builder;
    private final Map<K, Program> programs;

    /** @param most programs that are kept */
    public Programs(Backend.Session session, int most, Function<K, Graph> builder) {
        this.session = session;
        this.builder = builder;
        this.programs = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Program> eldest) {
                if (size() <= most) return false;
                eldest.getValue().close();
                return true;
            }
        };
    }

    public Program get(K key) {
        Program known = programs.get(key);
        if (known != null) return known;
        Program made = session.compile(builder.apply(key));
        programs.put(key, made);
        return made;
    }
}
