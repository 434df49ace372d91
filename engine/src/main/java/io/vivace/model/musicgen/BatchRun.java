package io.vivace.model.musicgen;

import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.musicgen.Windows.Window;
import java.util.Arrays;

/** Composes one batch: windows over the clip, columns over the window, sound as soon as frames are complete. */
final class BatchRun {
    private final Batch batch;
    private final DelayPattern pattern;
    private final DecoderSession session;
    private final Run run;
    private final Sound sound;
    private final int[][][] codes;

    /** @param known codes to go on from, [batch][codebooks][known frames] */
    BatchRun(Batch batch, DelayPattern pattern, DecoderSession session, Run run, Sound sound, int[][][] known) {
        this.batch = batch;
        this.pattern = pattern;
        this.session = session;
        this.run = run;
        this.sound = sound;
        codes = new int[batch.jobs().size()][pattern.codebooks()][];
        for (int b = 0; b < codes.length; b++) {
            for (int k = 0; k < codes[b].length; k++) codes[b][k] = Arrays.copyOf(known[b][k], batch.first().frames());
        }
    }

    /** Conditions of a window, given its first frame. */
    interface Conditioning {
        Conditions at(int frame);
    }

    /** Windows of the melody models hear the melody from where they begin, as audiocraft's do. */
    void compose(Settings settings, Conditioning conditioning) {
        session.start(settings, conditioning.at(0));
        for (Window window : batch.windows()) {
            if (batch.layout().prefix() > 0 && window.start() > 0) session.condition(conditioning.at(window.start()));
            compose(window);
        }
        sound.finish(codes, batch.first().frames());
    }

    private void compose(Window window) {
        session.open(prompts(window), window.frames());
        while (session.fills()) run.pass(Stage.PREFILL, session::fill);
        boolean prefill = session.takesSeveral();
        for (int last = pattern.columns(window.frames()) - 1; session.column() < last; prefill = false) {
            Stage stage = prefill ? Stage.PREFILL : Stage.DECODE;
            int before = session.column();
            run.pass(stage, session::step);
            run.saved(session.column() - before - 1);
            for (int column = before + 1; column <= session.column(); column++) run.stepped(stage, codes.length * drawn(window, column));
            int complete = window.start() + Math.max(window.prompt(), pattern.completed(session.column()) + 1);
            if (!sound.wants(complete)) continue;
            fetch(window);
            sound.add(codes, complete);
        }
        fetch(window);
    }

    /** New codes of a column in one row. */
    private int drawn(Window window, int column) {
        int drawn = 0;
        for (int delay : pattern.delays()) if (isNew(window, column - 1 - delay)) drawn++;
        return drawn;
    }

    private static boolean isNew(Window window, int frame) {
        return frame >= window.prompt() && frame < window.frames();
    }

    /** Takes what was drawn so far out of the delay pattern. */
    private void fetch(Window window) {
        int[] drawn = run.timed(Stage.DECODE, session::codes);
        int codebooks = pattern.codebooks(), row = batch.layout().columns() * codebooks;
        for (int column = window.prompt() + 1; column <= session.column(); column++) {
            for (int k = 0; k < codebooks; k++) {
                int frame = column - 1 - pattern.delays()[k];
                if (!isNew(window, frame)) continue;
                for (int b = 0; b < codes.length; b++) codes[b][k][window.start() + frame] = drawn[b * row + column * codebooks + k];
            }
        }
    }

    private int[][][] prompts(Window window) {
        var prompts = new int[codes.length][pattern.codebooks()][];
        for (int b = 0; b < codes.length; b++) {
            for (int k = 0; k < pattern.codebooks(); k++) {
                prompts[b][k] = Arrays.copyOfRange(codes[b][k], window.start(), window.start() + window.prompt());
            }
        }
        return prompts;
    }
}
