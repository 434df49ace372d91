package io.vivace.model.musicgen;

import io.vivace.Stage;
import io.vivace.graph.Shape;
import io.vivace.graph.Tensor;
import io.vivace.model.Run;
import io.vivace.model.t5.T5Encoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The text states of a batch. Each prompt goes through the encoder alone, at its own length, and once however often it occurs: so its
 * states do not depend on its neighbours.
 *
 * @param states [batch, tokens, text width], zero beyond each prompt
 * @param mask   int32 [batch, tokens]
 */
record TextStates(Tensor states, Tensor mask) {

    static TextStates of(List<Job> jobs, int tokens, int width, T5Encoder encoder, Run run) {
        var states = new float[jobs.size() * tokens * width];
        var mask = new int[jobs.size() * tokens];
        Map<List<Integer>, Tensor> known = new HashMap<>();
        for (int b = 0; b < jobs.size(); b++) {
            int[] ids = jobs.get(b).ids();
            if (jobs.get(b).request().prompt().isEmpty()) continue;
            Tensor own = known.computeIfAbsent(Arrays.stream(ids).boxed().toList(),
                    key -> run.pass(Stage.TEXT, () -> encode(encoder, ids)));
            System.arraycopy(own.floats(), 0, states, b * tokens * width, own.floats().length);
            Arrays.fill(mask, b * tokens, b * tokens + ids.length, 1);
        }
        return new TextStates(Tensor.of(Shape.of(jobs.size(), tokens, width), states), Tensor.of(Shape.of(jobs.size(), tokens), mask));
    }

    private static Tensor encode(T5Encoder encoder, int[] ids) {
        var all = new int[ids.length];
        Arrays.fill(all, 1);
        return encoder.encode(new int[][] {ids}, new int[][] {all});
    }
}
