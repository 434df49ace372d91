package io.vivace.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vivace.BadCheckpoint;
import io.vivace.ModelMissing;
import io.vivace.converter.ConversionRequest.Dtype;
import io.vivace.converter.read.Checkpoint;
import io.vivace.converter.read.Checkpoints;
import io.vivace.weights.ModelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checkpoints in several files. */
class ShardsTest extends Conversions {
    @Test
    void shardsConvertToTheSameTensorsAndAMissingOneIsNamed() throws IOException {
        Path checkpoint = copy("text", "bert");
        convert(checkpoint, folder.resolve("whole.viv"), Dtype.F32);
        Path shards = split(checkpoint);
        convert(shards, folder.resolve("shards.viv"), Dtype.F32);
        try (ModelFile whole = ModelFile.open(folder.resolve("whole.viv")); ModelFile parts =
                ModelFile.open(folder.resolve("shards.viv"))) {
            for (String name : whole.names()) {
                assertArrayEquals(whole.floats(name), parts.floats(name), name);
            }
        }
        Files.delete(shards.resolve("model-00002-of-00002.safetensors"));
        assertTrue(refusal(ModelMissing.class, shards).contains("needs the shard model-00002-of-00002.safetensors"));
        Path index = shards.resolve("model.safetensors.index.json");
        Files.writeString(index, Files.readString(index).replace("model-00002-of-00002.safetensors", "../../etc/passwd"));
        assertTrue(refusal(BadCheckpoint.class, shards).contains("no plain file name"));
    }

    /** Writes each half of a safetensors file's tensors to a file of its own, with an index. */
    private static Path split(Path checkpoint) throws IOException {
        var map = new StringBuilder();
        try (Checkpoint c = Checkpoints.open(checkpoint)) {
            List<String> names = List.copyOf(c.tensors().keySet());
            for (int part = 0; part < 2; part++) {
                String shard = "model-0000" + (part + 1) + "-of-00002.safetensors";
                var header = new StringBuilder();
                ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
                for (String name : names.subList(part * names.size() / 2, (part + 1) * names.size() / 2)) {
                    int begin = data.position();
                    for (float value : c.tensors().get(name).floats()) {
                        data.putFloat(value);
                    }
                    header.append(header.isEmpty() ? "{" : ",").append('"').append(name).append("\":{\"dtype\":\"F32\",\"shape\":")
                            .append(java.util.Arrays.toString(c.tensors().get(name).dims())).append(",\"data_offsets\":[").append(begin).append(',')
                            .append(data.position()).append("]}");
                    map.append(map.isEmpty() ? "{" : ",").append('"').append(name).append("\":\"").append(shard).append('"');
                }
                byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
                ByteBuffer file = ByteBuffer.allocate(8 + json.length
                        + data.position()).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
                Files.write(checkpoint.resolve(shard), file.put(data.flip()).array());
            }
        }
        Files.delete(checkpoint.resolve("model.safetensors"));
        Files.writeString(checkpoint.resolve("model.safetensors.index.json"), "{\"metadata\":{},\"weight_map\":" + map + "}}");
        return checkpoint;
    }
}
