package io.vivace.model.nano;

import io.vivace.graph.Graph;
import io.vivace.model.RandomWeights;
import io.vivace.weights.JsonReader;
import io.vivace.weights.MemoryWeights;
import io.vivace.weights.Weights;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A small model of random numbers: windows of four segments of 5 latent frames, of which the first is the last of the window before. */
final class TinyNano {
    static final String JSON = """
            {"fields": [2, 2, 12, 121, 3, 5, 5, 5, 5, 5], "codes": [8, 96],
             "keys": ["C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B"], "modes": ["major", "minor"],
             "energies": ["calm", "medium", "energetic"],
             "styles": [{"name": "rock", "metre": "4/4", "swing": 0.5, "bpm": [60, 180]}, {"name": "waltz", "metre": "3/4", "swing": 0.5, "bpm": [60, 180]}],
             "instruments": [{"name": "none", "words": [], "roles": "bcamk", "decay": 1, "ensemble": false},
              {"name": "organ", "words": ["organ"], "roles": "bcam", "decay": 1000, "ensemble": false},
              {"name": "strings", "words": ["strings"], "roles": "cam", "decay": 20, "ensemble": true},
              {"name": "piano", "words": ["piano"], "roles": "bcam", "decay": 0.8, "ensemble": false},
              {"name": "drums", "words": ["drums"], "roles": "k", "decay": 1, "ensemble": false}],
             "qualities": {"maj": [0, 4, 7], "power": [0, 7, 12]},
             "harmony": [[0, 0], [0, 2], [10, 2], [3, 0], [21, 9], [1, 1], [4, 9], [24, 2]], "drum_sets": [0, 1, 4, 65], "examples": ["rock"],
             "text": {"words": 8, "length": 6, "width": 8, "heads": 2, "layers": 1, "hidden": 8, "cell": 8, "link": 4},
             "lm": {"width": 8, "heads": 2, "layers": 1, "hidden": 8, "field": 2, "link": 4, "cell": 8, "bars": 8, "back": [1, 2], "from_start": 8, "to_end": 4,
              "temperature": 1, "top_k": 0},
             "diffusion": {"width": 16, "heads": 2, "hidden": 24, "kernel": 3, "dilations": [1, 2], "segment": 5, "instrument": 3, "window": 20, "overlap": 5},
             "decoder": {"width": 16, "blocks": 2, "hidden": 16, "kernel": 3, "instrument": 3}}
            """;
    static final NanoConfig CONFIG = NanoConfig.of(JsonReader.read("config.json", JSON.getBytes(StandardCharsets.UTF_8)));

    private TinyNano() {}

    /** E minor at 120 beats a minute with everything that there is. */
    static Sheet sheet() {
        return new Sheet(new int[] {0, 1, 4, 60, 1, 1, 2, 3, 3, 4});
    }

    static Weights weights() {
        var weights = new RandomWeights(4, "instruments", "fields", "tokens", "earlier", "position", "from_start", "to_end", "depthwise", "embedding");
        quiet((MemoryWeights) weights.weights());
        var denoiser = new DenoiserGraph(CONFIG, 20);
        for (Graph graph : new Graph[] {denoiser.condition(), denoiser.step(), new DecoderGraph(CONFIG, 8).factors(), new BarGraph(CONFIG, 1).write(1, 16),
            new TextGraph(CONFIG, 1, 4).read()}) {
            weights.add(graph);
        }
        return weights.weights();
    }

    /** Gains such that little of the sound is too loud. */
    private static void quiet(MemoryWeights weights) {
        var bias = new float[NanoConfig.PITCHED * (NanoConfig.BINS + NanoConfig.BANDS) + 2 * NanoConfig.BINS];
        Arrays.fill(bias, -6);
        weights.vector("decoder.output.bias", bias);
    }
}
