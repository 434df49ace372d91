package io.vivace.text;

import io.vivace.BadCheckpoint;
import java.util.Arrays;
import java.util.List;

/**
 * Byte strings with an id each, as a trie. Nodes are numbered breadth first, so the children of a node are neighbours, sorted by
 * label, and three plain arrays say all; loading is three bulk copies.
 */
final class Pieces {
    static final int NONE = -1;
    static final int ROOT = 0;
    /** No vocabulary has a longer piece; it bounds the time that one place of a text can take. */
    static final int LONGEST = 1024;
    private static final int MOST_BYTES = 1 << 25;

    /** The first child of each node, and one more entry at the end. */
    private final int[] firstChild;
    private final byte[] label;
    private final int[] id;
    /** The root has most children by far and is asked most, so it gets a direct table. */
    private final int[] rootChild = new int[256];

    private Pieces(int[] firstChild, byte[] label, int[] id) {
        this.firstChild = firstChild;
        this.label = label;
        this.id = id;
        Arrays.fill(rootChild, NONE);
        for (int child = firstChild[ROOT]; child < firstChild[ROOT + 1]; child++) {
            rootChild[label[child] & 0xFF] = child;
        }
    }

    /** One piece: its bytes and its id. */
    record Piece(byte[] bytes, int id) {
    }

    /** @param pieces in any order; of two with the same bytes the later one counts */
    static Pieces of(List<Piece> pieces) {
        long total = 0;
        for (Piece piece : pieces) {
            total += piece.bytes.length;
            if (piece.bytes.length > LONGEST) {
                throw new BadCheckpoint("a piece of the vocabulary has " + piece.bytes.length + " bytes, more than " + LONGEST);
            }
        }
        if (total > MOST_BYTES) throw new BadCheckpoint("the pieces of the vocabulary have " + total + " bytes, more than " + MOST_BYTES);
        Piece[] sorted = pieces.toArray(new Piece[0]);
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.bytes, b.bytes)); // stable: the later one stays behind
        return build(sorted, (int) total);
    }

    private static Pieces build(Piece[] sorted, int mostEdges) {
        var firstChild = new int[mostEdges + 2];
        var label = new byte[mostEdges + 1];
        var id = new int[mostEdges + 1];
        // The pieces below a node are a range of the sorted list; depth is the length that they share.
        var from = new int[mostEdges + 1];
        var to = new int[mostEdges + 1];
        var depth = new short[mostEdges + 1];
        to[ROOT] = sorted.length;
        int nodes = 1;
        for (int node = ROOT; node < nodes; node++) {
            int i = from[node];
            int d = depth[node];
            id[node] = NONE;
            for (; i < to[node] && sorted[i].bytes.length == d; i++) id[node] = sorted[i].id;
            firstChild[node] = nodes;
            while (i < to[node]) {
                byte next = sorted[i].bytes[d];
                label[nodes] = next;
                from[nodes] = i;
                depth[nodes] = (short) (d + 1);
                while (i < to[node] && sorted[i].bytes[d] == next) i++;
                to[nodes++] = i;
            }
        }
        firstChild[nodes] = nodes;
        return new Pieces(Arrays.copyOf(firstChild, nodes + 1), Arrays.copyOf(label, nodes), Arrays.copyOf(id, nodes));
    }

    /** The node behind a node and a byte, or {@link #NONE}. */
    int child(int node, byte next) {
        if (node == ROOT) return rootChild[next & 0xFF];
        int low = firstChild[node];
        int high = firstChild[node + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = (label[middle] & 0xFF) - (next & 0xFF);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return NONE;
    }

    /** The id of the piece that ends at a node, or {@link #NONE}. */
    int id(int node) {
        return id[node];
    }

    /** The id of a whole byte string, or {@link #NONE}. */
    int find(byte[] bytes, int from, int to) {
        int node = ROOT;
        for (int i = from; i < to && node != NONE; i++) node = child(node, bytes[i]);
        return node == NONE ? NONE : id[node];
    }

    void write(TableWriter out) {
        out.ints(firstChild);
        out.bytes(label);
        out.ints(id);
    }

    /** @param ids one more than the highest id that is allowed */
    static Pieces read(TableReader in, int ids) {
        int[] firstChild = in.ints();
        byte[] label = in.bytes();
        int[] id = in.ints();
        int nodes = id.length;
        in.check(nodes > 0 && label.length == nodes && firstChild.length == nodes + 1 && firstChild[nodes] == nodes, "the trie's sizes");
        // Children lie behind their parent, so no walk can go round in a circle. No calls in these loops: they run once, before any
        // compiler looks at them, and are most of what loading costs.
        boolean ordered = true;
        boolean known = true;
        for (int node = 0; node < nodes; node++) {
            ordered &= firstChild[node] > node & firstChild[node] <= firstChild[node + 1];
            known &= id[node] >= NONE & id[node] < ids;
        }
        in.check(ordered, "the trie's order");
        in.check(known, "an id of the trie");
        return new Pieces(firstChild, label, id);
    }
}
