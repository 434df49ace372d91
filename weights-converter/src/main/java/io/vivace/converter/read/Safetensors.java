package io.vivace.converter.read;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads safetensors: 8 bytes header length, a JSON table, the data. Nothing may overlap, leave a hole or stay outside.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class Safetensors {
    private static final int PRELUDE = 8;
    /** The format allows 100 MB; the largest public header has some MB, and a tree of it is held in memory. */
    private static final int MOST_HEADER = 25_000_000;
    private static final int MOST_TENSORS = 200_000;
    private static final int MOST_DIMS = 8;

    private record Range(String name, long begin, long end) { }

    private Safetensors() { }

    static Map<String, SourceTensor> read(SourceFile file) {
        if (file.size() < PRELUDE + 2) {
            throw file.bad("has " + file.size() + " bytes, too few for a safetensors header; the download is incomplete, fetch it again");
        }
        long length = file.buffer(0, PRELUDE).getLong();
        if (length < 2 || length > MOST_HEADER) {
            throw file.bad("byte 0 claims a header of " + Long.toUnsignedString(length) + " bytes, 2 to " + MOST_HEADER
                    + " are allowed; it is no safetensors file or damaged, fetch it again");
        }
        if (length > file.size() - PRELUDE) {
            throw file.bad("byte 0 claims a header of " + length + " bytes, but the file has " + file.size()
                    + "; the download is incomplete, fetch it again");
        }
        byte[] json = file.bytes(PRELUDE, (int) length);
        if (json[0] != '{') {
            throw file.bad("the header does not begin with { at byte 8; it is no safetensors file, fetch it again");
        }
        ObjectNode header = JsonReader.read(file.path().toString(), json);
        return tensors(file, header, PRELUDE + length);
    }

    private static Map<String, SourceTensor> tensors(SourceFile file, ObjectNode header, long dataStart) {
        if (header.members().size() > MOST_TENSORS) {
            throw file.bad("the header lists " + header.members().size() + " tensors, at most " + MOST_TENSORS
                    + " are allowed; fetch it again");
        }
        var tensors = new LinkedHashMap<String, SourceTensor>();
        var ranges = new ArrayList<Range>();
        header.members().forEach((name, value) -> {
            if (name.equals("__metadata__")) {
                checkMetadata(header);
            } else {
                tensors.put(name, tensor(file, name, header.object(name), dataStart, ranges));
            }
        });
        checkCover(file, ranges, file.size() - dataStart);
        return tensors;
    }

    private static void checkMetadata(ObjectNode header) {
        ObjectNode metadata = header.object("__metadata__");
        metadata.members().keySet().forEach(metadata::text);
    }

    private static SourceTensor tensor(SourceFile file, String name, ObjectNode row, long dataStart, List<Range> ranges) {
        for (String key : row.members().keySet()) {
            if (!key.equals("dtype") && !key.equals("shape") && !key.equals("data_offsets")) {
                throw bad(file, name, "has the unknown member \"" + key + "\"");
            }
        }
        ElementType type = type(file, name, row.text("dtype"));
        int[] dims = row.array("shape").integers(0, Integer.MAX_VALUE);
        if (dims.length > MOST_DIMS) {
            throw bad(file, name, "has " + dims.length + " dimensions, at most " + MOST_DIMS + " are allowed");
        }
        List<Json> offsets = row.array("data_offsets").elements();
        if (offsets.size() != 2) {
            throw bad(file, name, "has " + offsets.size() + " data_offsets where 2 are needed");
        }
        long begin = offsets.get(0).whole(0, Long.MAX_VALUE);
        long end = offsets.get(1).whole(0, Long.MAX_VALUE);
        if (begin > end) {
            throw bad(file, name, "begins at offset " + begin + " and ends before it, at " + end);
        }
        if (end > file.size() - dataStart) {
            throw file.bad("tensor \"" + name + "\" ends at offset " + end + " of the data, which has " + (file.size() - dataStart)
                    + " bytes; the download is incomplete, fetch it again");
        }
        if (bytes(file, name, type, dims) != end - begin) {
            throw bad(file, name, "spans " + (end - begin) + " bytes, but " + type + " " + Arrays.toString(dims) + " needs "
                    + bytes(file, name, type, dims));
        }
        ranges.add(new Range(name, begin, end));
        return SourceTensor.dense(name, type, dims, file, dataStart + begin);
    }

    private static long bytes(SourceFile file, String name, ElementType type, int[] dims) {
        try {
            return Math.multiplyExact(SourceTensor.elements(dims), (long) type.bytes());
        } catch (ArithmeticException e) {
            throw bad(file, name, "has shape " + Arrays.toString(dims) + ", more than 2^63 bytes");
        }
    }

    private static ElementType type(SourceFile file, String name, String text) {
        for (ElementType type : ElementType.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw file.bad("tensor \"" + name + "\" has the dtype \"" + text + "\", which is not supported; save the checkpoint as F32, F16 "
                + "or BF16");
    }

    private static void checkCover(SourceFile file, List<Range> ranges, long dataLength) {
        ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
        long end = 0;
        for (Range range : ranges) {
            if (range.begin < end) {
                throw bad(file, range.name, "begins at offset " + range.begin + ", inside another tensor, which ends at " + end);
            }
            if (range.begin > end) {
                throw bad(file, range.name, "begins at offset " + range.begin + ", and bytes " + end + " to " + range.begin
                        + " belong to no tensor");
            }
            end = range.end;
        }
        if (end != dataLength) {
            throw file.bad("the tensors end at offset " + end + " of the data, which goes on to " + dataLength
                    + "; the file is damaged, fetch it again");
        }
    }

    private static BadCheckpoint bad(SourceFile file, String name, String what) {
        return file.bad("tensor \"" + name + "\" " + what + "; the file is damaged, fetch it again");
    }
}
