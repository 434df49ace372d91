package io.vivace.model.melody;

import io.vivace.graph.Graph;
import io.vivace.model.RandomWeights;
import io.vivace.model.melody.LmGraph.Layout;
import io.vivace.weights.Json;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.StoredTensor.Storage;
import io.vivace.weights.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Language models of a few thousand weights. */
record TinyLm(MelodyConfig config, Weights weights) {

    /** Random sizes and weights; matrices are stored so. */
    static TinyLm random(Random random, Storage storage) {
        int heads = 1 + random.nextInt(3), hidden = heads * 2 * (4 + random.nextInt(14)), tokens = 5 + random.nextInt(40);
        MelodyConfig config = config(new int[] {1 + random.nextInt(5), 3 + random.nextInt(20)},
                new int[] {tokens, 6 + random.nextInt(30), 1 + random.nextInt(5), 1 + random.nextInt(6)},
                new int[] {hidden, 8 + random.nextInt(60), random.nextInt(4), heads, random.nextInt(4)});
        return new TinyLm(config, stored(config, random.nextLong(), storage));
    }

    private static Weights stored(MelodyConfig config, long seed, Storage storage) {
        Graph graph = new LmGraph(config, new Layout(1, 8)).step(1, 1, config.lm().headsAhead());
        Weights floats = new RandomWeights(seed, "embedding").add(graph).weights();
        var weights = new MemoryWeights();
        for (String name : floats.names()) {
            int[] dims = floats.get(name).dims();
            if (dims.length == 1) weights.vector(name, floats.get(name).floats());
            else if (name.endsWith("embedding")) weights.table(name, Storage.FLOAT32, dims, floats.get(name).floats());
            else weights.matrix(name, storage, dims[0], dims[1], floats.get(name).floats());
        }
        return weights;
    }

    /**
     * A model without layers whose likeliest next token is {@code (3·token + 1) mod tokens}; its further heads are right, too.
     *
     * @param heads further heads
     */
    static TinyLm loop(int tokens, int heads) {
        int hidden = tokens + tokens % 2;
        MelodyConfig config = config(new int[] {2, 4}, new int[] {tokens, 50, 3, 4}, new int[] {hidden, 8, 0, 1, heads});
        var table = new float[config.vocabulary() * hidden];
        for (int i = 0; i < config.vocabulary(); i++) table[i * hidden + i % tokens] = 1;
        var ones = new float[hidden];
        Arrays.fill(ones, 1);
        var weights = new MemoryWeights().table("lm.embedding", Storage.FLOAT32, new int[] {config.vocabulary(), hidden}, table).vector("lm.norm", ones);
        for (int ahead = 0; ahead <= heads; ahead++) {
            var matrix = new float[tokens * hidden];
            for (int i = 0; i < tokens; i++) {
                int next = i;
                for (int k = 0; k <= ahead; k++) next = (3 * next + 1) % tokens;
                matrix[next * hidden + i] = 1;
            }
            weights.matrix(ahead == 0 ? "lm.head" : "lm.heads_ahead." + (ahead - 1), Storage.FLOAT32, tokens, hidden, matrix);
        }
        return new TinyLm(config, weights);
    }

    /**
     * @param prompt   levels and size of the codebooks
     * @param semantic tokens, window, frames a token, chunks
     * @param lm       hidden, feed-forward, layers, heads, heads ahead
     */
    static MelodyConfig config(int[] prompt, int[] semantic, int[] lm) {
        return MelodyConfig.of(Json.of("tiny", Map.of("prompt", Map.of("levels", prompt[0], "codebook_size", prompt[1]),
                "semantic", Map.of("tokens", semantic[0], "window", semantic[1], "frames_per_token", semantic[2], "chunks", semantic[3]),
                "lm", Map.of("hidden_size", lm[0], "intermediate_size", lm[1], "num_hidden_layers", lm[2], "num_attention_heads", lm[3],
                        "heads_ahead", lm[4], "rms_norm_eps", 1e-6, "rope_theta", 10000.0, "max_position_embeddings", 512))));
    }

    int[][] prompts(Random random, int batch) {
        var prompts = new int[batch][config.prompt().levels()];
        for (int[] row : prompts) for (int i = 0; i < row.length; i++) row[i] = random.nextInt(config.prompt().size());
        return prompts;
    }
}
