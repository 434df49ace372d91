package io.vivace.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A disk that keeps only the first bytes written at offset 0, counts the rest, and fills up at a given size. */
public final class FullDisk extends FileChannel {
    private final long capacity;
    private long size;
    private byte[] head;

    public FullDisk(long capacity) {
        this.capacity = capacity;
    }

    /** What was last written at an offset. */
    public byte[] head() {
        return head;
    }

    @Override public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        if (size + count > capacity) throw new IOException("No space left on device");
        source.position(source.limit());
        size += count;
        return count;
    }

    @Override public int write(ByteBuffer source, long position) {
        head = new byte[source.remaining()];
        source.get(head);
        return head.length;
    }

    @Override public long size() {
        return size;
    }

    @Override public void force(boolean metaData) throws IOException {
        if (size == capacity) throw new IOException("Input/output error");
    }

    @Override protected void implCloseChannel() {
        // there is nothing to release
    }

    @Override public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override public int read(ByteBuffer target, long position) {
        throw new UnsupportedOperationException();
    }

    @Override public long position() {
        throw new UnsupportedOperationException();
    }

    @Override public FileChannel position(long position) {
        throw new UnsupportedOperationException();
    }

    @Override public FileChannel truncate(long newSize) {
        throw new UnsupportedOperationException();
    }

    @Override public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override public MappedByteBuffer map(MapMode mode, long position, long length) {
        throw new UnsupportedOperationException();
    }

    @Override public FileLock lock(long position, long length, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override public FileLock tryLock(long position, long length, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
