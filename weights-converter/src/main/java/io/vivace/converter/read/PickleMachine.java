package io.vivace.converter.read;

import io.vivace.converter.read.Pickled.Dictionary;
import io.vivace.converter.read.Pickled.Flag;
import io.vivace.converter.read.Pickled.Nothing;
import io.vivace.converter.read.Pickled.Opaque;
import io.vivace.converter.read.Pickled.Real;
import io.vivace.converter.read.Pickled.Sequence;
import io.vivace.converter.read.Pickled.Text;
import io.vivace.converter.read.Pickled.Whole;
import java.util.List;

/**
 * Runs a pickle as pure data: a stack machine over the opcodes that Python writes for checkpoints. No class is ever
 * looked up, loaded or made; a name is a member of {@link PickleGlobal}, or becomes an opaque value, and calling
 * a function that is not on that list ends the reading.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">what the opcodes mean</a>
 */
final class PickleMachine {
    /** The largest public checkpoint has some ten thousand; every value that this many can make fits into the heap. */
    private static final int MOST_OPCODES = 2_000_000;
    private static final int HIGHEST_PROTOCOL = 5;

    private final PickleBytes in;
    private final PickleStack stack;
    private final PickleCalls calls;

    PickleMachine(PickleBytes in) {
        this.in = in;
        this.stack = new PickleStack(in::bad);
        this.calls = new PickleCalls(in::bad);
    }

    /** Runs up to the STOP opcode and gives the value that is left. */
    Pickled run() {
        for (int i = 0; i < MOST_OPCODES; i++) {
            int opcode = in.u8();
            if (opcode == '.') {
                return stack.pop();
            }
            step(opcode);
        }
        throw in.bad("has more than " + MOST_OPCODES + " opcodes");
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> checkProtocol(in.u8());
            case 0x95 -> in.i64();
            case '(' -> stack.mark();
            case '0' -> stack.drop();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.top());
            case 'q' -> stack.remember(in.u8());
            case 'r' -> stack.remember(in.u32());
            case 0x94 -> stack.rememberNext();
            case 'h' -> stack.recall(in.u8());
            case 'j' -> stack.recall(in.u32());
            case 'N' -> stack.push(new Nothing());
            case 0x88 -> stack.push(new Flag(true));
            case 0x89 -> stack.push(new Flag(false));
            case 'J' -> stack.push(new Whole(in.i32()));
            case 'K' -> stack.push(new Whole(in.u8()));
            case 'M' -> stack.push(new Whole(in.u16()));
            case 0x8a -> whole(in.u8());
            case 0x8b -> whole(in.u32());
            case 'G' -> stack.push(new Real(in.f64()));
            case 'X', 'T' -> stack.push(new Text(in.text(in.u32())));
            case 0x8c, 'U' -> stack.push(new Text(in.text(in.u8())));
            case 0x8d -> stack.push(new Text(in.text(in.i64())));
            case 'B' -> opaqueBytes(in.u32());
            case 'C' -> opaqueBytes(in.u8());
            case 0x8e, 0x96 -> opaqueBytes(in.i64());
            default -> container(opcode);
        }
    }

    private void container(int opcode) {
        switch (opcode) {
            case ']', ')', 0x8f -> stack.push(new Sequence());
            case 'l', 't', 0x91 -> stack.push(new Sequence(stack.popToMark()));
            case 0x85 -> stack.push(new Sequence(stack.pop(1)));
            case 0x86 -> stack.push(new Sequence(stack.pop(2)));
            case 0x87 -> stack.push(new Sequence(stack.pop(3)));
            case 'a' -> append(stack.pop(1));
            case 'e', 0x90 -> append(stack.popToMark());
            case '}' -> stack.push(new Dictionary());
            case 'd' -> {
                List<Pickled> members = stack.popToMark();
                stack.push(new Dictionary());
                put(members);
            }
            case 's' -> put(stack.pop(2));
            case 'u' -> put(stack.popToMark());
            default -> object(opcode);
        }
    }

    private void object(int opcode) {
        switch (opcode) {
            case 'c' -> {
                String module = in.line();
                stack.push(calls.global(module, in.line()));
            }
            case 0x93 -> {
                List<Pickled> names = stack.pop(2);
                if (!(names.get(0) instanceof Text module) || !(names.get(1) instanceof Text name)) {
                    throw in.bad("names a class by something else than two strings");
                }
                stack.push(calls.global(module.value(), name.value()));
            }
            case 'R', 0x81 -> {
                List<Pickled> call = stack.pop(2);
                stack.push(calls.call(call.get(0), call.get(1)));
            }
            case 0x92 -> {
                List<Pickled> call = stack.pop(3);
                stack.push(calls.call(call.get(0), call.get(1)));
            }
            case 'b' -> build(stack.pop());
            case 'Q' -> stack.push(calls.storage(stack.pop()));
            default -> throw in.bad("has the opcode 0x" + Integer.toHexString(opcode) + ", which no checkpoint needs");
        }
    }

    private void checkProtocol(int protocol) {
        if (protocol > HIGHEST_PROTOCOL) {
            throw in.bad("is of protocol " + protocol + ", at most " + HIGHEST_PROTOCOL + " is known");
        }
    }

    private void whole(long length) {
        Long value = in.whole(length);
        stack.push(value == null ? new Opaque("a large integer", true) : new Whole(value));
    }

    private void opaqueBytes(long length) {
        in.bytes(length);
        stack.push(new Opaque("bytes", true));
    }

    private void append(List<Pickled> elements) {
        switch (stack.top()) {
            case Sequence sequence -> sequence.elements.addAll(elements);
            case Opaque _ -> { }
            default -> throw in.bad("appends to something that is no list");
        }
    }

    /** Attributes of an opaque object are kept; the state of a tensor or dictionary carries nothing that is used here. */
    private void build(Pickled state) {
        if (state instanceof Dictionary attributes && stack.top() instanceof Opaque object) {
            calls.count(attributes.members.size());
            object.members().members.putAll(attributes.members);
        }
    }

    private void put(List<Pickled> members) {
        if (members.size() % 2 != 0) {
            throw in.bad("has a dictionary key without a value");
        }
        Dictionary dictionary = switch (stack.top()) {
            case Dictionary plain -> plain;
            case Opaque object -> object.members();
            default -> throw in.bad("sets a member of something that is no dictionary");
        };
        for (int i = 0; i < members.size(); i += 2) {
            String key = switch (members.get(i)) {
                case Text text -> text.value();
                case Whole whole -> Long.toString(whole.value());
                default -> "#" + dictionary.members.size();
            };
            if (dictionary.members.put(key, members.get(i + 1)) != null && members.get(i + 1) instanceof Pickled.Tensor) {
                throw in.bad("names the tensor \"" + key + "\" twice");
            }
        }
    }
}
