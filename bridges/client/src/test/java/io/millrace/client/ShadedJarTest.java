package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.Header;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar as programs get it: a process with it, Agrona and Aeron's client publishes rows and reads results. The engine
 * is played here: it says that it takes rows, and sends each back as a result.
 */
class ShadedJarTest
{
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final RowSchema SCHEMA = RowSchema.of("events", ShadedProgram.COLUMNS);
    private static final int MARK = FrameDescriptor.mark(SCHEMA.id(), SCHEMA.describe());

    @TempDir
    Path folder;
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[FrameDescriptor.ANSWER_TEXT_OFFSET]);
    private final UnsafeBuffer result = new UnsafeBuffer(new byte[4096]);
    private int sessionId;
    private long greeting;
    private int taken;

    @Test
    void shouldPublishAndSubscribeWithAgronaAndAeronAlone() throws Exception
    {
        final Path printed = folder.resolve("printed.txt");
        try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(folder.resolve("driver").toString()).threadingMode(ThreadingMode.SHARED)
            .dirDeleteOnShutdown(true));
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
            Subscription events = aeron.addSubscription("aeron:ipc", ShadedProgram.EVENTS);
            ExclusivePublication answers = aeron.addExclusivePublication("aeron:ipc", ShadedProgram.EVENTS + 1);
            ExclusivePublication results = aeron.addExclusivePublication("aeron:ipc", ShadedProgram.RESULTS))
        {
            final Process program = start(driver.aeronDirectoryName(), printed);
            try
            {
                final UnsafeBuffer layout = FrameDescriptor.layout(SCHEMA.id(), SCHEMA.describe(), 1);
                final long beginNs = System.nanoTime();
                boolean isSaid = false;
                while (program.isAlive() && System.nanoTime() - beginNs < DEADLINE_NS)
                {
                    events.poll((buffer, offset, length, header) ->
                        take(buffer, offset, length, header, results, program), 10);
                    answer(answers);
                    isSaid = isSaid || results.offer(layout, 0, layout.capacity()) > 0;
                    LockSupport.parkNanos(100_000);
                }
            }
            finally
            {
                program.destroyForcibly().waitFor();
            }
            assertEquals(0, program.exitValue(), Files.readString(printed));
        }
        assertEquals(IntStream.range(0, ShadedProgram.ROWS)
            .mapToObj(i -> i + " ü" + i + " " + i + " 1." + i + " " + i + ".1000").toList(),
            Files.readAllLines(printed));
    }

    private void take(
        final DirectBuffer buffer, final int offset, final int length, final Header header,
        final ExclusivePublication results, final Process program)
    {
        switch (FrameDescriptor.template(buffer, offset, length))
        {
            case FrameDescriptor.HELLO ->
            {
                sessionId = header.sessionId();
                greeting = FrameDescriptor.getInt(buffer, offset + FrameDescriptor.HELLO_GREETING_OFFSET);
            }
            case FrameDescriptor.ROW ->
            {
                FrameDescriptor.putLong(result, 0, FrameDescriptor.header(FrameDescriptor.RESULT));
                FrameDescriptor.putInt(result, FrameDescriptor.RESULT_WRITER_OFFSET, 0);
                FrameDescriptor.putInt(result, FrameDescriptor.RESULT_FLAGS_OFFSET, MARK);
                FrameDescriptor.putLong(result, FrameDescriptor.RESULT_NUMBER_OFFSET, taken++);
                FrameDescriptor.putLong(result, FrameDescriptor.RESULT_EPOCH_OFFSET, 0);
                FrameDescriptor.putLong(result, FrameDescriptor.RESULT_BASE_OFFSET, 0);
                final int record = length - FrameDescriptor.RECORD_OFFSET;
                result.putBytes(FrameDescriptor.RESULT_RECORD_OFFSET, buffer, offset + FrameDescriptor.RECORD_OFFSET,
                    record);
                offer(results, result, FrameDescriptor.RESULT_RECORD_OFFSET + record, program);
            }
            default -> assertEquals(FrameDescriptor.BYE, FrameDescriptor.template(buffer, offset, length));
        }
    }

    private static void offer(
        final ExclusivePublication to, final DirectBuffer frame, final int length, final Process program)
    {
        final long beginNs = System.nanoTime();
        while (to.offer(frame, 0, length) < 0)
        {
            assertTrue(program.isAlive() && System.nanoTime() - beginNs < DEADLINE_NS, "nobody listens");
            LockSupport.parkNanos(100_000);
        }
    }

    /** As the engine does again and again. */
    private void answer(final ExclusivePublication answers)
    {
        if (greeting > 0)
        {
            FrameDescriptor.putLong(answer, 0, FrameDescriptor.header(FrameDescriptor.ANSWER));
            FrameDescriptor.putLong(answer, FrameDescriptor.PUBLISHER_OFFSET, 7);
            FrameDescriptor.putInt(answer, FrameDescriptor.ANSWER_SESSION_OFFSET, sessionId);
            FrameDescriptor.putInt(answer, FrameDescriptor.ANSWER_STATUS_OFFSET, FrameDescriptor.TAKEN);
            FrameDescriptor.putLong(answer, FrameDescriptor.ANSWER_EXPECTED_OFFSET, taken);
            FrameDescriptor.putLong(answer, FrameDescriptor.ANSWER_ACKNOWLEDGED_OFFSET, taken);
            FrameDescriptor.putLong(answer, FrameDescriptor.ANSWER_GREETING_OFFSET, greeting);
            answers.offer(answer, 0, answer.capacity());
        }
    }

    private static Process start(final String driver, final Path printed) throws Exception
    {
        final String path = Stream.of(jar(), of(Aeron.class), of(DirectBuffer.class), of(ShadedProgram.class))
            .map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
            "-XX:+UseSerialGC", "-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8",
            "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED", "-cp", path, ShadedProgram.class.getName(),
            driver).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    }

    /** Where a class was loaded from. */
    private static Path of(final Class<?> type) throws Exception
    {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The jar that was packaged before this test, whose codecs nobody else's can be in the way of. */
    private static Path jar() throws Exception
    {
        final List<Path> jars;
        try (Stream<Path> files = Files.list(of(ShadedProgram.class).getParent()))
        {
            jars = files.filter(file -> file.getFileName().toString().matches("millrace-client-[^-]+(-SNAPSHOT)?.jar"))
                .toList();
        }
        assertEquals(1, jars.size(), jars::toString);
        try (JarFile jar = new JarFile(jars.get(0).toFile()))
        {
            final List<String> foreign = jar.stream().map(entry -> entry.getName()).filter(name ->
                name.endsWith(".class") && !name.startsWith("io/millrace/client/")).toList();
            assertEquals(List.of(), foreign);
        }
        return jars.get(0);
    }
}
