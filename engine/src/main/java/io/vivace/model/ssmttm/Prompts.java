package io.vivace.model.ssmttm;

import io.vivace.Stage;
import io.vivace.backend.Backend;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.ssmttm.PromptPass.Prompted;
import io.vivace.model.t5.T5Encoder;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Texts on their way into the language model: encoded, then taken in by one pass each. Every text goes alone and once, however many rows have it; so its
 * bits do not depend on its neighbours. What the empty prompt left behind is kept, since every guided clip needs it. It depends on how far
 * it was filled up, that is, on the length of the prompt beside it: that of the last length is kept.
 */
final class Prompts implements AutoCloseable {

    /**
     * What tells texts apart.
     *
     * @param tokens  of the text
     * @param longest tokens of the prompt beside it, itself or another
     */
    record Key(List<Integer> tokens, int longest) {
        static Key of(int[] tokens, int longest) {
            return new Key(Arrays.stream(tokens).boxed().toList(), longest);
        }

        int[] ids() {
            return tokens.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private final LmConfig config;
    private final int[] empty;
    private final T5Encoder encoder;
    private final PromptPass pass;
    private Key keptKey;
    private Prompted kept;

    /** @param empty token ids of the empty prompt */
    Prompts(SsmTtmConfig config, int[] empty, Backend backend, Weights weights) {
        this.config = config.lm();
        this.empty = empty;
        encoder = new T5Encoder(config.text(), backend, weights);
        pass = new PromptPass(config.lm(), backend, weights);
    }

    int[] empty() {
        return empty;
    }

    /** What each row goes on from. */
    Prompted[] of(List<Key> rows, Run run) {
        Map<Key, Prompted> known = new HashMap<>();
        if (kept != null) known.put(keptKey, kept);
        Prompted[] all = rows.stream().map(key -> known.computeIfAbsent(key, text -> take(text, run))).toArray(Prompted[]::new);
        for (Key key : new HashSet<>(rows)) {
            if (!isEmpty(key)) continue;
            keptKey = key;
            kept = known.get(key);
        }
        return all;
    }

    /** Texts that batches would have to take in one after the other, from now on. */
    int passes(List<List<Key>> batches) {
        int passes = 0;
        Key held = keptKey;
        for (List<Key> batch : batches) {
            Set<Key> texts = new HashSet<>(batch);
            if (held != null) texts.remove(held);
            passes += texts.size();
            held = batch.stream().filter(this::isEmpty).findFirst().orElse(held);
        }
        return passes;
    }

    private boolean isEmpty(Key key) {
        return Arrays.equals(key.ids(), empty);
    }

    private Prompted take(Key key, Run run) {
        TextRows rows = TextRows.of(key.ids(), key.longest, config);
        Tensor text = run.pass(Stage.TEXT, () -> encoder.encode(new int[][] {rows.ids()}, new int[][] {rows.mask()}));
        return run.pass(Stage.PREFILL, () -> pass.take(text, rows.mask()));
    }

    @Override
    public void close() {
        encoder.close();
        pass.close();
    }
}
