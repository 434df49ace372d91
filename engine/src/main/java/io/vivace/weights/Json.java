package io.vivace.weights;

import io.vivace.BadCheckpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An immutable JSON tree whose every node knows where it stands, so that a getter that meets the wrong thing can say
 * which file and key to mend. Read by {@link JsonReader}, written by {@link JsonWriter}.
 */
public sealed interface Json {

    Place at();

    /** A file and the dotted path of keys inside it; the path of the whole document is empty. */
    record Place(String file, String path) {
        Place member(String key) {
            return new Place(file, path.isEmpty() ? key : path + "." + key);
        }

        Place element(int index) {
            return new Place(file, path + "[" + index + "]");
        }

        @Override
        public String toString() {
            String text = path.isEmpty() ? file : file + ": " + path;
            return (text.length() > 600 ? text.substring(0, 600) + "…" : text).replaceAll("\\p{Cntrl}", "?");
        }
    }

    /** @param value a {@link Long} for a whole number within 64 bits, else a {@link Double} */
    record NumberNode(Place at, Number value) implements Json { }

    record StringNode(Place at, String value) implements Json { }

    record BooleanNode(Place at, boolean value) implements Json { }

    record NullNode(Place at) implements Json { }

    record ArrayNode(Place at, List<Json> elements) implements Json {
        public ArrayNode {
            elements = List.copyOf(elements);
        }

        /** @throws BadCheckpoint unless every element is a whole number from {@code least} to {@code most} */
        public int[] integers(int least, int most) {
            return elements.stream().mapToInt(e -> (int) e.whole(least, most)).toArray();
        }

        /** @throws BadCheckpoint unless every element is a finite number */
        public double[] numbers() {
            return elements.stream().mapToDouble(Json::real).toArray();
        }
    }

    /** An object; members keep the order of the file. */
    record ObjectNode(Place at, Map<String, Json> members) implements Json {
        public ObjectNode {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** Whether the key is there with a value other than null. */
        public boolean has(String key) {
            return members.containsKey(key) && !(members.get(key) instanceof NullNode);
        }

        /** @throws BadCheckpoint if the key is absent */
        public Json get(String key) {
            Json value = members.get(key);
            if (value == null) {
                throw new BadCheckpoint(at.member(key) + " is missing; the file is incomplete or of another kind.");
            }
            return value;
        }

        public ObjectNode object(String key) {
            return get(key) instanceof ObjectNode o ? o : wrong(get(key), "an object");
        }

        public ArrayNode array(String key) {
            return get(key) instanceof ArrayNode a ? a : wrong(get(key), "an array");
        }

        public String text(String key) {
            return get(key) instanceof StringNode s ? s.value : wrong(get(key), "a string");
        }

        public String text(String key, String otherwise) {
            return has(key) ? text(key) : otherwise;
        }

        public boolean flag(String key) {
            return get(key) instanceof BooleanNode b ? b.value : wrong(get(key), "true or false");
        }

        public boolean flag(String key, boolean otherwise) {
            return has(key) ? flag(key) : otherwise;
        }

        /** A finite number. */
        public double number(String key) {
            return get(key).real();
        }

        public double number(String key, double otherwise) {
            return has(key) ? number(key) : otherwise;
        }

        /** A whole number from {@code least} to {@code most}. */
        public int integer(String key, int least, int most) {
            return (int) get(key).whole(least, most);
        }

        /** A whole number from {@code least} to {@code most}, or {@code otherwise} when the key is absent or null. */
        public int integer(String key, int least, int most, int otherwise) {
            return has(key) ? integer(key, least, most) : otherwise;
        }

        /** A whole number of 64 bits, not negative: an offset or a length. */
        public long size(String key) {
            return get(key).whole(0, Long.MAX_VALUE);
        }
    }

    /** This node as a whole number from {@code least} to {@code most}. */
    default long whole(long least, long most) {
        if (this instanceof NumberNode n && isWhole(n.value)) {
            long value = n.value.longValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        return wrong(this, "a whole number from " + least + " to " + most);
    }

    /** This node as a finite number. */
    default double real() {
        return this instanceof NumberNode n && Double.isFinite(n.value.doubleValue()) ? n.value.doubleValue() : wrong(this,
                "a finite number");
    }

    /** Writers of configs spell some whole numbers as 2.0. */
    private static boolean isWhole(Number n) {
        return n instanceof Long || (n.doubleValue() == Math.rint(n.doubleValue()) && Math.abs(n.doubleValue()) < 1L << 53);
    }

    private static <T> T wrong(Json found, String wanted) {
        throw new BadCheckpoint(found.at() + " is " + found.brief() + ", but " + wanted + " is needed; correct the file or fetch it "
                + "again.");
    }

    /** The node in a few characters, for a message. */
    default String brief() {
        return switch (this) {
            case StringNode s -> '"' + (s.value.length() > 40 ? s.value.substring(0, 40) + "…" : s.value).replaceAll("\\p{Cntrl}", "?")
                    + '"';
            case NumberNode n -> n.value.toString();
            case BooleanNode b -> Boolean.toString(b.value);
            case NullNode _ -> "null";
            case ArrayNode a -> "an array of " + a.elements.size();
            case ObjectNode _ -> "an object";
        };
    }

    /** Maps (with string keys), lists, int and double arrays, strings, numbers, booleans and null as a tree at the top of {@code file}. */
    static ObjectNode of(String file, Map<String, ?> members) {
        return (ObjectNode) node(new Place(file, ""), members);
    }

    private static Json node(Place at, Object value) {
        return switch (value) {
            case null -> new NullNode(at);
            case Json j -> j;
            case String s -> new StringNode(at, s);
            case Boolean b -> new BooleanNode(at, b);
            case Double d -> new NumberNode(at, d);
            case Float f -> new NumberNode(at, Double.parseDouble(f.toString()));
            case Number n -> new NumberNode(at, n.longValue());
            case int[] a -> node(at, java.util.Arrays.stream(a).boxed().toList());
            case double[] a -> node(at, java.util.Arrays.stream(a).boxed().toList());
            case List<?> list -> {
                var elements = new ArrayList<Json>();
                for (Object element : list) {
                    elements.add(node(at.element(elements.size()), element));
                }
                yield new ArrayNode(at, elements);
            }
            case Map<?, ?> map -> {
                var members = new LinkedHashMap<String, Json>();
                map.forEach((key, member) -> members.put((String) key, node(at.member((String) key), member)));
                yield new ObjectNode(at, members);
            }
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        };
    }
}
