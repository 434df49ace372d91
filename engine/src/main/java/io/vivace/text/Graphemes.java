package io.vivace.text;

/**
 * Extended grapheme clusters (Unicode Standard Annex 29, version 17). Not {@link java.text.BreakIterator}: its clusters are those of the
 * JDK's Unicode version, and it needs its locale data, which costs more at start than a whole prompt.
 */
final class Graphemes {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final byte LV = 'v';
    private static final byte LVT = 't';

    /** The big table is loaded at the first text that is not plain ASCII. */
    private static final class Table {
        static final CodePoints CLASSES = CodePoints.of("grapheme-classes.txt");
    }

    private Graphemes() {
    }

    /** The index behind the cluster that starts at an index. */
    static int end(String text, int from) {
        if (isPlain(text, from) && (from + 1 == text.length() || isPlain(text, from + 1))) return from + 1;
        var cluster = new Cluster(text.codePointAt(from));
        int i = from + Character.charCount(cluster.last);
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (!cluster.takes(c)) break;
            i += Character.charCount(c);
        }
        return i;
    }

    /** Printable ASCII never joins printable ASCII. */
    private static boolean isPlain(String text, int i) {
        char c = text.charAt(i);
        return c >= ' ' && c < 0x7F;
    }

    private static byte classOf(int c) {
        if (c >= 0xAC00 && c <= 0xD7A3) return (c - 0xAC00) % 28 == 0 ? LV : LVT;
        if (c == '\r' || c == '\n') return 'C';
        return Table.CLASSES.of(c);
    }

    /** What the rules need to know of the code points taken so far. */
    private static final class Cluster {
        int last;
        private byte lastClass;
        private boolean oddRegional;
        /** Rule GB11: a pictograph, extenders. */
        private boolean pictograph;
        /** Rule GB9c: a consonant, extenders; and whether a linker was among them. */
        private boolean consonant;
        private boolean linked;

        Cluster(int first) {
            take(first, classOf(first));
        }

        boolean takes(int c) {
            byte next = classOf(c);
            if (!joins(c, next)) return false;
            take(c, next);
            return true;
        }

        private boolean joins(int c, byte next) {
            if (lastClass == 'C' || next == 'C') return last == '\r' && c == '\n';
            return switch (next) {
                case 'E', 'K', 'Z', 'S' -> true;
                case 'L', LV, LVT -> lastClass == 'L' || lastClass == 'P';
                case 'V' -> lastClass == 'L' || lastClass == 'V' || lastClass == LV || lastClass == 'P';
                case 'T' -> lastClass == 'V' || lastClass == LV || lastClass == 'T' || lastClass == LVT || lastClass == 'P';
                case 'I' -> consonant && linked || lastClass == 'P';
                case 'X' -> pictograph && lastClass == 'Z' || lastClass == 'P';
                case 'R' -> oddRegional || lastClass == 'P';
                default -> lastClass == 'P';
            };
        }

        private void take(int c, byte next) {
            boolean linker = next == 'K';
            boolean extends_ = (next == 'E' && c != ZERO_WIDTH_NON_JOINER) || next == 'Z';
            linked = linker ? consonant : extends_ && linked;
            consonant = next == 'I' || (linker || extends_) && consonant;
            pictograph = next == 'X' || pictograph && lastClass != 'Z' && (next == 'E' || linker || next == 'Z');
            oddRegional = next == 'R' && !oddRegional;
            last = c;
            lastClass = next;
        }
    }
}
