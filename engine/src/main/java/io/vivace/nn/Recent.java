package io.vivace.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The last few used of what is dear to make. Room for a new one is made before it is made.
 *
 * @param <K> what tells them apart; a value with {@code equals}
 */
public final class Recent<K, V> implements AutoCloseable {
    private final int most;
    private final Function<K, V> maker;
    private final Consumer<V> closer;
    private final Map<K, V> known = new LinkedHashMap<>(4, 0.75f, true);

    /** @param most that are kept */
    public Recent(int most, Function<K, V> maker, Consumer<V> closer) {
        this.most = most;
        this.maker = maker;
        this.closer = closer;
    }

    /** The one of a key, made if it is not kept. */
    public V get(K key) {
        V found = known.get(key);
        if (found != null) return found;
        if (known.size() >= most) closer.accept(known.remove(known.keySet().iterator().next()));
        V made = maker.apply(key);
        known.put(key, made);
        return made;
    }

    @Override
    public void close() {
        known.values().forEach(closer);
        known.clear();
    }
}
