package io.vivace.converter.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads numpy's .npy, and .npz (a stored zip of them).
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
final class Npz {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_HEADER = 1 << 16;
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr': '([<|=][a-z]\\d)', 'fortran_order': (True|False), 'shape': \\(((?:\\d{1,18}, ?){0,32}\\d{0,18}),?\\),? ?\\}\\s*");
    private static final Map<String, ElementType> TYPES = Map.of("<f8", ElementType.F64, "<f4", ElementType.F32, "<f2", ElementType.F16,
            "<i8", ElementType.I64, "<i4", ElementType.I32, "<i2", ElementType.I16, "|i1", ElementType.I8, "|u1", ElementType.U8, "|b1",
            ElementType.BOOL);

    private Npz() { }

    static boolean isNpy(SourceFile file) {
        return file.size() >= MAGIC.length && Arrays.equals(file.bytes(0, MAGIC.length), MAGIC);
    }

    static Map<String, SourceTensor> readNpz(SourceFile file) {
        var tensors = new LinkedHashMap<String, SourceTensor>();
        StoredZip.entries(file).values().forEach(entry -> {
            if (!entry.name().endsWith(".npy")) {
                throw file.bad("entry \"" + entry.name() + "\" is no .npy; save it again with numpy.savez");
            }
            String name = entry.name().substring(0, entry.name().length() - 4);
            tensors.put(name, readNpy(file, name, entry.position(), entry.size()));
        });
        return tensors;
    }

    static SourceTensor readNpy(SourceFile file, String name, long position, long size) {
        if (size < 12 || !Arrays.equals(file.bytes(position, MAGIC.length), MAGIC)) {
            throw file.bad("array \"" + name + "\" at byte " + position + " does not begin like a .npy; fetch it again");
        }
        ByteBuffer start = file.buffer(position, 12);
        int version = start.get(6);
        if (version < 1 || version > 3) {
            throw file.bad("array \"" + name + "\" is of .npy version " + version + ", 1 to 3 are known; save it again with numpy.save");
        }
        int prelude = version == 1 ? 10 : 12;
        long length = version == 1 ? Short.toUnsignedInt(start.getShort(8)) : Integer.toUnsignedLong(start.getInt(8));
        if (length > Math.min(MOST_HEADER, size - prelude)) {
            throw file.bad("array \"" + name + "\" claims a header of " + length + " bytes; the file is damaged, fetch it again");
        }
        String header = new String(file.bytes(position + prelude, (int) length), StandardCharsets.ISO_8859_1);
        return tensor(file, name, header, position + prelude + length, size - prelude - length);
    }

    private static SourceTensor tensor(SourceFile file, String name, String header, long position, long size) {
        Matcher matcher = HEADER.matcher(header);
        ElementType type = matcher.matches() ? TYPES.get(matcher.group(1)) : null;
        if (type == null) {
            throw file.bad("array \"" + name + "\" has a header or an element type that is not supported (objects and records are "
                    + "not read); save it as float32");
        }
        String[] extents = matcher.group(3).isBlank() ? new String[0] : matcher.group(3).split(", ?");
        int[] dims = new int[extents.length];
        try {
            for (int i = 0; i < dims.length; i++) {
                dims[i] = Math.toIntExact(Long.parseLong(extents[i]));
            }
            if (Math.multiplyExact(SourceTensor.elements(dims), (long) type.bytes()) != size) {
                throw file.bad("array \"" + name + "\" of shape (" + matcher.group(3) + ") does not fill its " + size
                        + " bytes; fetch it again");
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw file.bad("array \"" + name + "\" has the impossible shape (" + matcher.group(3) + "); fetch it again");
        }
        long[] strides = matcher.group(2).equals("True") ? columnMajor(dims) : SourceTensor.rowMajor(dims);
        return new SourceTensor(name, type, dims, strides, file, position);
    }

    private static long[] columnMajor(int[] dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = 0; i < dims.length; i++) {
            strides[i] = stride;
            stride *= Math.max(1, dims[i]);
        }
        return strides;
    }
}
