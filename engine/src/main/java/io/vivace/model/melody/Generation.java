package io.vivace.model.melody;

import io.vivace.Stage;
import io.vivace.model.Run;
import io.vivace.model.melody.SemanticLm.Window;
import java.util.Arrays;
import java.util.List;

/** Semantic tokens of a batch on their way: as many as are asked for, one call after the other. */
public final class Generation {
    private final LmSession session;
    private final int[][] prompts;
    private final List<Window> windows;
    private final int[][] tokens;
    /** The window that is open; −1: none yet. */
    private int number = -1;
    private int made;
    private int fetched;

    /** @param prompts the model's ids, [batch][levels] */
    Generation(LmSession session, int[][] prompts, List<Window> windows) {
        this.session = session;
        this.prompts = prompts;
        this.windows = windows;
        tokens = new int[prompts.length][windows.isEmpty() ? 0 : windows.getLast().end()];
    }

    /**
     * The first tokens of every clip; makes those that there are not yet. Passes are counted as {@link Stage#PREFILL}, the first one of a window, and
     * {@link Stage#DECODE}; a step is a token.
     *
     * @param count at most what was announced
     * @return [batch][count]
     * @throws io.vivace.Cancelled    if the listener wishes so; what is there stays
     * @throws io.vivace.DeviceFailed if logits are no numbers
     */
    public int[][] until(int count, Run run) {
        while (made < count) {
            if (number < 0 || made == window().end()) open(run);
            else count(Stage.DECODE, run.pass(Stage.DECODE, () -> session.step(window().end() - made)), run);
        }
        fetch(run);
        return Arrays.stream(tokens).map(row -> Arrays.copyOf(row, count)).toArray(int[][]::new);
    }

    private Window window() {
        return windows.get(number);
    }

    private void open(Run run) {
        fetch(run);
        Window next = windows.get(number + 1);
        var known = new int[prompts.length][];
        for (int b = 0; b < known.length; b++) {
            known[b] = Arrays.copyOf(prompts[b], prompts[b].length + next.known());
            System.arraycopy(tokens[b], next.start(), known[b], prompts[b].length, next.known());
        }
        run.pass(Stage.PREFILL, () -> session.open(known));
        number++;
        count(Stage.PREFILL, 1, run);
    }

    private void count(Stage stage, int brought, Run run) {
        made += brought;
        run.saved(brought - 1);
        for (int i = 0; i < brought; i++) run.stepped(stage, prompts.length);
    }

    /** Takes what was drawn off the device. */
    private void fetch(Run run) {
        if (fetched == made) return;
        int[] codes = run.timed(Stage.DECODE, session::codes);
        int row = codes.length / prompts.length, from = prompts[0].length + fetched - window().start();
        for (int b = 0; b < tokens.length; b++) System.arraycopy(codes, b * row + from, tokens[b], fetched, made - fetched);
        fetched = made;
    }
}
