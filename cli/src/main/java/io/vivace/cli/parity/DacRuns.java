package io.vivace.cli.parity;

import io.vivace.backend.Backend;
import io.vivace.model.dac.Dac;
import io.vivace.model.dac.DacConfig;
import java.util.Map;

/** What cases of the Descript audio codec compute. */
final class DacRuns {
    private DacRuns() {}

    static Map<String, Values> run(Case test, CaseTensors in, Backend backend) {
        try (var model = new CaseModel(test); var codec = new Dac(DacConfig.of(model.file().config().object("codec")), backend, model.file())) {
            return switch (test.kind()) {
                case "codec-encode" -> encode(test, in, codec);
                case "codec-decode" -> decode(test, in, codec);
                default -> throw new Unsupported("cases of kind " + test.kind());
            };
        }
    }

    private static Map<String, Values> encode(Case test, CaseTensors in, Dac codec) {
        Dac.Encoded encoded = codec.encode(in.table("in.audio"), test.params().integer("n_codebooks", 1, 1 << 10));
        return Map.of("out.codes", Values.of((Object) encoded.codes()), "out.latents", Values.of(encoded.latents()).turned());
    }

    /** The input is codes, or latents whose nearest codes are decoded. */
    private static Map<String, Values> decode(Case test, CaseTensors in, Dac codec) {
        int[][][] codes = switch (test.params().text("input", "codes")) {
            case "codes" -> in.cube("in.codes");
            case "latents" -> codec.nearest(in.get("in.latents").turned().tensor());
            case String input -> throw new Unsupported("input of " + input);
        };
        return Map.of("out.audio", Values.of((Object) codec.decode(codes)));
    }
}
