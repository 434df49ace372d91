package io.vivace;

/**
 * Whether, and by what, several tokens are tried in one pass of a language model. What was guessed wrong is thrown away, so the result is the same
 * bytes in any case; see docs/passes.md.
 */
public enum Speculation {
    /** One token, or column of tokens, a pass. */
    OFF("off"),
    /** What followed the last time that the newest tokens stood there. */
    NGRAM("ngram"),
    /** What the pass before drew there, from a context that was still wrong in part (Jacobi iteration, arXiv 2305.10427). */
    JACOBI("jacobi"),
    /** What further heads of the model say, for checkpoints that have them (arXiv 2401.10774). */
    HEADS("heads"),
    /** {@link #HEADS} where the checkpoint has them, else {@link #NGRAM}. */
    AUTO("auto");

    private final String title;

    Speculation(String title) {
        this.title = title;
    }

    /** As on the command line. */
    public String title() {
        return title;
    }

    /** @throws BadRequest if there is no such one */
    public static Speculation named(String name) {
        for (Speculation each : values()) if (each.title.equals(name)) return each;
        throw new BadRequest("There are no drafts \"" + name + "\"; choose off, ngram, jacobi, heads or auto.");
    }
}
