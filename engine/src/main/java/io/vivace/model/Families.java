package io.vivace.model;

import io.vivace.BadCheckpoint;
import io.vivace.Speculation;
import io.vivace.backend.Backend;
import io.vivace.model.melody.Melody;
import io.vivace.model.musicgen.MusicGen;
import io.vivace.model.nano.Nano;
import io.vivace.model.ssmttm.SsmMusic;
import io.vivace.weights.ModelHeader;
import io.vivace.weights.Weights;

/** The model families that compose: a new one is one line here. */
public final class Families {
    private Families() {}

    /** @throws BadCheckpoint if the file is of no family that composes */
    public static Composer open(ModelHeader header, Weights weights, Backend backend, Speculation speculation) {
        return switch (header.family()) {
            case "musicgen", "musicgen-melody" -> MusicGen.open(header, weights, backend, speculation);
            case "melody" -> Melody.open(header, weights, backend, speculation);
            case "nano" -> Nano.open(header, weights, backend);
            case "ssm-ttm" -> SsmMusic.open(header, weights, backend, speculation);
            default -> throw new BadCheckpoint("The model is of the family \"" + header.family() + "\", which cannot compose by itself; "
                    + "open one of MusicGen, MeLoDy, SSM-TTM or vivace-nano.");
        };
    }
}
