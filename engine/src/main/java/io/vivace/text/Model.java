package io.vivace.text;

/** Cuts one word into pieces of the vocabulary. */
sealed interface Model permits Unigram, BytePairs, WordPieces {

    /** Appends the ids of a word that is not empty. */
    void encode(String word, Ids out);

    /** Writes everything behind the kind's number. */
    void write(TableWriter out);

    /** The numbers of the kinds in the table are their places here. */
    static void write(Model model, TableWriter out) {
        out.number(switch (model) {
            case Unigram _ -> 0;
            case BytePairs _ -> 1;
            case WordPieces _ -> 2;
        });
        model.write(out);
    }

    /** @param ids one more than the highest id that is allowed */
    static Model read(TableReader in, int ids) {
        return switch (in.number()) {
            case 0 -> Unigram.read(in, ids);
            case 1 -> BytePairs.read(in, ids);
            case 2 -> WordPieces.read(in, ids);
            default -> throw in.wrong("the kind of model");
        };
    }
}
