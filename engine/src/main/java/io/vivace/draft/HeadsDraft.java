package io.vivace.draft;

/** What further heads on the last hidden state drew for the tokens behind the next one, each with the random numbers of its place (arXiv 2401.10774). */
record HeadsDraft() implements Draft {
    @Override
    public int guess(Past past, int most) {
        int count = Math.min(most, past.ahead().length / past.codebooks());
        System.arraycopy(past.ahead(), 0, past.tokens(), past.known() * past.codebooks(), count * past.codebooks());
        return count;
    }

    @Override
    public boolean readsHeads() {
        return true;
    }
}
