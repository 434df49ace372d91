package io.vivace.graph;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The records behind the sealed interfaces, so that a test can tell whether one was forgotten. */
public final class Operations {
    private Operations() {}

    public static Set<String> names() {
        List<Class<?>> open = new ArrayList<>(Arrays.asList(Op.class.getPermittedSubclasses()));
        Set<String> names = new TreeSet<>();
        while (!open.isEmpty()) {
            Class<?> next = open.removeLast();
            if (Modifier.isFinal(next.getModifiers())) names.add(next.getSimpleName());
            else open.addAll(Arrays.asList(next.getPermittedSubclasses()));
        }
        return names;
    }
}
