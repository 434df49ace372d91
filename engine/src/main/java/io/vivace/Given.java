package io.vivace;

import io.vivace.audio.Clip;
import java.util.List;

/**
 * What a request brings beside its text. Everything may be absent.
 *
 * @param continuation sound that the clip begins with and goes on from, or null
 * @param melody       sound whose pitches the clip follows, for melody models, or null
 * @param infill       a clip with a gap that is composed anew, or null; the clip has its length then
 * @param promptTokens the prompt as tokens of the model's quantiser, instead of a text; or null
 */
public record Given(Clip continuation, Clip melody, Infill infill, List<Integer> promptTokens) {
    public static final Given NOTHING = new Given(null, null, null, null);

    /**
     * @param song what stays, but for the gap
     * @param from where the gap begins, in seconds
     * @param to   where it ends, in seconds
     */
    public record Infill(Clip song, double from, double to) {
        /** @throws BadRequest if the gap is not within the song, or the song is nothing or not finite */
        public Infill {
            heard("The sound to mend", song);
            if (song == null) throw new BadRequest("The sound to mend is missing; give it, or no gap.");
            if (!(from >= 0 && from < to && to <= song.seconds())) {
                throw new BadRequest("The gap from " + from + " s to " + to + " s does not lie in the sound, which has " + song.seconds() + " s.");
            }
            if (to - from == song.seconds()) throw new BadRequest("The gap is the whole sound, so there is nothing to mend; compose a clip without it.");
        }
    }

    /** @throws BadRequest if a sound is empty or not finite, or things are given that exclude each other */
    public Given {
        heard("The sound to continue", continuation);
        heard("The melody", melody);
        if (continuation != null && infill != null) throw new BadRequest("A clip can continue a sound or mend one, not both; give one of them.");
        if (promptTokens != null) promptTokens = List.copyOf(promptTokens);
    }

    private static void heard(String name, Clip clip) {
        if (clip == null) return;
        if (clip.frames() == 0) throw new BadRequest(name + " is empty; give at least one sample, or leave it away.");
        for (float[] channel : clip.samples()) {
            for (int i = 0; i < channel.length; i++) {
                if (Float.isFinite(channel[i])) continue;
                throw new BadRequest(name + " has the value " + channel[i] + " at sample " + i + "; every sample must be finite.");
            }
        }
    }

    public Given withContinuation(Clip continuation) {
        return new Given(continuation, melody, infill, promptTokens);
    }

    public Given withMelody(Clip melody) {
        return new Given(continuation, melody, infill, promptTokens);
    }

    public Given withInfill(Infill infill) {
        return new Given(continuation, melody, infill, promptTokens);
    }

    public Given withPromptTokens(List<Integer> promptTokens) {
        return new Given(continuation, melody, infill, promptTokens);
    }
}
