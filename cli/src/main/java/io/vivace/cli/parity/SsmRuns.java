package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.ssm.MambaConfig;
import io.vivace.model.ssm.MambaLm;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What cases of state-space models compute. */
final class SsmRuns {
    /** Frames of a pass: less than a case has, and no divisor of it. */
    private static final int CHUNK = 16;

    private final MambaLm lm;
    private final Map<String, Values> results = new HashMap<>();

    private SsmRuns(MambaLm lm) {
        this.lm = lm;
    }

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test)) {
            return switch (model.file().family()) {
                case "mamba" -> {
                    MambaConfig config = MambaConfig.of(model.file().config().object("lm"));
                    int rows = in.get(test.kind().equals("block") ? "in.hidden" : "in.input_ids").dims()[0];
                    try (var lm = new MambaLm(config, backend, model.file(), rows)) {
                        yield new SsmRuns(lm).run(test, in, config.layers());
                    }
                }
                case "ssm-ttm" -> SsmTtmRuns.run(test, in, model.file(), backend);
                case String family -> throw new Unsupported("state-space models of the family " + family);
            };
        }
    }

    private Map<String, Values> run(Case test, CaseTensors in, int layers) {
        switch (test.kind()) {
            case "block" -> block(in.tensor("in.hidden"), test.params().integer("prefill", 1, 1 << 20));
            case "lm-logits" -> logits(in.matrix("in.input_ids"), layers);
            case "lm-generate" -> generate(in, test.params().integer("new_tokens", 1, 1 << 20), layers);
            default -> throw new Unsupported("cases of kind " + test.kind());
        }
        return results;
    }

    /** A layer over all frames at once, and as a prefill followed by single frames. */
    private void block(Tensor hidden, int prefill) {
        Tensor whole = lm.layer(hidden);
        results.put("out.hidden", Values.of(whole));
        results.put("mid.mixer", Values.of(difference(whole, hidden)));
        lm.reset();
        int frames = hidden.shape().at(1);
        var steps = new float[hidden.floats().length];
        int at = prefill == 1 ? 0 : put(lm.layer(part(hidden, 0, prefill - 1)), steps, frames, 0);
        while (at < frames) {
            Tensor before = at == 0 ? null : lm.window(0);
            at = put(lm.layer(part(hidden, at, at + 1)), steps, frames, at);
            if (at == prefill) states("mid.prefill_", "", before, 0);
            if (at == frames) states("out.", "", before, 0);
        }
        results.put("out.steps", new Values(hidden.shape().toArray(), steps, null));
    }

    private void logits(int[][] ids, int layers) {
        int frames = ids[0].length;
        MambaLm.Outcome all = lm.next(ids, frames);
        results.put("out.logits", Values.of(all.logits()));
        results.put("mid.last_hidden", Values.of(all.hidden()));
        lm.reset();
        Tensor chunked = lm.next(columns(ids, 0, frames - 1), CHUNK).logits();
        Tensor[] before = windows(layers);
        Tensor last = lm.next(columns(ids, frames - 1, frames), 1).logits();
        for (int i = 0; i < layers; i++) states("mid.", "_" + i, before[i], i);
        results.put("out.logits chunked", Values.of(joined(chunked, last)));
    }

    private void generate(CaseTensors in, int count, int layers) {
        int[][] prompt = in.matrix("in.input_ids");
        Tensor logits = lm.next(prompt, CHUNK).logits();
        results.put("mid.prompt_logits", Values.of(lastOf(logits)));
        int[][] drawn = lm.likeliest(logits, count);
        results.put("out.tokens", Values.of((Object) drawn));
        lm.reset();
        var all = new int[prompt.length][];
        for (int row = 0; row < all.length; row++) {
            all[row] = Arrays.copyOf(prompt[row], prompt[row].length + count);
            System.arraycopy(drawn[row], 0, all[row], prompt[row].length, count);
        }
        int frames = all[0].length;
        Tensor start = lm.next(columns(all, 0, frames - 1), CHUNK).logits();
        Tensor[] before = windows(layers);
        results.put("mid.logits", Values.of(joined(start, lm.next(columns(all, frames - 1, frames), 1).logits())));
        for (int i = 0; i < layers; i++) states("mid.", "_" + i, before[i], i);
    }

    private Tensor[] windows(int layers) {
        var windows = new Tensor[layers];
        Arrays.setAll(windows, lm::window);
        return windows;
    }

    /**
     * The states behind the last frame. The original remembers one frame more than a convolution needs: it is the oldest of those before the last
     * frame came, or 0 where there were none.
     */
    private void states(String prefix, String suffix, Tensor before, int layer) {
        Tensor window = lm.window(layer);
        int rows = window.shape().at(0), kept = window.shape().at(1), channels = window.shape().at(2);
        var columns = new float[rows * channels * (kept + 1)];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                int at = (row * channels + c) * (kept + 1);
                if (before != null) columns[at] = before.floats()[row * kept * channels + c];
                for (int j = 0; j < kept; j++) columns[at + 1 + j] = window.floats()[(row * kept + j) * channels + c];
            }
        }
        results.put(prefix + "conv_state" + suffix, new Values(new int[] {rows, channels, kept + 1}, columns, null));
        results.put(prefix + "ssm_state" + suffix, Values.of(lm.state(layer)));
    }

    private static int put(Tensor piece, float[] all, int frames, int at) {
        int count = piece.shape().at(1), width = piece.shape().at(2);
        for (int row = 0; row < piece.shape().at(0); row++) {
            System.arraycopy(piece.floats(), row * count * width, all, (row * frames + at) * width, count * width);
        }
        return at + count;
    }

    private static Tensor part(Tensor x, int from, int to) {
        int rows = x.shape().at(0), frames = x.shape().at(1), width = x.shape().at(2);
        var part = new float[rows * (to - from) * width];
        for (int row = 0; row < rows; row++) System.arraycopy(x.floats(), (row * frames + from) * width, part, row * (to - from) * width, (to - from) * width);
        return Tensor.of(Shape.of(rows, to - from, width), part);
    }

    private static Tensor joined(Tensor a, Tensor b) {
        int frames = a.shape().at(1) + b.shape().at(1);
        var all = new float[a.floats().length + b.floats().length];
        put(b, all, frames, put(a, all, frames, 0));
        return Tensor.of(a.shape().with(1, frames), all);
    }

    private static Tensor lastOf(Tensor logits) {
        Tensor last = part(logits, logits.shape().at(1) - 1, logits.shape().at(1));
        return Tensor.of(Shape.of(last.shape().at(0), last.shape().at(2)), last.floats());
    }

    private static Tensor difference(Tensor a, Tensor b) {
        float[] all = a.floats().clone();
        for (int i = 0; i < all.length; i++) all[i] -= b.floats()[i];
        return Tensor.of(a.shape(), all);
    }

    private static int[][] columns(int[][] ids, int from, int to) {
        return Arrays.stream(ids).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
    }
}
