package io.vivace.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reference tensors of a case under the repository's golden folder: float32 in a safetensors file. */
record Golden(Map<String, Tensor> tensors) {

    /** Row-major elements. */
    record Tensor(int[] dims, float[] values) {
        float[] row(int... index) {
            int offset = 0;
            for (int i = 0; i < index.length; i++) offset = offset * dims[i] + index[i];
            int length = 1;
            for (int i = index.length; i < dims.length; i++) length *= dims[i];
            return Arrays.copyOfRange(values, offset * length, (offset + 1) * length);
        }
    }

    static Path folder(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("golden").resolve(name);
            if (Files.isDirectory(folder)) return folder;
        }
        throw new AssertionError("golden/" + name + " is neither here nor above");
    }

    static Golden read(String name) {
        try {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder(name).resolve("io.safetensors"))).order(ByteOrder.LITTLE_ENDIAN);
            int header = Math.toIntExact(file.getLong(0));
            return new Golden(tensors(new String(file.array(), 8, header, StandardCharsets.UTF_8), file, 8 + header));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Tensor> tensors(String header, ByteBuffer file, int data) {
        var tensors = new TreeMap<String, Tensor>();
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), header)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                var numbers = new TreeMap<String, List<Integer>>();
                json.nextToken();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) numbers.put(json.currentName(), numbers(json));
                if (!name.equals("__metadata__")) tensors.put(name, tensor(numbers, file, data));
            }
        }
        return tensors;
    }

    private static List<Integer> numbers(JsonParser json) {
        var numbers = new ArrayList<Integer>();
        if (json.nextToken() != JsonToken.START_ARRAY) return numbers;
        while (json.nextToken() != JsonToken.END_ARRAY) numbers.add(json.getIntValue());
        return numbers;
    }

    private static Tensor tensor(Map<String, List<Integer>> entry, ByteBuffer file, int data) {
        int from = entry.get("data_offsets").get(0);
        int to = entry.get("data_offsets").get(1);
        var values = new float[(to - from) / 4];
        file.slice(data + from, to - from).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new Tensor(entry.get("shape").stream().mapToInt(i -> i).toArray(), values);
    }

    /** ‖actual - expected‖ / ‖expected‖. */
    static double relativeError(float[] expected, float[] actual) {
        if (expected.length != actual.length) throw new AssertionError(actual.length + " values instead of " + expected.length);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
    }
}
