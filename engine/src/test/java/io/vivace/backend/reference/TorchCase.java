package io.vivace.backend.reference;

import io.vivace.graph.Activation;
import io.vivace.graph.Graph;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.graph.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One operation with operands, parameters and the results of PyTorch in double precision, as scripts/torch_cases.py writes it. */
record TorchCase(int line, String op, Map<String, String> parameters, Map<String, Tensor> operands, Map<String, double[]> results) {

    static List<TorchCase> all() {
        List<TorchCase> cases = new ArrayList<>();
        try (var stream = TorchCase.class.getResourceAsStream("torch-cases.txt")) {
            List<String> lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String[] words = lines.get(i).split(" ");
                if (words[0].equals("case")) cases.add(new TorchCase(i + 1, words[1], parameters(words), new LinkedHashMap<>(), new LinkedHashMap<>()));
                else cases.getLast().take(words);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    private static Map<String, String> parameters(String[] words) {
        return Arrays.stream(words, 2, words.length).map(w -> w.split("=")).collect(Collectors.toMap(w -> w[0], w -> w[1]));
    }

    /** "name dtype extents : elements" */
    private void take(String[] words) {
        double[] elements = Arrays.stream(words, 4, words.length).mapToDouble(TorchCase::number).toArray();
        if (words[0].startsWith("=")) {
            results.put(words[0].substring(1), elements);
            return;
        }
        Shape shape = Shape.of(Arrays.stream(words[2].split(",")).mapToInt(Integer::parseInt).toArray());
        float[] floats = new float[elements.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) elements[i];
        operands.put(words[0], words[1].equals("i")
                ? Tensor.of(shape, Arrays.stream(elements).mapToInt(e -> (int) e).toArray()) : Tensor.of(shape, floats));
    }

    private static double number(String word) {
        return word.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(word);
    }

    int integer(String parameter) {
        return Integer.parseInt(parameters.get(parameter));
    }

    double real(String parameter) {
        return Double.parseDouble(parameters.get(parameter));
    }

    boolean flag(String parameter) {
        return parameters.get(parameter).equals("True");
    }

    Activation activation() {
        return Activation.valueOf(parameters.get("activation"));
    }

    /** An operand as an input of the graph, or null where the case has none of that name. */
    Value input(Graph g, String name) {
        Tensor tensor = operands.get(name);
        return tensor == null ? null : g.input(name, tensor.dtype(), tensor.shape().toArray());
    }

    @Override
    public String toString() {
        return op + parameters + " " + operands.keySet() + " (line " + line + ")";
    }
}
