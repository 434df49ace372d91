package io.vivace.weights;

import io.vivace.BadCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * Where a node stands. A chain and not a text, because hostile files have millions of nodes below long keys.
     *
     * @param parent of a member or an element; null for the whole document
     * @param step   the last part of the path: the member's key (a String) or the element's number (an Integer)
     */
    record Place(String file, Place parent, Object step) {
        /** The whole document. */
        public static Place of(String file) {
            return new Place(file, null, "");
        }

        public Place member(String key) {
            return new Place(file, this, key);
        }

        Place element(int index) {
            return new Place(file, this, index);
        }

        /** The file and the dotted path of keys inside it, for a message. */
        @Override
        public String toString() {
            var text = new StringBuilder();
            for (Place place = this; place.parent != null; place = place.parent) {
                boolean first = place.parent.parent == null;
                text.insert(0, place.step instanceof Integer index ? "[" + index + "]" : first ? place.step : "." + place.step);
            }
            text.insert(0, text.isEmpty() ? file : file + ": ");
            return (text.length() > 600 ? text.substring(0, 600) + "…" : text.toString()).replaceAll("\\p{Cntrl}", "?");
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

        /** @throws BadCheckpoint unless every element is an object */
        public List<ObjectNode> objects() {
            return elements.stream().map(Json::object).toList();
        }

        /** @throws BadCheckpoint unless every element is a string */
        public List<String> texts() {
            return elements.stream().map(Json::text).toList();
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
            return get(key).object();
        }

        public ArrayNode array(String key) {
            if (get(key) instanceof ArrayNode a) {
                return a;
            }
            throw get(key).wrong("an array");
        }

        public String text(String key) {
            return get(key).text();
        }

        public String text(String key, String otherwise) {
            return has(key) ? text(key) : otherwise;
        }

        public boolean flag(String key) {
            if (get(key) instanceof BooleanNode b) {
                return b.value;
            }
            throw get(key).wrong("true or false");
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

    /** This node as an object. */
    default ObjectNode object() {
        if (this instanceof ObjectNode o) {
            return o;
        }
        throw wrong("an object");
    }

    /** This node as a string. */
    default String text() {
        if (this instanceof StringNode s) {
            return s.value;
        }
        throw wrong("a string");
    }

    /** This node as a whole number from {@code least} to {@code most}. */
    default long whole(long least, long most) {
        if (this instanceof NumberNode n && isWhole(n.value)) {
            long value = n.value.longValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong("a whole number from " + least + " to " + most);
    }

    /** This node as a finite number. */
    default double real() {
        if (this instanceof NumberNode n && Double.isFinite(n.value.doubleValue())) {
            return n.value.doubleValue();
        }
        throw wrong("a finite number");
    }

    /** Writers of configs spell some whole numbers as 2.0. */
    private static boolean isWhole(Number n) {
        return n instanceof Long || (n.doubleValue() == Math.rint(n.doubleValue()) && Math.abs(n.doubleValue()) < 1L << 53);
    }

    /** The error that this node is not what is needed, for instance {@code "a string"}. */
    default BadCheckpoint wrong(String needed) {
        return new BadCheckpoint(at() + " is " + brief() + ", but " + needed + " is needed; correct the file or fetch it again.");
    }

    /** The error that this node asks for something that is not supported. */
    default BadCheckpoint unsupported(String supported) {
        return new BadCheckpoint(at() + " " + brief() + " is not supported (supported: " + supported + "); use another checkpoint.");
    }

    /** The node in a few characters, for a message. */
    default String brief() {
        return switch (this) {
            case StringNode s -> {
                String start = s.value.length() > 40 ? s.value.substring(0, 40) + "…" : s.value;
                yield '"' + start.replaceAll("\\p{Cntrl}", "?") + '"';
            }
            case NumberNode n -> n.value.toString();
            case BooleanNode b -> Boolean.toString(b.value);
            case NullNode _ -> "null";
            case ArrayNode a -> "an array of " + a.elements.size();
            case ObjectNode _ -> "an object";
        };
    }

    /** Maps (with string keys), lists, int and double arrays, strings, numbers, booleans and null as a tree at the top of {@code file}. */
    static ObjectNode of(String file, Map<String, ?> members) {
        return (ObjectNode) node(Place.of(file), members);
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
            case int[] a -> node(at, Arrays.stream(a).boxed().toList());
            case double[] a -> node(at, Arrays.stream(a).boxed().toList());
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
