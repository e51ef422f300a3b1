package io.millrace.engine.live;

import static io.millrace.engine.live.LiveDescriptor.ERRORS;
import static io.millrace.engine.live.LiveDescriptor.HEADER_LENGTH;
import static io.millrace.engine.live.LiveDescriptor.LATENCIES;
import static io.millrace.engine.live.LiveDescriptor.LENGTHS_OFFSET;
import static io.millrace.engine.live.LiveDescriptor.METADATA;
import static io.millrace.engine.live.LiveDescriptor.SECTIONS;
import static io.millrace.engine.live.LiveDescriptor.TEXT;
import static io.millrace.engine.live.LiveDescriptor.VALUES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.agrona.concurrent.status.CountersReader.LABEL_OFFSET;
import static org.agrona.concurrent.status.CountersReader.MAX_LABEL_LENGTH;
import static org.agrona.concurrent.status.CountersReader.METADATA_LENGTH;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.ErrorLogReader;
import org.agrona.concurrent.status.CountersReader;

/**
 * Reads the file of a job's counters. The file is read, not mapped: whatever becomes of it meanwhile, the reader lives.
 * Each value is whole; one may be a moment older than another.
 */
public final class LiveReader
{
    private static final int MAX_LENGTH = 64 << 20;

    private LiveReader()
    {
    }

    /**
     * Reads everything.
     *
     * @throws LiveFileException where it isn't such a file, is damaged, or of another version.
     * @throws IOException       where it can't be read.
     */
    public static LiveView read(final Path path) throws IOException
    {
        final AtomicBuffer file = load(path, MAX_LENGTH);
        final AtomicBuffer[] sections = sections(path, file);
        try
        {
            final byte[] text = new byte[sections[TEXT].capacity()];
            sections[TEXT].getBytes(0, text);
            final String[] jobAndPlan = new String(text, UTF_8).split("\0", 2)[0].split("\n", 2);
            return new LiveView(file.getLong(LiveDescriptor.PROCESS_OFFSET, LITTLE_ENDIAN),
                file.getLong(LiveDescriptor.START_OFFSET, LITTLE_ENDIAN),
                file.getLong(LiveDescriptor.HEARTBEAT_OFFSET, LITTLE_ENDIAN),
                file.getLong(LiveDescriptor.END_OFFSET, LITTLE_ENDIAN), jobAndPlan[0],
                jobAndPlan.length > 1 ? jobAndPlan[1] : "", groups(sections[METADATA], sections[VALUES]),
                latencies(sections[LATENCIES]), errors(sections[ERRORS]));
        }
        catch (final IndexOutOfBoundsException | IllegalArgumentException e)
        {
            throw new LiveFileException(path + " is damaged: a length in it points beyond its end");
        }
    }

    /**
     * Reads when the engine last said that it lives, and nothing else.
     *
     * @throws LiveFileException where it isn't such a file, or of another version.
     */
    public static long heartbeatMs(final Path path) throws IOException
    {
        final AtomicBuffer header = load(path, HEADER_LENGTH);
        requireVersion(path, header);
        return header.getLong(LiveDescriptor.HEARTBEAT_OFFSET, LITTLE_ENDIAN);
    }

