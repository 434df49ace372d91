package io.vivace.weights;

import io.vivace.BadCheckpoint;
import io.vivace.weights.Json.ArrayNode;
import io.vivace.weights.Json.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What stands in a model file before its data: magic, header length, header check sum, a JSON object, zero padding.
 *
 * @param family     which network, for example {@code musicgen}
 * @param config     the family's own config
 * @param licence    of the weights, or null when the checkpoint does not say
 * @param provenance which files, with which digests, converted by what
 * @param tensors    in the order of the data region
 */
public record ModelHeader(String family, ObjectNode config, String licence, ObjectNode provenance, List<TensorEntry> tensors) {
    /** The data region begins at a multiple of this: a page. */
    public static final int DATA_ALIGNMENT = 4096;
    /** Magic, header length, header check sum. */
    static final int PRELUDE = 16;
    static final int MOST_HEADER = 64 << 20;
    private static final byte[] MAGIC = {'V', 'I', 'V', 'A', 'C', 'E', 0, 1};

    public ModelHeader {
        tensors = List.copyOf(tensors);
    }

    /** Everything up to the data region; its length depends on the tensors' names and sizes, not on their check sums. */
    public byte[] bytes() {
        var members = new LinkedHashMap<String, Object>();
        members.put("family", family);
        members.put("config", config);
        members.put("licence", licence);
        members.put("provenance", provenance);
        members.put("tensors", tensors.stream().map(TensorEntry::members).toList());
        byte[] json = JsonWriter.write(Json.of(family, members));
        if (json.length > MOST_HEADER) {
            throw new BadCheckpoint("The model's header needs " + json.length + " bytes, at most " + MOST_HEADER
                    + " are allowed; leave tensors out.");
        }
        ByteBuffer out = ByteBuffer.allocate(dataStart(json.length)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(json.length).putInt(checkSum(json)).put(json);
        return out.array();
    }

    static int dataStart(int headerLength) {
        return Math.ceilDiv(PRELUDE + headerLength, DATA_ALIGNMENT) * DATA_ALIGNMENT;
    }

    private static int checkSum(byte[] json) {
        var crc = new CRC32C();
        crc.update(json);
        return (int) crc.getValue();
    }

    /** The header's length out of the first {@link #PRELUDE} bytes. */
    static int length(String file, ByteBuffer prelude, long fileLength) {
        byte[] magic = new byte[MAGIC.length];
        prelude.get(0, magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new BadCheckpoint(notAModel(file, magic));
        }
        int length = prelude.getInt(8);
        if (length < 2 || length > MOST_HEADER || dataStart(length) > fileLength) {
            throw new BadCheckpoint(file + ": the header claims " + length + " bytes at byte 16, but the file has " + fileLength
                    + "; it is cut short or damaged, copy or convert it again.");
        }
        return length;
    }

    private static String notAModel(String file, byte[] magic) {
        byte[] name = Arrays.copyOf(MAGIC, 7);
        if (Arrays.equals(Arrays.copyOf(magic, 7), name)) {
            return file + " is a Vivace model of format " + magic[7] + ", this version reads format " + MAGIC[7]
                    + "; convert the model again.";
        }
        return file + " is not a Vivace model (it does not begin with VIVACE); make one with `vivace convert`.";
    }

    /** @throws BadCheckpoint if the check sum is wrong, or anything in the header contradicts itself or the file's length */
    static ModelHeader read(String file, byte[] json, int checkSum, long fileLength) {
        if (checkSum(json) != checkSum) {
            throw new BadCheckpoint(file + ": the header's check sum is wrong; the file is damaged, copy or convert it again.");
        }
        ObjectNode tree = JsonReader.read(file, json);
        String licence = tree.has("licence") ? tree.text("licence") : null;
        return new ModelHeader(tree.text("family"), tree.object("config"), licence, tree.object("provenance"),
                tensors(file, tree.array("tensors"), fileLength - dataStart(json.length)));
    }

    /** The table; tensors follow one another with nothing but alignment between them, up to the end of the data. */
    private static List<TensorEntry> tensors(String file, ArrayNode rows, long dataLength) {
        var entries = new ArrayList<TensorEntry>();
        var names = new HashSet<String>();
        long end = 0;
        for (ObjectNode row : rows.objects()) {
            TensorEntry entry = TensorEntry.read(row);
            if (!names.add(entry.name())) {
                throw entry.bad(row, "stands twice in the table");
            }
            if (entry.offset() < end) {
                throw entry.bad(row, "begins at offset " + entry.offset() + ", inside the tensor before it, which ends at " + end);
            }
            if (entry.offset() != TensorEntry.align(end)) {
                throw entry.bad(row, "begins at offset " + entry.offset() + ", but " + TensorEntry.align(end)
                        + " is next after the one before it");
            }
            if (entry.length() > dataLength - entry.offset()) {
                throw entry.bad(row, "needs " + entry.length() + " bytes from offset " + entry.offset()
                        + ", but the file's data region has " + dataLength);
            }
            end = entry.offset() + entry.length();
            entries.add(entry);
        }
        if (end != dataLength) {
            throw new BadCheckpoint(file + ": the tensors end at byte " + end + " of the data region, which has " + dataLength
                    + "; the file is damaged, copy or convert it again.");
        }
        return entries;
    }
}
