package io.vivace.converter.read;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value out of a pickle, as data. Containers are filled while the machine runs and may contain themselves, so they
 * compare by identity and nothing walks them to the bottom.
 */
sealed interface Pickled {

    record Text(String value) implements Pickled { }

    record Whole(long value) implements Pickled { }

    record Real(double value) implements Pickled { }

    record Flag(boolean value) implements Pickled { }

    /** None. */
    record Nothing() implements Pickled { }

    /** A list, tuple, or set. */
    final class Sequence implements Pickled {
        final List<Pickled> elements = new ArrayList<>();

        Sequence() { }

        Sequence(List<Pickled> elements) {
            this.elements.addAll(elements);
        }
    }

    /** A dict or OrderedDict; keys that are no strings are spelled as strings. */
    final class Dictionary implements Pickled {
        final Map<String, Pickled> members = new LinkedHashMap<>();

        Pickled get(String key) {
            return members.get(key);
        }
    }

    /** A name that the allow-list knows; it stands for itself and is never looked up anywhere. */
    record Known(PickleGlobal global) implements Pickled { }

    /**
     * A class that the allow-list does not know, or what would have been an object of it.
     *
     * @param members what was put into the object: as into a dictionary, or as its attributes
     */
    record Opaque(String name, boolean called, Dictionary members) implements Pickled {
        Opaque(String name, boolean called) {
            this(name, called, new Dictionary());
        }
    }

    /** @param elements how many the pickle claims */
    record Storage(ElementType type, String key, long elements) implements Pickled { }

    /** A strided view of a storage; extents are already known to lie within it. */
    record Tensor(Storage storage, long offset, int[] dims, long[] strides) implements Pickled { }
}
