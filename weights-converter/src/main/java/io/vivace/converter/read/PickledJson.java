package io.vivace.converter.read;

import io.vivace.converter.read.Pickled.Dictionary;
import io.vivace.converter.read.Pickled.Flag;
import io.vivace.converter.read.Pickled.Nothing;
import io.vivace.converter.read.Pickled.Opaque;
import io.vivace.converter.read.Pickled.Real;
import io.vivace.converter.read.Pickled.Sequence;
import io.vivace.converter.read.Pickled.Text;
import io.vivace.converter.read.Pickled.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings that a pickle holds beside its tensors, as JSON has them: texts, numbers, flags, nulls, lists, and dictionaries (objects of unknown
 * classes too, by their attributes). What is none of these is left out.
 */
final class PickledJson {
    /** Settings are flatter and fewer; a pickle that refers to itself is neither. */
    private static final int DEEPEST = 8, MOST = 10_000;

    private final SourceFile file;
    private int values;

    PickledJson(SourceFile file) {
        this.file = file;
    }

    /** What a dictionary or an object has by name, else null. */
    static Dictionary members(Pickled value) {
        return switch (value) {
            case Dictionary dictionary -> dictionary;
            case Opaque object -> object.members();
            case null, default -> null;
        };
    }

    Map<String, Object> object(Dictionary dictionary) {
        return object(dictionary, 0);
    }

    private Map<String, Object> object(Dictionary dictionary, int depth) {
        var object = new LinkedHashMap<String, Object>();
        dictionary.members.forEach((key, value) -> {
            if (plain(value, depth)) object.put(key, value(value, depth + 1));
        });
        return object;
    }

    private boolean plain(Pickled value, int depth) {
        return switch (value) {
            case Text _, Whole _, Flag _, Nothing _ -> true;
            case Real(double number) -> Double.isFinite(number);
            case Sequence _, Dictionary _, Opaque _ -> depth < DEEPEST;
            default -> false;
        };
    }

    private Object value(Pickled value, int depth) {
        if (++values > MOST) throw file.bad("the settings beside its tensors are more than " + MOST + " values; fetch it again");
        return switch (value) {
            case Text(String text) -> text;
            case Whole(long whole) -> whole;
            case Real(double number) -> number;
            case Flag(boolean flag) -> flag;
            case Sequence list -> list(list, depth);
            case Dictionary _, Opaque _ -> object(members(value), depth);
            default -> null;
        };
    }

    private List<Object> list(Sequence sequence, int depth) {
        var list = new ArrayList<Object>();
        for (Pickled element : sequence.elements) if (plain(element, depth)) list.add(value(element, depth + 1));
        return list;
    }
}