    /** The first {@code most} bytes, or all where there are fewer. */
    private static AtomicBuffer load(final Path path, final int most) throws IOException
    {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ))
        {
            final long length = channel.size();
            if (length < HEADER_LENGTH || length > MAX_LENGTH)
            {
                throw new LiveFileException(path + " is not a file of counters: it has " + length + " bytes");
            }
            final ByteBuffer bytes = ByteBuffer.allocate((int)Math.min(most, length));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0)
            {
                Thread.onSpinWait();
            }
            if (bytes.hasRemaining())
            {
                throw new LiveFileException(path + " became shorter while it was read");
            }
            return new UnsafeBuffer(bytes.array());
        }
    }

    private static void requireVersion(final Path path, final AtomicBuffer file) throws LiveFileException
    {
        if (file.getLong(LiveDescriptor.MAGIC_OFFSET, LITTLE_ENDIAN) != LiveDescriptor.MAGIC)
        {
            throw new LiveFileException(path + " is not a file of counters: it does not begin as one");
        }
        final int version = file.getInt(LiveDescriptor.VERSION_OFFSET, LITTLE_ENDIAN);
        if (version != LiveDescriptor.VERSION)
        {
            throw new LiveFileException(path + " has version " + version + ", this build reads version " +
                LiveDescriptor.VERSION);
        }
    }

    private static AtomicBuffer[] sections(final Path path, final AtomicBuffer file) throws LiveFileException
    {
        requireVersion(path, file);
        final AtomicBuffer[] sections = new AtomicBuffer[SECTIONS];
        long at = HEADER_LENGTH;
        for (int i = 0; i < SECTIONS; i++)
        {
            final int length = file.getInt(LENGTHS_OFFSET + i * Integer.BYTES, LITTLE_ENDIAN);
            if (length < 0 || at + length > file.capacity())
            {
                throw new LiveFileException(path + " is damaged: it ends within section " + i);
            }
            sections[i] = new UnsafeBuffer(file, (int)at, length);
            at += length;
        }
        return sections;
    }

    private static Map<Measure.Group, Map<Integer, LiveView.Instance>> groups(
        final AtomicBuffer metadata, final AtomicBuffer values)
    {
        final Map<Measure.Group, Map<Integer, LiveView.Instance>> groups = new EnumMap<>(Measure.Group.class);
        final List<int[]> inputs = new ArrayList<>();
        requireLabels(metadata);
        final CountersReader reader = new CountersReader(metadata, values, UTF_8);
        reader.forEach((id, type, key, label) ->
        {
            final Measure measure = Measure.of(type);
            if (measure != null)
            {
                final int instance = key.getInt(LiveDescriptor.INSTANCE_OFFSET, LITTLE_ENDIAN);
                add(groups, measure, instance, label, reader.getCounterValue(id));
                if (measure == Measure.STATEMENT_FILTERED)
                {
                    inputs.add(new int[]{instance, key.getInt(LiveDescriptor.PART_OFFSET, LITTLE_ENDIAN)});
                }
            }
        });
        for (final int[] input : inputs)
        {
            // A statement reads all of a table's rows, and those that could not be read are dead in it.
            final LiveView.Instance table = groups.getOrDefault(Measure.Group.SOURCE, Map.of()).get(input[1]);
            if (table != null)
            {
                add(groups, Measure.STATEMENT_IN, input[0], "", table.get(Measure.SOURCE_ROWS));
                add(groups, Measure.STATEMENT_DEAD, input[0], "", table.get(Measure.SOURCE_DEAD));
            }
        }
        return groups;
    }

    /** The reader of counters makes an array of the length that it finds, whatever that is. */
    private static void requireLabels(final AtomicBuffer metadata)
    {
        for (int at = 0; at + METADATA_LENGTH <= metadata.capacity(); at += METADATA_LENGTH)
        {
            final int length = metadata.getInt(at + LABEL_OFFSET);
            if (length < 0 || length > MAX_LABEL_LENGTH)
            {
                throw new IndexOutOfBoundsException("a label of " + length + " bytes");
            }
        }
    }

    private static void add(
        final Map<Measure.Group, Map<Integer, LiveView.Instance>> groups, final Measure measure, final int instance,
        final String label, final long value)
    {
        groups.computeIfAbsent(measure.group(), group -> new TreeMap<>())
            .computeIfAbsent(instance, number -> new LiveView.Instance(label, new EnumMap<>(Measure.class)))
            .values().merge(measure, value, Long::sum);
    }

    private static List<LiveView.Latency> latencies(final AtomicBuffer section)
    {
        final List<LiveView.Latency> latencies = new ArrayList<>();
        for (int at = 0; at + LatencyDescriptor.LENGTH <= section.capacity(); at += LatencyDescriptor.LENGTH)
        {
            final Stage stage = Stage.of(section.getInt(at + LatencyDescriptor.STAGE_OFFSET, LITTLE_ENDIAN));
            if (stage == null)
            {
                continue;
            }
            final byte[] label = new byte[Math.max(0, Math.min(LatencyDescriptor.MAX_LABEL_LENGTH,
                section.getInt(at + LatencyDescriptor.LABEL_LENGTH_OFFSET, LITTLE_ENDIAN)))];
            section.getBytes(at + LatencyDescriptor.LABEL_OFFSET, label);
            final long[] counts = new long[LatencyDescriptor.BUCKETS];
            for (int bucket = 0; bucket < counts.length; bucket++)
            {
                counts[bucket] =
                    section.getLong(at + LatencyDescriptor.COUNTS_OFFSET + bucket * Long.BYTES, LITTLE_ENDIAN);
            }
            latencies.add(new LiveView.Latency(stage,
                section.getInt(at + LatencyDescriptor.INSTANCE_OFFSET, LITTLE_ENDIAN), new String(label, UTF_8),
                counts));
        }
        return latencies;
    }

    private static List<LiveView.SeenError> errors(final AtomicBuffer section)
    {
        final List<LiveView.SeenError> errors = new ArrayList<>();
        ErrorLogReader.read(section, (count, firstMs, lastMs, text) ->
            errors.add(new LiveView.SeenError(count, firstMs, lastMs, text.strip())));
        return errors;
    }
}
