package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.StoredTensor.Layout;
import io.vivace.weights.StoredTensor.Storage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A row of a model file's tensor table.
 *
 * @param dims   logical extents, outermost first
 * @param offset bytes from the start of the data region
 * @param length bytes
 * @param crc32c of those bytes
 */
public record TensorEntry(String name, Storage storage, Layout layout, int[] dims, long offset, long length, int crc32c) {
    /** Every tensor begins at a multiple of so many bytes: a cache line, and the widest vector register. */
    public static final int ALIGNMENT = 64;
    private static final int MOST_DIMS = 8;

    /** The first aligned offset that is not below {@code end}. */
    public static long align(long end) {
        return Math.addExact(end, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The entry as it stands in the header; the check sum has a fixed width, so that it can be filled in later. */
    public Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("name", name);
        members.put("storage", storage.name().toLowerCase(Locale.ROOT));
        members.put("layout", layout == Layout.PANELS ? "panels" : "row-major");
        members.put("dims", dims);
        members.put("offset", offset);
        members.put("length", length);
        members.put("crc32c", String.format("%08x", crc32c));
        return members;
    }

    /** @throws BadCheckpoint if a member is missing, or the length is not what storage, layout and dimensions need */
    static TensorEntry read(ObjectNode row) {
        String name = row.text("name");
        var entry = new TensorEntry(name, storage(row), layout(row), row.array("dims").integers(1, Integer.MAX_VALUE),
                row.size("offset"), row.size("length"), checkSum(row));
        if (name.isEmpty() || name.length() > 512) {
            throw new BadCheckpoint(row.at() + ".name has " + name.length() + " characters, 1 to 512 are allowed; "
                    + "convert the model again.");
        }
        if (entry.dims.length > MOST_DIMS) {
            throw entry.bad(row, "has " + entry.dims.length + " dimensions, at most " + MOST_DIMS + " are allowed");
        }
        long needed;
        try {
            needed = StoredTensor.bytes(entry.storage, entry.layout, entry.dims);
        } catch (ArithmeticException e) {
            throw entry.bad(row, "has dimensions " + Arrays.toString(entry.dims) + ", more than 2^63 bytes");
        } catch (IllegalArgumentException e) {
            throw entry.bad(row, "is impossible: " + e.getMessage());
        }
        if (needed != entry.length) {
            throw entry.bad(row, "has length " + entry.length + ", but " + row.text("storage") + " " + Arrays.toString(entry.dims)
                    + " in " + row.text("layout") + " needs " + needed + " bytes");
        }
        return entry;
    }

    BadCheckpoint bad(ObjectNode row, String what) {
        String sentence = row.at().file() + ": tensor \"" + name + "\" " + what + "; convert the model again.";
        return new BadCheckpoint(sentence.replaceAll("\\p{Cntrl}", "?"));
    }

    private static Storage storage(ObjectNode row) {
        String text = row.text("storage");
        for (Storage storage : Storage.values()) {
            if (storage.name().toLowerCase(Locale.ROOT).equals(text)) {
                return storage;
            }
        }
        throw unknown(row, "storage", text);
    }

    private static Layout layout(ObjectNode row) {
        return switch (row.text("layout")) {
            case "panels" -> Layout.PANELS;
            case "row-major" -> Layout.ROW_MAJOR;
            case String text -> throw unknown(row, "layout", text);
        };
    }

    private static int checkSum(ObjectNode row) {
        String text = row.text("crc32c");
        if (!text.matches("[0-9a-f]{8}")) {
            throw unknown(row, "crc32c", text);
        }
        return Integer.parseUnsignedInt(text, 16);
    }

    private static BadCheckpoint unknown(ObjectNode row, String key, String text) {
        return new BadCheckpoint(row.at() + "." + key + " is " + row.get(key).brief()
                + ", which this version does not know; use the version of Vivace that wrote the file, or convert the model again.");
    }
}
