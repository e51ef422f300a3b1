package io.millrace.engine.live;

import static io.millrace.engine.live.LiveDescriptor.ERRORS;
import static io.millrace.engine.live.LiveDescriptor.HEADER_LENGTH;
import static io.millrace.engine.live.LiveDescriptor.LATENCIES;
import static io.millrace.engine.live.LiveDescriptor.LENGTHS_OFFSET;
import static io.millrace.engine.live.LiveDescriptor.METADATA;
import static io.millrace.engine.live.LiveDescriptor.SECTIONS;
import static io.millrace.engine.live.LiveDescriptor.TEXT;
import static io.millrace.engine.live.LiveDescriptor.VALUES;
import static io.millrace.engine.live.LiveDescriptor.align;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.engine.Counter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The writing end of the file that shows a job's counters, latencies and errors ({@link LiveDescriptor}). Its blocks
 * are written before it is mapped, so that a full disk is an exception here and never a signal later.
 *
 * <p><b>Ownership:</b> the file; the mapping stays until nothing refers to it any more, since counters live in it.
 * <b>Threading:</b> made and ended by one thread, {@link #beat} is one thread's, {@link #record} is for all.
 * <b>Limits:</b> the error log holds {@link #ERROR_LOG_LENGTH} bytes; kinds of errors beyond are not kept.
 */
public final class LiveFile
{
    /** Bytes of the error log. */
    public static final int ERROR_LOG_LENGTH = 128 * 1024;

    private static final int MAX_TEXT = 256 * 1024;
    private static final int MAX_ERROR_LENGTH = 2_000;

    private final Path path;
    private final AtomicBuffer header;
    private final EpochClock clock;
    private final ErrorKinds errors;

    /** What a file is to show; filled before it is made. */
    public static final class Contents
    {
        private final List<Shown> counters = new ArrayList<>();
        private final List<Timed> latencies = new ArrayList<>();

        private record Shown(Measure measure, int instance, int part, String label, Counter counter)
        {
        }

        private record Timed(Stage stage, int instance, String label, Consumer<LatencyCounts> user)
        {
        }

        /**
         * Shows a counter, which moves into the file.
         *
         * @param instance which one of the measure's group it is; counters of one instance are added up.
         * @param part     whose share of it, in the measure's own terms.
         * @param label    the instance's name.
         */
        public void show(
            final Measure measure, final int instance, final int part, final String label, final Counter counter)
        {
            counters.add(new Shown(measure, instance, part, label, counter));
        }

        /** Has a stage's durations counted by {@code user}, which gets where. */
        public void time(final Stage stage, final int instance, final String label, final Consumer<LatencyCounts> user)
        {
            latencies.add(new Timed(stage, instance, label, user));
        }
    }

    private LiveFile(final Path path, final AtomicBuffer header, final AtomicBuffer errorLog, final EpochClock clock)
    {
        this.path = path;
        this.header = header;
        this.clock = clock;
        errors = new ErrorKinds(new DistinctErrorLog(errorLog, clock, UTF_8));
    }

    /**
     * Makes the file, in place of one that is there, and moves the counters into it. No agent may run.
     *
     * @param text the job's name, a line feed, its plan.
     * @throws IOException where there is no room for it or no permission; nothing has changed then.
     */
    public static LiveFile create(
        final Path path, final String text, final long processId, final Contents contents, final EpochClock clock,
        final LongSupplier nanoClock) throws IOException
    {
        final byte[] bytes = text.getBytes(UTF_8);
        final int[] lengths = new int[SECTIONS];
        lengths[TEXT] = align(Math.min(bytes.length, MAX_TEXT));
        lengths[VALUES] = align(Math.max(1, contents.counters.size()) * CountersReader.COUNTER_LENGTH);
        lengths[METADATA] = lengths[VALUES] / CountersReader.COUNTER_LENGTH * CountersReader.METADATA_LENGTH;
        lengths[LATENCIES] = align(contents.latencies.size() * LatencyDescriptor.LENGTH);
        lengths[ERRORS] = align(ERROR_LOG_LENGTH);
        final Path draft = path.resolveSibling(path.getFileName() + ".draft");
        final AtomicBuffer[] sections = new AtomicBuffer[SECTIONS];
        final AtomicBuffer header;
        try
        {
            header = map(draft, lengths, sections);
        }
        catch (final IOException e)
        {
            Files.deleteIfExists(draft);
            throw e;
        }
        header.putLong(LiveDescriptor.MAGIC_OFFSET, LiveDescriptor.MAGIC, ByteOrder.LITTLE_ENDIAN);
        header.putInt(LiveDescriptor.VERSION_OFFSET, LiveDescriptor.VERSION, ByteOrder.LITTLE_ENDIAN);
        header.putLong(LiveDescriptor.PROCESS_OFFSET, processId);
        header.putLong(LiveDescriptor.START_OFFSET, clock.time());
        header.putLong(LiveDescriptor.HEARTBEAT_OFFSET, clock.time());
        for (int i = 0; i < SECTIONS; i++)
        {
            header.putInt(LENGTHS_OFFSET + i * Integer.BYTES, lengths[i], ByteOrder.LITTLE_ENDIAN);
        }
        sections[TEXT].putBytes(0, bytes, 0, Math.min(bytes.length, MAX_TEXT));
        final LiveFile file = new LiveFile(path, header, sections[ERRORS], clock);
        fill(contents, sections, nanoClock);
        Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    /** Writes the whole file, then maps it: the header. */
    private static AtomicBuffer map(final Path draft, final int[] lengths, final AtomicBuffer[] sections)
        throws IOException
    {
        long length = HEADER_LENGTH;
        for (final int section : lengths)
        {
            length += section;
        }
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))
        {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1024);
            for (long at = 0; at < length; at += zeros.position())
            {
                zeros.clear().limit((int)Math.min(zeros.capacity(), length - at));
                while (zeros.hasRemaining())
                {
                    channel.write(zeros);
                }
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
            int at = HEADER_LENGTH;
            for (int i = 0; i < SECTIONS; i++)
            {
                sections[i] = new UnsafeBuffer(mapped, at, lengths[i]);
                at += lengths[i];
            }
            return new UnsafeBuffer(mapped, 0, HEADER_LENGTH);
        }
    }

    private static void fill(
        final Contents contents, final AtomicBuffer[] sections, final LongSupplier nanoClock)
    {
        final CountersManager manager = new CountersManager(sections[METADATA], sections[VALUES], UTF_8);
        for (final Contents.Shown shown : contents.counters)
        {
            final int id = manager.allocate(shortened(shown.label, CountersReader.MAX_LABEL_LENGTH),
                shown.measure.id(), key ->
                {
                    key.putInt(LiveDescriptor.INSTANCE_OFFSET, shown.instance, ByteOrder.LITTLE_ENDIAN);
                    key.putInt(LiveDescriptor.PART_OFFSET, shown.part, ByteOrder.LITTLE_ENDIAN);
                });
            shown.counter.moveTo(sections[VALUES], CountersReader.counterOffset(id));
        }
        int at = 0;
        for (final Contents.Timed timed : contents.latencies)
        {
            final AtomicBuffer section = sections[LATENCIES];
            section.putInt(at + LatencyDescriptor.STAGE_OFFSET, timed.stage.id(), ByteOrder.LITTLE_ENDIAN);
            section.putInt(at + LatencyDescriptor.INSTANCE_OFFSET, timed.instance, ByteOrder.LITTLE_ENDIAN);
            final byte[] label = shortened(timed.label, LatencyDescriptor.MAX_LABEL_LENGTH).getBytes(UTF_8);
            section.putInt(at + LatencyDescriptor.LABEL_LENGTH_OFFSET, label.length, ByteOrder.LITTLE_ENDIAN);
            section.putBytes(at + LatencyDescriptor.LABEL_OFFSET, label);
            timed.user.accept(new LatencyCounts(section, at, nanoClock));
            at += LatencyDescriptor.LENGTH;
        }
    }

    /** As many of a name's characters as are at most {@code most} bytes. */
    private static String shortened(final String name, final int most)
    {
        String shown = name;
        while (shown.getBytes(UTF_8).length > most)
        {
            shown = shown.substring(0, shown.offsetByCodePoints(shown.length(), -1));
        }
        return shown;
    }

    /** Where it is. */
    public Path path()
    {
        return path;
    }

    /** Says that the process lives. */
    public void beat()
    {
        header.putLongRelease(LiveDescriptor.HEARTBEAT_OFFSET, clock.time());
    }

    /** Counts an error; what differs in numbers alone is one kind, shown as it was first. Any thread. */
    public void record(final String error)
    {
        errors.record(error.length() > MAX_ERROR_LENGTH ? error.substring(0, MAX_ERROR_LENGTH) + "…" : error);
    }

    /** Says that the job has ended in order. */
    public void end()
    {
        beat();
        header.putLongRelease(LiveDescriptor.END_OFFSET, clock.time());
    }
}
