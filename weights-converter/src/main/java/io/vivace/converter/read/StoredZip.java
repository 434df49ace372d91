package io.vivace.converter.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The strict subset of zip that torch.save and numpy.savez write: entries are stored, follow one another without gap or
 * overlap in the order of the central directory, and say the same in both places; ZIP64 and data descriptors are known.
 * A zip that two readers could understand differently is refused rather than guessed at.
 */
final class StoredZip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int HAS_DESCRIPTOR = 1 << 3;
    /** Descriptor, and names in UTF-8. */
    private static final int KNOWN_FLAGS = HAS_DESCRIPTOR | 1 << 11;
    private static final int END_SIZE = 22;
    private static final int MOST_DIRECTORY = 32 << 20;
    private static final int MOST_ENTRIES = 200_000;

    /** @param position byte of the entry's data in the file */
    record Entry(String name, long position, long size, int crc) { }

    private record Directory(long position, long size, long entries, long end) { }

    private record Central(String name, int flags, long size, int crc, long local) { }

    private final SourceFile file;

    private StoredZip(SourceFile file) {
        this.file = file;
    }

    /** The entries by name, in the order of the file. */
    static Map<String, Entry> entries(SourceFile file) {
        return new StoredZip(file).read();
    }

    /** Whether the file begins like a zip. */
    static boolean matches(SourceFile file) {
        return file.size() >= 4 && file.buffer(0, 4).getInt() == LOCAL;
    }

    /** The whole entry, its check sum verified. */
    static byte[] content(SourceFile file, Entry entry, int most) {
        if (entry.size > most) {
            throw file.bad("entry \"" + entry.name + "\" has " + entry.size + " bytes, at most " + most
                    + " are expected of it; fetch it again");
        }
        byte[] bytes = file.bytes(entry.position, (int) entry.size);
        var crc = new CRC32();
        crc.update(bytes);
        if ((int) crc.getValue() != entry.crc) {
            throw file.bad("the check sum of entry \"" + entry.name + "\" at byte " + entry.position
                    + " is wrong; the file is damaged, fetch it again");
        }
        return bytes;
    }

    private Map<String, Entry> read() {
        Directory directory = directory();
        ByteBuffer bytes = file.buffer(directory.position, (int) directory.size);
        var entries = new LinkedHashMap<String, Entry>();
        long next = 0;
        for (long i = 0; i < directory.entries; i++) {
            Central central = central(bytes, directory.position);
            if (central.local != next) {
                throw file.bad("entry \"" + central.name + "\" begins at byte " + central.local + " where the one before it ends at " + next
                        + "; entries may not overlap or leave gaps, fetch the file again");
            }
            Entry entry = local(central, directory.position);
            next = descriptorEnd(central, entry, directory.position);
            if (entries.put(entry.name, entry) != null) {
                throw file.bad("entry \"" + entry.name + "\" is there twice; fetch the file again");
            }
        }
        if (bytes.hasRemaining()) {
            throw file.bad("the zip directory has " + bytes.remaining() + " bytes after its last entry; fetch the file again");
        }
        if (next != directory.position) {
            throw file.bad("bytes " + next + " to " + directory.position + " belong to no zip entry; fetch the file again");
        }
        return entries;
    }

    /** The end record stands at the very end: a comment could hide another one. */
    private Directory directory() {
        long at = file.size() - END_SIZE;
        if (at < 0 || file.buffer(at, 4).getInt() != END) {
            throw file.bad("there is no zip end record in the last " + END_SIZE + " bytes; the download is incomplete, fetch it again");
        }
        ByteBuffer end = file.buffer(at, END_SIZE);
        if (end.getShort(4) != 0 || end.getShort(6) != 0 || end.getShort(20) != 0 || end.getShort(8) != end.getShort(10)) {
            throw file.bad("the zip end record at byte " + at + " speaks of several disks or a comment; fetch the file again");
        }
        long entries = Short.toUnsignedInt(end.getShort(10));
        long size = Integer.toUnsignedLong(end.getInt(12));
        long position = Integer.toUnsignedLong(end.getInt(16));
        long endOfDirectory = at;
        if (at >= 20 + 56 && file.buffer(at - 20, 4).getInt() == LOCATOR64) {
            ByteBuffer locator = file.buffer(at - 20, 20);
            endOfDirectory = locator.getLong(8);
            if (endOfDirectory != at - 20 - 56 || file.buffer(endOfDirectory, 4).getInt() != END64) {
                throw file.bad("the ZIP64 locator at byte " + (at - 20) + " points to " + endOfDirectory
                        + ", not to its end record; fetch the file again");
            }
            ByteBuffer end64 = file.buffer(endOfDirectory, 56);
            entries = agree("entries", entries, 0xffffL, end64.getLong(32));
            size = agree("size", size, 0xffffffffL, end64.getLong(40));
            position = agree("offset", position, 0xffffffffL, end64.getLong(48));
        }
        if (size < 0 || size > MOST_DIRECTORY || entries < 0 || entries > MOST_ENTRIES || position < 0
                || position > endOfDirectory || position + size != endOfDirectory) {
            throw file.bad("the zip directory claims " + entries + " entries in " + size + " bytes from byte " + position
                    + ", but must end at " + endOfDirectory + "; fetch the file again");
        }
        return new Directory(position, size, entries, endOfDirectory);
    }

    private long agree(String what, long small, long escape, long large) {
        if (small != escape && small != large) {
            throw file.bad("the two zip end records disagree on the directory's " + what + ", " + small + " and " + large
                    + "; fetch the file again");
        }
        return large;
    }

    private Central central(ByteBuffer in, long base) {
        long at = base + in.position();
        if (in.remaining() < 46 || in.getInt(in.position()) != CENTRAL) {
            throw file.bad("there is no zip directory entry at byte " + at + "; the file is damaged, fetch it again");
        }
        int p = in.position();
        int flags = Short.toUnsignedInt(in.getShort(p + 8));
        int nameLength = Short.toUnsignedInt(in.getShort(p + 28));
        int extraLength = Short.toUnsignedInt(in.getShort(p + 30));
        if (in.remaining() < 46 + nameLength + extraLength) {
            throw file.bad("the zip directory entry at byte " + at + " is cut short; the file is damaged, fetch it again");
        }
        byte[] name = new byte[nameLength];
        in.get(p + 46, name);
        String text = name(name, at);
        refuse(in.getShort(p + 10) != 0, text, "is compressed, method " + in.getShort(p + 10)
                + "; a checkpoint's entries are stored, save it again with torch.save");
        refuse((flags & ~KNOWN_FLAGS) != 0, text, "has flags 0x" + Integer.toHexString(flags)
                + " (encrypted?); save it again with torch.save");
        refuse(in.getShort(p + 32) != 0 || in.getShort(p + 34) != 0, text, "has a comment or lies on another disk; save it again with "
                + "torch.save");
        long[] values = {Integer.toUnsignedLong(in.getInt(p + 24)), Integer.toUnsignedLong(in.getInt(p + 20)),
                Integer.toUnsignedLong(in.getInt(p + 42))};
        wide(text, in.slice(p + 46 + nameLength, extraLength).order(in.order()), values);
        refuse(values[0] != values[1], text, "has " + values[1] + " stored bytes for " + values[0] + "; fetch the file again");
        refuse(values[0] < 0 || values[2] < 0, text, "has an impossible size or offset; fetch the file again");
        in.position(p + 46 + nameLength + extraLength);
        return new Central(text, flags, values[0], in.getInt(p + 16), values[2]);
    }

    /** Replaces the escaped ones of size, stored size and offset by the ZIP64 extra field's values. */
    private void wide(String name, ByteBuffer extra, long[] values) {
        while (extra.remaining() >= 4) {
            int kind = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            refuse(length > extra.remaining(), name, "has an extra field that is cut short; fetch the file again");
            int end = extra.position() + length;
            for (int i = 0; kind == 1 && i < values.length; i++) {
                if (values[i] == 0xffffffffL) {
                    refuse(end - extra.position() < 8, name, "lacks a ZIP64 size or offset; fetch the file again");
                    values[i] = extra.getLong();
                }
            }
            extra.position(end);
        }
        refuse(extra.hasRemaining(), name, "has an extra field that is cut short; fetch the file again");
    }

    private String name(byte[] bytes, long at) {
        String name = new String(bytes, StandardCharsets.UTF_8);
        boolean plain = !name.isEmpty() && !name.startsWith("/") && !name.contains("\\") && name.chars().allMatch(c -> c >= ' ' && c < 127
                || c > 160)
                && java.util.Arrays.stream(name.split("/", -1)).noneMatch(part -> part.equals("..") || part.equals(".") || part.isEmpty());
        if (!plain) {
            throw file.bad("the zip directory entry at byte " + at + " has an unsafe name of " + bytes.length
                    + " bytes; fetch the file from a source you trust");
        }
        return name;
    }

    private Entry local(Central central, long directory) {
        long at = central.local;
        refuse(at > directory - 30, central.name, "begins at byte " + at + ", behind the directory; fetch the file again");
        ByteBuffer header = file.buffer(at, 30);
        int nameLength = Short.toUnsignedInt(header.getShort(26));
        int extraLength = Short.toUnsignedInt(header.getShort(28));
        refuse(header.getInt(0) != LOCAL, central.name, "has no local header at byte " + at + "; the file is damaged, fetch it again");
        refuse(header.getShort(8) != 0 || Short.toUnsignedInt(header.getShort(6)) != central.flags, central.name,
                "has other flags or another method at byte " + at + " than in the directory; fetch the file again");
        long data = at + 30 + nameLength + extraLength;
        refuse(data > directory || central.size > directory - data, central.name, "of " + central.size
                + " bytes reaches into the zip directory at byte "
                + directory + "; fetch the file again");
        refuse(!central.name.equals(new String(file.bytes(at + 30, nameLength), StandardCharsets.UTF_8)), central.name,
                "has another name at byte " + at + "; fetch the file again");
        long[] values = {Integer.toUnsignedLong(header.getInt(22)), Integer.toUnsignedLong(header.getInt(18)), 0};
        wide(central.name, file.buffer(at + 30 + nameLength, extraLength), values);
        boolean later = (central.flags & HAS_DESCRIPTOR) != 0;
        boolean same = values[0] == central.size && values[1] == central.size && header.getInt(14) == central.crc;
        boolean unset = values[0] == 0 && values[1] == 0 && header.getInt(14) == 0;
        refuse(!same && !(later && unset), central.name, "has another size or check sum at byte " + at
                + " than in the directory; fetch the file again");
        return new Entry(central.name, data, central.size, central.crc);
    }

    /** Where the entry's data descriptor ends: 16 bytes, or 24 with ZIP64 sizes. */
    private long descriptorEnd(Central central, Entry entry, long directory) {
        long end = entry.position + entry.size;
        if ((central.flags & HAS_DESCRIPTOR) == 0) {
            return end;
        }
        ByteBuffer d = file.buffer(end, (int) Math.min(24, directory - end));
        boolean begins = d.remaining() >= 16 && d.getInt(0) == DESCRIPTOR && d.getInt(4) == central.crc;
        if (begins && d.remaining() == 24 && d.getLong(8) == central.size && d.getLong(16) == central.size) {
            return end + 24;
        }
        refuse(!begins || Integer.toUnsignedLong(d.getInt(8)) != central.size || Integer.toUnsignedLong(d.getInt(12)) != central.size,
                central.name,
                "has a data descriptor at byte " + end + " that disagrees with the directory; fetch the file again");
        return end + 16;
    }

    private void refuse(boolean bad, String entry, String what) {
        if (bad) {
            throw file.bad("entry \"" + entry + "\" " + what);
        }
    }
}
