package io.vivace.model.nano;

import io.vivace.BadCheckpoint;
import io.vivace.DeviceFailed;
import io.vivace.Request;
import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.backend.Program;
import io.vivace.graph.MemoryPlan;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.TokenSettings;
import io.vivace.nn.Programs;
import io.vivace.text.Tokenizer;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prompts to sheets. Not safe for use by several threads at once. */
public final class TextReader implements AutoCloseable {
    private static final int PROGRAMS = 4;

    /** Prompts that go together, and the word pieces of each. */
    private record Rows(int batch, int length) {}

    private final NanoConfig config;
    private final Tokenizer tokenizer;
    private final Backend.Session session;
    private final Programs<Rows> programs;
    /** What was read last: a plan reads the prompts that are composed right after. */
    private List<Request> known = List.of();
    private List<Reading> readings = List.of();

    /** @throws BadCheckpoint if the file has no tokenizer, or not the one that belongs to it */
    public TextReader(NanoConfig config, Backend backend, Weights weights) {
        this.config = config;
        if (!weights.names().contains("tokenizer")) {
            throw new BadCheckpoint("The model file has no tokenizer; convert the model again, with vocab.txt in the checkpoint's folder.");
        }
        tokenizer = Tokenizer.of(weights.get("tokenizer").bytes());
        if (tokenizer.size() > config.text().words()) {
            throw new BadCheckpoint("The tokenizer has " + tokenizer.size() + " ids and the text tower " + config.text().words()
                    + "; convert the model again, with the vocab.txt that belongs to it.");
        }
        session = backend.open(weights);
        programs = new Programs<>(session, PROGRAMS, rows -> new TextGraph(config, rows.batch, rows.length).read());
    }

    /**
     * What each prompt means. Every text can be read: unknown words count as such, and what is behind the longest that the model reads is left away. What a
     * text does not state is drawn with the request's seed and sample. One network evaluation, {@link Stage#TEXT}, for all prompts of one length; those of the
     * last reading are not made again, but counted.
     *
     * @throws DeviceFailed if scores are no numbers
     */
    public List<Reading> read(List<Request> requests, Run run) {
        boolean again = requests.equals(known);
        var made = again ? readings.toArray(Reading[]::new) : new Reading[requests.size()];
        byLength(requests).forEach((length, rows) -> run.pass(Stage.TEXT, () -> {
            if (!again) read(requests, rows, length, made);
        }));
        known = List.copyOf(requests);
        return readings = List.of(made);
    }

    private void read(List<Request> requests, List<Integer> rows, int length, Reading[] into) {
        Program program = programs.get(new Rows(rows.size(), length));
        program.set(TextGraph.IDS, ids(requests, rows, length));
        program.set(TextGraph.KEYS, TokenSettings.of(rows.stream().map(requests::get).toList()).keys());
        Tensor[] read = read(program);
        for (int i = 0; i < rows.size(); i++) into[rows.get(i)] = reading(requests.get(rows.get(i)).prompt(), read[0].ints(), read[1].ints(), i);
    }

    private static Tensor[] read(Program program) {
        try {
            program.run();
            return new Tensor[] {program.get(TextGraph.FIELDS), program.get(TextGraph.STATED)};
        } catch (ArithmeticException e) {
            throw new DeviceFailed("The text tower's scores are no finite numbers; convert the checkpoint again with --dtype f32, and train it again if that "
                    + "does not help.", e);
        }
    }

    private static Reading reading(String prompt, int[] fields, int[] stated, int row) {
        int count = Sheet.FIELDS.size();
        var said = new boolean[count];
        for (int i = 0; i < count; i++) said[i] = stated[row * count + i] != 0;
        return Reading.of(prompt, new Sheet(Arrays.copyOfRange(fields, row * count, (row + 1) * count)), said);
    }

    private int[] ids(String prompt) {
        return ids(tokenizer, config, prompt);
    }

    /** Word pieces of a prompt, no more than the model reads. */
    static int[] ids(Tokenizer tokenizer, NanoConfig config, String prompt) {
        int[] ids = tokenizer.encode(prompt);
        return Arrays.copyOf(ids, Math.min(ids.length, config.text().length()));
    }

    private Tensor ids(List<Request> requests, List<Integer> rows, int length) {
        int[] all = rows.stream().flatMapToInt(row -> Arrays.stream(ids(requests.get(row).prompt()))).toArray();
        return Tensor.of(Shape.of(rows.size(), length), all);
    }

    /** Numbers of the requests, by the word pieces that they have. */
    private Map<Integer, List<Integer>> byLength(List<Request> requests) {
        return IntStream.range(0, requests.size()).boxed().collect(Collectors.groupingBy(i -> ids(requests.get(i).prompt()).length, TreeMap::new,
                Collectors.toList()));
    }

    /** Network evaluations that {@link #read} takes. */
    public long passes(List<Request> requests) {
        return byLength(requests).size();
    }

    /** Bytes of the programs that {@link #read} takes, beside the weights. */
    public long bytes(List<Request> requests) {
        return byLength(requests).entrySet().stream()
                .mapToLong(e -> MemoryPlan.of(new TextGraph(config, e.getValue().size(), e.getKey()).read()).bytes()).sum();
    }

    @Override
    public void close() {
        session.close();
    }
}
