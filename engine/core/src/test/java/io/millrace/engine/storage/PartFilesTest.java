package io.millrace.engine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PartFilesTest
{
    private final long line = Memory.allocate(16);
    private final DiskFixture disk = new DiskFixture(new DiskFixture.Fuse());

    @AfterEach
    void free()
    {
        Memory.free(line);
    }

    private PartFiles newWriter(final Storage storage, final long maxLength, final long maxAgeNs)
    {
        Memory.fill(line, 15, (byte)'x');
        Memory.putByte(line + 15, (byte)'\n');
        return new PartFiles(storage, "out", "7f", maxLength, maxAgeNs, () -> 0);
    }

    private List<String> visible()
    {
        return disk.list("out").stream().filter(name -> !name.startsWith(".")).toList();
    }

    @Test
    void shouldNotTakeAnEmptyFolderForOneWherePartsWereShown()
    {
        final PartFiles writer = newWriter(disk, 1 << 20, PartFiles.EACH_COMMIT);
        writer.append(line, 16);
        final String token = writer.prepare();
        writer.close();
        final DiskFixture unmounted = new DiskFixture(new DiskFixture.Fuse());
        final StorageException e = assertThrows(StorageException.class,
            () -> newWriter(unmounted, 1 << 20, PartFiles.EACH_COMMIT).recover(token));
        assertTrue(String.valueOf(e.getMessage()).contains("is this the same folder?"), e.getMessage());
        newWriter(disk, 1 << 20, PartFiles.EACH_COMMIT).recover(token);
        assertEquals(List.of("part-7f-0.jsonl"), visible());
    }

    @Test
    void shouldGoOnWhenSomeoneTookVisibleParts()
    {
        final PartFiles writer = newWriter(disk, 20, PartFiles.EACH_COMMIT);
        for (int i = 0; i < 5; i++)
        {
            writer.append(line, 16);
        }
        final String token = writer.prepare();
        writer.complete(token);
        assertEquals(List.of("part-7f-0.jsonl", "part-7f-1.jsonl", "part-7f-2.jsonl"), visible());
        disk.delete("out/part-7f-0.jsonl");
        disk.delete("out/part-7f-2.jsonl");
        final PartFiles next = newWriter(disk, 20, PartFiles.EACH_COMMIT);
        next.recover(token);
        next.complete(token);
        next.append(line, 16);
        next.complete(next.prepare());
        assertEquals(List.of("part-7f-1.jsonl", "part-7f-3.jsonl"), visible());
        assertEquals(1, disk.list("out").stream().filter(name -> name.endsWith(".shown")).count());
    }

    @Test
    void shouldKeepOtherWritersParts()
    {
        final PartFiles other = new PartFiles(disk, "out", "7f0", 20, PartFiles.EACH_COMMIT, () -> 0);
        Memory.putByte(line, (byte)'\n');
        other.append(line, 1);
        final String others = other.prepare();
        final PartFiles writer = newWriter(disk, 20, PartFiles.EACH_COMMIT);
        writer.recover(writer.prepare());
        writer.append(line, 16);
        writer.complete(writer.prepare());
        other.complete(others);
        assertEquals(List.of("part-7f-0.jsonl", "part-7f0-0.jsonl"), visible());
    }
}
