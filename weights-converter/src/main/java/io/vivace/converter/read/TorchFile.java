package io.vivace.converter.read;

import io.vivace.converter.read.Pickled.Dictionary;
import io.vivace.converter.read.Pickled.Sequence;
import io.vivace.converter.read.Pickled.Storage;
import io.vivace.converter.read.Pickled.Tensor;
import io.vivace.converter.read.Pickled.Text;
import io.vivace.converter.read.Pickled.Whole;
import io.vivace.weights.Json;
import io.vivace.weights.Json.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What torch.save wrote: a zip of a pickle and one entry a storage, or (before PyTorch 1.6) five pickles followed by the
 * storages.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">torch.serialization</a>
 */
public final class TorchFile {
    private static final int MOST_PICKLE = 64 << 20;
    private static final int LEGACY_PROTOCOL = 1001;
    /** How a pickle of the legacy format's magic number begins: PROTO 2, LONG1 of ten bytes. */
    private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a,
        (byte) 0xa8, 0x50, 0x19, '.'};

    private final SourceFile file;
    private final Dictionary root;
    private final Map<String, Long> storages;

    private TorchFile(SourceFile file, Pickled root, Map<String, Long> storages) {
        this.file = file;
        this.storages = storages;
        if (!(root instanceof Dictionary dictionary)) {
            throw file.bad("the pickle holds no dictionary of tensors; save the model's state_dict()");
        }
        this.root = dictionary;
    }

    static TorchFile read(SourceFile file) {
        if (StoredZip.matches(file)) {
            return readZip(file);
        }
        if (file.size() > LEGACY.length && java.util.Arrays.equals(file.bytes(0, LEGACY.length), LEGACY)) {
            return readLegacy(file);
        }
        throw file.bad("is neither a zip nor a legacy file of torch.save (byte 0); fetch it again");
    }

    private static TorchFile readZip(SourceFile file) {
        Map<String, StoredZip.Entry> entries = StoredZip.entries(file);
        String pickle = entries.keySet().stream().filter(name -> name.matches("[^/]+/data\\.pkl")).findFirst()
                .orElseThrow(() -> file.bad("the zip holds no data.pkl; it was not written by torch.save"));
        String top = pickle.substring(0, pickle.indexOf('/') + 1);
        if (entries.keySet().stream().anyMatch(name -> !name.startsWith(top)) || entries.containsKey(top + "constants.pkl")) {
            throw file.bad("the zip holds more than one archive or a TorchScript program; save the model's state_dict()");
        }
        StoredZip.Entry order = entries.get(top + "byteorder");
        if (order != null && !new String(StoredZip.content(file, order, 16), StandardCharsets.US_ASCII).equals("little")) {
            throw file.bad("the tensors are not little endian; save the file on an ordinary machine");
        }
        StoredZip.Entry entry = entries.get(pickle);
        StoredZip.content(file, entry, MOST_PICKLE);
        var storages = new HashMap<String, Long>();
        entries.forEach((name, e) -> {
            if (name.startsWith(top + "data/")) {
                storages.put(name.substring(top.length() + 5) + ":" + e.size(), e.position());
            }
        });
        return new TorchFile(file, new PickleMachine(new PickleBytes(file, entry.position(), entry.position() + entry.size())).run(),
                storages);
    }

    private static TorchFile readLegacy(SourceFile file) {
        var in = new PickleBytes(file, LEGACY.length, file.size());
        if (!(new PickleMachine(in).run() instanceof Whole protocol) || protocol.value() != LEGACY_PROTOCOL) {
            throw in.bad("is of another legacy protocol than " + LEGACY_PROTOCOL);
        }
        if (!(new PickleMachine(in).run() instanceof Dictionary system)
                || system.get("little_endian") instanceof Pickled.Flag(boolean little) && !little) {
            throw file.bad("the tensors are not little endian; save the file on an ordinary machine");
        }
        var machine = new PickleMachine(in);
        Pickled root = machine.run();
        if (!(new PickleMachine(in).run() instanceof Sequence keys)) {
            throw in.bad("lists no storages");
        }
        return new TorchFile(file, root, legacyStorages(file, in.position(), keys, sizes(root)));
    }

    /** Bytes an element of every storage that the tensors refer to: the legacy format does not repeat it beside the data. */
    private static Map<String, Integer> sizes(Pickled root) {
        var sizes = new HashMap<String, Integer>();
        if (root instanceof Dictionary top) {
            collect(top, sizes);
            top.members.values().forEach(value -> {
                if (value instanceof Dictionary inner) {
                    collect(inner, sizes);
                }
            });
        }
        return sizes;
    }

    private static void collect(Dictionary dictionary, Map<String, Integer> sizes) {
        dictionary.members.values().forEach(value -> {
            if (value instanceof Tensor tensor) {
                sizes.put(tensor.storage().key(), tensor.storage().type().bytes());
            }
        });
    }

    private static Map<String, Long> legacyStorages(SourceFile file, long at, Sequence keys, Map<String, Integer> sizes) {
        var storages = new HashMap<String, Long>();
        for (Pickled key : keys.elements) {
            if (!(key instanceof Text(String name)) || !sizes.containsKey(name)) {
                throw file.bad("the legacy file holds a storage that belongs to no tensor at the top or one level below; save the "
                        + "model's state_dict()");
            }
            if (file.size() - at < 8) {
                throw file.bad("ends at byte " + file.size() + " before the storage \"" + name
                        + "\"; the download is incomplete, fetch it again");
            }
            long elements = file.buffer(at, 8).getLong();
            at += 8;
            if (elements < 0 || elements > (file.size() - at) / sizes.get(name)) {
                throw file.bad("byte " + (at - 8) + " claims a storage of " + elements + " elements, but the file has " + file.size()
                        + " bytes; the download is incomplete, fetch it again");
            }
            if (storages.put(name + ":" + elements * sizes.get(name), at) != null) {
                throw file.bad("the legacy file holds the storage \"" + name + "\" twice; fetch it again");
            }
            at += elements * sizes.get(name);
        }
        if (at != file.size()) {
            throw file.bad("goes on after its last storage, which ends at byte " + at + "; fetch it again");
        }
        return storages;
    }

    /** The text at a key of the top dictionary, or null. */
    public String text(String key) {
        return root.get(key) instanceof Text(String value) ? value : null;
    }

    public boolean has(String key) {
        return root.get(key) != null;
    }

    /** The plain values of the dictionary or object at a path of keys, as {@link PickledJson} has them; null if there is none. */
    public ObjectNode object(String... path) {
        Pickled at = root;
        for (String key : path) {
            Dictionary members = PickledJson.members(at);
            at = members == null ? null : members.get(key);
        }
        Dictionary found = PickledJson.members(at);
        return found == null ? null : Json.of(file.path() + ": " + String.join(".", path), new PickledJson(file).object(found));
    }

    /** The tensors of the dictionary at a key of the top one, or of the top one itself for null. */
    Map<String, SourceTensor> tensors(String key) {
        Dictionary dictionary = root;
        if (key != null) {
            if (!(root.get(key) instanceof Dictionary inner)) {
                throw file.bad("the pickle holds no dictionary \"" + key + "\"; the file is of another kind, fetch it again");
            }
            dictionary = inner;
        }
        var tensors = new LinkedHashMap<String, SourceTensor>();
        dictionary.members.forEach((name, value) -> {
            if (value instanceof Tensor tensor) {
                tensors.put(name, tensor(name, tensor));
            }
        });
        return tensors;
    }

    private SourceTensor tensor(String name, Tensor tensor) {
        Storage storage = tensor.storage();
        long bytes;
        try {
            bytes = Math.multiplyExact(storage.elements(), (long) storage.type().bytes());
        } catch (ArithmeticException e) {
            bytes = -1;
        }
        Long position = storages.get(storage.key() + ":" + bytes);
        if (position == null) {
            throw file.bad("tensor \"" + name + "\" lies in storage \"" + storage.key() + "\" of " + storage.elements() + " "
                    + storage.type()
                    + ", which the file does not hold in that size; fetch it again");
        }
        return new SourceTensor(name, storage.type(), tensor.dims(), tensor.strides(), file, position
                + tensor.offset() * storage.type().bytes());
    }
}
