package io.vivace.converter.read;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.file.Placeholder;
import io.vivace.weights.Json.ObjectNode;
import io.vivace.weights.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds and opens the tensor files of a checkpoint folder. */
public final class Checkpoints {
    private static final int MOST_JSON = 32 << 20;
    private static final int MOST_SHARDS = 1000;
    private static final List<String> NAMES = List.of("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
            "pytorch_model.bin.index.json");

    private Checkpoints() { }

    /** Opens the tensors of a folder as transformers saves them; safetensors win over pickles. */
    public static Checkpoint open(Path folder) {
        for (String name : NAMES) {
            Path path = folder.resolve(name);
            if (Placeholder.orFile(path)) {
                return name.endsWith(".json") ? openShards(path) : openFile(path);
            }
        }
        throw new ModelMissing("The folder " + folder + " holds none of " + String.join(", ", NAMES) + "; fetch the checkpoint's weights.");
    }

    /** A JSON file of the folder, or null when it is not there. */
    public static ObjectNode json(Path path) {
        return Placeholder.orFile(path) ? JsonReader.read(path.toString(), SourceFile.readAll(path, MOST_JSON)) : null;
    }

    /** Opens one file of any kind that is known. */
    public static Checkpoint openFile(Path path) {
        SourceFile file = SourceFile.open(path);
        try {
            return new Checkpoint(List.of(file), tensors(file));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Map<String, SourceTensor> tensors(SourceFile file) {
        String name = file.name();
        if (name.endsWith(".safetensors")) {
            return Safetensors.read(file);
        }
        if (name.endsWith(".npz")) {
            return Npz.readNpz(file);
        }
        if (Npz.isNpy(file)) {
            String tensor = name.replaceFirst("\\.npy$", "");
            return Map.of(tensor, Npz.readNpy(file, tensor, 0, file.size()));
        }
        TorchFile torch = TorchFile.read(file);
        return torch.tensors(torch.has("state_dict") ? "state_dict" : null);
    }

    /** A torch.save file with its other values; {@code key} names the dictionary with the tensors. */
    public record Opened(TorchFile torch, Checkpoint checkpoint) { }

    /** Opens a torch.save file; there are no tensors in it when it has no dictionary of that name. */
    public static Opened openTorch(Path path, String key) {
        SourceFile file = SourceFile.open(path);
        try {
            TorchFile torch = TorchFile.read(file);
            return new Opened(torch, new Checkpoint(List.of(file), torch.has(key) ? torch.tensors(key) : Map.of()));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Checkpoint openShards(Path index) {
        ObjectNode map = json(index).object("weight_map");
        var shards = new TreeMap<String, Checkpoint>();
        var files = new ArrayList<SourceFile>();
        try {
            for (String tensor : map.members().keySet()) {
                String shard = map.text(tensor);
                if (!shards.containsKey(shard)) {
                    checkShard(index, shard, shards.size());
                    shards.put(shard, openFile(index.resolveSibling(shard)));
                }
            }
            shards.values().forEach(shard -> files.addAll(shard.files()));
            return new Checkpoint(List.copyOf(files), merge(index, map, shards));
        } catch (RuntimeException e) {
            shards.values().forEach(Checkpoint::close);
            throw e;
        }
    }

    private static void checkShard(Path index, String shard, int opened) {
        if (!shard.matches("[\\p{Alnum}_][\\p{Alnum}_.-]{0,200}") || !(shard.endsWith(".safetensors") || shard.endsWith(".bin"))) {
            throw new BadCheckpoint(index + ": weight_map names a shard that is no plain file name; fetch the index from a source you "
                    + "trust.");
        }
        if (opened >= MOST_SHARDS) {
            throw new BadCheckpoint(index + ": weight_map names more than " + MOST_SHARDS + " shards; fetch it again.");
        }
        if (!Files.exists(index.resolveSibling(shard))) {
            throw new ModelMissing(index + " needs the shard " + shard + ", which is not beside it; fetch it.");
        }
    }

    private static Map<String, SourceTensor> merge(Path index, ObjectNode map, Map<String, Checkpoint> shards) {
        var tensors = new LinkedHashMap<String, SourceTensor>();
        shards.forEach((shard, checkpoint) -> checkpoint.tensors().forEach((name, tensor) -> {
            if (!map.has(name) || !map.text(name).equals(shard)) {
                throw tensor.file().bad("tensor \"" + name + "\" lies here, but " + index.getFileName()
                        + " does not say so; fetch all files again");
            }
            tensors.put(name, tensor);
        }));
        for (String name : map.members().keySet()) {
            if (!tensors.containsKey(name)) {
                throw new BadCheckpoint(map.get(name).at() + " is not in " + map.text(name) + "; fetch all files again.");
            }
        }
        return tensors;
    }
}
