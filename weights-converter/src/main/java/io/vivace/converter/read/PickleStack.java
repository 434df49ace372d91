package io.vivace.converter.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pickle machine's stack, marks and memo, each with a cap. */
final class PickleStack {
    private static final int MOST_VALUES = 1_000_000;
    private static final int MOST_MARKS = 1_000;

    /** Says where the machine stands. */
    interface Failure {
        RuntimeException bad(String what);
    }

    private final Failure failure;
    private final List<Pickled> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Pickled> memo = new HashMap<>();

    PickleStack(Failure failure) {
        this.failure = failure;
    }

    void push(Pickled value) {
        if (values.size() >= MOST_VALUES) {
            throw failure.bad("needs more than " + MOST_VALUES + " values on the stack");
        }
        values.add(value);
    }

    Pickled pop() {
        if (values.size() <= floor()) {
            throw failure.bad("takes a value from an empty stack");
        }
        return values.removeLast();
    }

    Pickled top() {
        Pickled top = pop();
        values.add(top);
        return top;
    }

    void mark() {
        if (marks.size() >= MOST_MARKS) {
            throw failure.bad("nests deeper than " + MOST_MARKS);
        }
        marks.add(values.size());
    }

    /** Everything above the last mark, in the order in which it was pushed; the mark goes too. */
    List<Pickled> popToMark() {
        if (marks.isEmpty()) {
            throw failure.bad("has no mark to go back to");
        }
        List<Pickled> above = values.subList(marks.removeLast(), values.size());
        List<Pickled> taken = new ArrayList<>(above);
        above.clear();
        return taken;
    }

    List<Pickled> pop(int count) {
        var taken = new ArrayList<Pickled>();
        for (int i = 0; i < count; i++) {
            taken.addFirst(pop());
        }
        return taken;
    }

    /** POP: the last value, or the mark when nothing stands above it. */
    void drop() {
        if (!marks.isEmpty() && marks.getLast() == values.size()) {
            marks.removeLast();
        } else {
            pop();
        }
    }

    void remember(long index) {
        if (index < 0 || index >= MOST_VALUES) {
            throw failure.bad("stores into memo slot " + index + ", at most " + MOST_VALUES + " are allowed");
        }
        memo.put((int) index, top());
    }

    void rememberNext() {
        remember(memo.size());
    }

    void recall(long index) {
        Pickled value = index < 0 || index >= MOST_VALUES ? null : memo.get((int) index);
        if (value == null) {
            throw failure.bad("asks for memo slot " + index + ", which is empty");
        }
        push(value);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.getLast();
    }
}
