package io.vivace.converter.read;

import io.vivace.converter.read.Pickled.Dictionary;
import io.vivace.converter.read.Pickled.Known;
import io.vivace.converter.read.Pickled.Opaque;
import io.vivace.converter.read.Pickled.Sequence;
import io.vivace.converter.read.Pickled.Storage;
import io.vivace.converter.read.Pickled.Tensor;
import io.vivace.converter.read.Pickled.Text;
import io.vivace.converter.read.Pickled.Whole;
import java.util.List;
import java.util.Set;

/**
 * What the names in a pickle mean, and what "calling" one gives. An object of an unknown class is an opaque value.
 * Nothing could run either way; a call of an unknown function is refused all the same, because a file that tries is
 * hostile or broken, and the user should learn of it.
 */
final class PickleCalls {
    private static final int MOST_DIMS = 8;
    private static final int MOST_COPIED = 4_000_000;
    private static final Set<String> HOSTILE = Set.of("os", "posix", "nt", "subprocess", "sys", "builtins", "__builtin__", "importlib",
            "runpy", "socket", "shutil", "pty", "ctypes", "pickle", "_pickle", "cPickle", "code", "commands", "webbrowser", "asyncio",
            "threading", "multiprocessing", "http", "urllib", "requests", "ssl", "ftplib", "smtplib", "tempfile", "pip", "venv", "bdb",
            "pdb", "timeit", "cProfile", "profile", "doctest", "operator", "types", "functools", "marshal", "cffi", "torch.hub",
            "torch.jit", "torch.utils");

    private final PickleStack.Failure failure;
    private long copied;

    PickleCalls(PickleStack.Failure failure) {
        this.failure = failure;
    }

    Pickled global(String module, String name) {
        PickleGlobal known = PickleGlobal.named(module + "." + name);
        if (known != null) {
            return new Known(known);
        }
        String full = (module + "." + name).replaceAll("[^\\p{Alnum}_.]", "?");
        if (full.length() > 200) {
            full = full.substring(0, 200);
        }
        if (HOSTILE.stream().anyMatch(bad -> module.equals(bad) || module.startsWith(bad + "."))) {
            throw failure.bad("asks for " + full + ", which no checkpoint needs");
        }
        return new Opaque(full, false);
    }

    Pickled call(Pickled callee, Pickled arguments) {
        return switch (callee) {
            case Known known -> call(known.global(), arguments instanceof Sequence s ? s.elements : List.of());
            // By convention classes begin with a capital, functions do not.
            case Opaque o when !o.called() && o.name().matches("(.*\\.)?\\p{Upper}[^.]*") -> new Opaque(o.name(), true);
            case Opaque o -> throw failure.bad("calls " + o.name() + ", which no checkpoint needs");
            default -> throw failure.bad("calls something that is no function");
        };
    }

    private Pickled call(PickleGlobal callee, List<Pickled> arguments) {
        return switch (callee) {
            case ORDERED_DICT, DEFAULT_DICT, DICT -> dictionary(arguments);
            case SET, LIST, SIZE -> !arguments.isEmpty() && arguments.get(0) instanceof Sequence s ? new Sequence(copied(s))
                    : new Sequence();
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(arguments);
            case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> {
                if (arguments.isEmpty() || !(arguments.get(0) instanceof Tensor tensor)) {
                    throw failure.bad("makes a parameter of something that is no tensor");
                }
                yield tensor;
            }
            case DEVICE, RECONSTRUCTOR, ENCODE, NUMPY_DTYPE, NUMPY_SCALAR, NUMPY_ARRAY -> new Opaque(callee.name(), true);
            case F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL -> throw failure.bad("calls a dtype");
        };
    }

    /** The elements, counted: a short pickle could copy one long list again and again until the heap is full. */
    private List<Pickled> copied(Sequence sequence) {
        count(sequence.elements.size());
        return sequence.elements;
    }

    /** Elements that are about to be copied. */
    void count(int elements) {
        copied += elements;
        if (copied > MOST_COPIED) {
            throw failure.bad("copies more than " + MOST_COPIED + " elements of lists");
        }
    }

    /** An OrderedDict may get its members as a list of pairs. */
    private Dictionary dictionary(List<Pickled> arguments) {
        var dictionary = new Dictionary();
        for (Pickled argument : arguments) {
            if (argument instanceof Sequence pairs) {
                for (Pickled pair : copied(pairs)) {
                    if (!(pair instanceof Sequence p) || p.elements.size() != 2 || !(p.elements.get(0) instanceof Text key)) {
                        throw failure.bad("makes a dictionary of something else than pairs");
                    }
                    dictionary.members.put(key.value(), p.elements.get(1));
                }
            }
        }
        return dictionary;
    }

    /** ("storage", class, key, device, elements), and in the legacy format a view, which torch no longer writes. */
    Storage storage(Pickled id) {
        if (!(id instanceof Sequence s) || s.elements.size() < 5 || s.elements.size() > 6
                || !(s.elements.get(0) instanceof Text kind) || !kind.value().equals("storage")
                || !(s.elements.get(1) instanceof Known type) || type.global().type() == null
                || !(s.elements.get(2) instanceof Text key) || !(s.elements.get(4) instanceof Whole elements) || elements.value() < 0) {
            throw failure.bad("refers to a storage in a way that torch.save does not write, or of a type that is not supported");
        }
        if (s.elements.size() == 6 && !(s.elements.get(5) instanceof Pickled.Nothing)) {
            throw failure.bad("holds a view of a storage as PyTorch before 0.4 wrote it");
        }
        return new Storage(type.global().type(), key.value(), elements.value());
    }

    /** (storage, offset, size, stride, …) */
    private Tensor tensor(List<Pickled> a) {
        if (a.size() < 4 || !(a.get(0) instanceof Storage storage) || !(a.get(1) instanceof Whole offset)
                || !(a.get(2) instanceof Sequence size) || !(a.get(3) instanceof Sequence stride)) {
            throw failure.bad("makes a tensor of something else than storage, offset, size and stride");
        }
        if (size.elements.size() != stride.elements.size() || size.elements.size() > MOST_DIMS) {
            throw failure.bad("makes a tensor of " + size.elements.size() + " dimensions with " + stride.elements.size()
                    + " strides, at most " + MOST_DIMS + " are allowed");
        }
        int[] dims = new int[size.elements.size()];
        long[] strides = new long[dims.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = (int) whole(size.elements.get(i), Integer.MAX_VALUE);
            strides[i] = whole(stride.elements.get(i), Long.MAX_VALUE);
        }
        return within(new Tensor(storage, offset.value(), dims, strides));
    }

    private long whole(Pickled value, long most) {
        if (!(value instanceof Whole whole) || whole.value() < 0 || whole.value() > most) {
            throw failure.bad("makes a tensor with an extent or a stride that is no whole number from 0 to " + most);
        }
        return whole.value();
    }

    private Tensor within(Tensor tensor) {
        long end;
        try {
            var view = new SourceTensor("", tensor.storage().type(), tensor.dims(), tensor.strides(), null, 0);
            end = Math.addExact(tensor.offset(), view.extent());
        } catch (ArithmeticException e) {
            end = Long.MAX_VALUE;
        }
        if (tensor.offset() < 0 || end > tensor.storage().elements()) {
            throw failure.bad("makes a tensor of elements " + tensor.offset() + " to " + end + " of a storage that has "
                    + tensor.storage().elements());
        }
        return tensor;
    }
}
