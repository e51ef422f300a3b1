package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aeron.CommonContext;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.node.kill.NodeProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user reads when a table can't be opened, and an external media driver that comes and goes. */
class OpeningTest
{
    private static final String IPC = "aeron:ipc";

    @TempDir
    Path folder;

    private String refusal(final String job)
    {
        return assertThrows(ConnectorException.class, () -> new AeronJob(job, folder).close()).getMessage();
    }

    /** What is found before anything is opened. */
    private String mistake(final String job)
    {
        return assertThrows(IllegalArgumentException.class, () -> new AeronJob(job, folder).close()).getMessage();
    }

    @Test
    void shouldSayThatThePortIsInUseWhenItIs() throws IOException
    {
        final String refusal;
        try (DatagramSocket socket = new DatagramSocket(0))
        {
            refusal = refusal(AeronJob.passing(
                folder, "aeron:udp?endpoint=localhost:" + socket.getLocalPort(), "sbe", ""));
        }
        assertTrue(refusal.contains("port is in use"), refusal);
        assertFalse(Files.exists(folder.resolve("driver")), "the media driver's folder is left behind");
    }

    @Test
    void shouldSayWhatToDoWhenNoDriverOrAnotherDriverIsThere()
    {
        final String external =
            AeronJob.passing(folder, IPC, "sbe", "").replace("aeron.embedded-dir", "aeron.dir");
        final String missing = refusal(external);
        assertTrue(missing.contains("no media driver runs in " + AeronJob.driver(folder)), missing);
        try (MediaDriver driver = launch())
        {
            final String taken = refusal(AeronJob.passing(folder, IPC, "sbe", ""));
            assertTrue(taken.contains("already runs in " + driver.aeronDirectoryName()), taken);
        }
    }

    @Test
    void shouldSayWhatIsExpectedWhenAnOptionIsWrong()
    {
        final String channel = mistake(AeronJob.passing(folder, "udp", "sbe", ""));
        assertTrue(channel.contains("aeron:ipc or aeron:udp?endpoint=localhost:40123"), channel);
        final String ack = mistake(AeronJob.passing(folder, IPC, "sbe", ", 'ack'='always'"));
        assertTrue(ack.contains("none or journaled"), ack);
        final String journal = refusal(AeronJob.passing(folder, IPC, "sbe", ", 'ack'='journaled'"));
        assertTrue(journal.contains("--state DIR"), journal);
        final String control = mistake(AeronJob.passing(folder, "aeron:udp?control=localhost:1", "sbe", ""));
        assertTrue(control.contains("control-channel"), control);
    }

    @Test
    void shouldTakeThePlaceOfADriverThatIsGone() throws IOException
    {
        final Path stale = Files.createDirectories(Path.of(AeronJob.driver(folder)));
        Files.write(stale.resolve("cnc.dat"), new byte[1 << 16]);
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, IPC, "sbe", ""), folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, IPC)))
        {
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            job.await(() -> AeronTest.publish(publisher, 1));
        }
    }

    @Test
    void shouldBeFoundByTheirStreamsWhenTwoJobsRunOnOneMachine() throws IOException, InterruptedException
    {
        final Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        final Path stale = Files.createDirectories(Path.of(CommonContext.AERON_DIR_PROP_DEFAULT + "-millrace-" +
            dead.pid()));
        final int first = 1_000 + (int)(ProcessHandle.current().pid() % 1_000_000) * 4;
        try (NodeProcess one = start("one", first);
            NodeProcess other = start("other", first + 2);
            RowPublisher toOne = publisher(first);
            RowPublisher toOther = publisher(first + 2))
        {
            assertTrue(toOne.awaitReady(30_000), () -> toOne.reason() + one.errors());
            assertTrue(toOther.awaitReady(30_000), () -> toOther.reason() + other.errors());
            assertFalse(Files.exists(stale), "what a dead process left is still there");
            AeronTest.publish(toOne, 1);
            AeronTest.publish(toOther, 2);
            for (final NodeProcess node : List.of(one, other))
            {
                node.signal("INT");
                assertEquals(130, node.exitCode(), node::errors);
            }
        }
        assertEquals("{\"k\":\"k1\",\"n\":1}\n", Files.readString(folder.resolve("one/stdout.txt")));
        assertEquals("{\"k\":\"k2\",\"n\":2}\n", Files.readString(folder.resolve("other/stdout.txt")));
    }

    private NodeProcess start(final String name, final int stream) throws IOException
    {
        final Path own = Files.createDirectories(folder.resolve(name));
        Files.writeString(own.resolve("job.sql"), """
            CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
              WITH ('connector'='aeron', 'channel'='aeron:ipc', 'stream-id'='STREAM', 'format'='sbe');
            CREATE TABLE results (k STRING, n BIGINT) WITH ('connector'='print');
            INSERT INTO results SELECT k, n FROM events;
            """.replace("STREAM", Integer.toString(stream)));
        return NodeProcess.start(own, List.of("run", "job.sql", "--output", "json"));
    }

    private static RowPublisher publisher(final int stream)
    {
        return new RowPublisher(new RowPublisher.Context(AeronJob.EVENT).streamId(stream).publisherId(1));
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoRoomOrNoPermission() throws IOException, InterruptedException
    {
        final Path missing = folder.resolve("missing");
        final String nowhere = refusal(AeronJob.passing(missing, IPC, "sbe", ""));
        assertTrue(nowhere.contains("there is no folder " + missing + " to make") &&
            nowhere.contains("'aeron.embedded-dir'"), nowhere);
        final Path inTheWay = Files.createFile(folder.resolve("file"));
        final String file = refusal(AeronJob.passing(inTheWay, IPC, "sbe", ""));
        assertTrue(file.contains("there is no folder " + inTheWay), file);
        final Path small = Files.createDirectories(folder.resolve("small"));
        assumeTrue(new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=48m", "none", small.toString())
            .redirectErrorStream(true).start().waitFor() == 0, "a file system can't be mounted here");
        try
        {
            final String full = refusal(AeronJob.passing(small, IPC, "sbe", ""));
            assertTrue(full.contains("48 MiB free, the media driver needs 64") && full.contains("--shm-size"), full);
        }
        finally
        {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    /** Root may write everywhere, but in a file system that is read only. */
    @Test
    void shouldSayWhoLacksPermissionWhenTheFolderCanNotBeWritten() throws IOException, InterruptedException
    {
        final Path closed = Files.createDirectories(folder.resolve("closed"));
        assertTrue(closed.toFile().setWritable(false));
        final boolean isRoot = Files.isWritable(closed);
        assumeTrue(!isRoot || new ProcessBuilder("mount", "-t", "tmpfs", "-o", "ro", "none", closed.toString())
            .redirectErrorStream(true).start().waitFor() == 0, "a file system can't be mounted here");
        try
        {
            final String refusal = refusal(AeronJob.passing(closed, IPC, "sbe", ""));
            assertTrue(refusal.contains("no permission to make " + AeronJob.driver(closed)) &&
                refusal.contains("let this user write in " + closed), refusal);
        }
        finally
        {
            if (isRoot)
            {
                new ProcessBuilder("umount", closed.toString()).start().waitFor();
            }
            assertTrue(closed.toFile().setWritable(true));
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheRoomEndsWhileAStreamIsAdded() throws IOException, InterruptedException
    {
        final Path small = Files.createDirectories(folder.resolve("small"));
        assumeTrue(new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=72m", "none", small.toString())
            .redirectErrorStream(true).start().waitFor() == 0, "a file system can't be mounted here");
        try
        {
            final String full = refusal(AeronJob.passing(small, IPC, "sbe", ""));
            assertTrue(full.contains("no room") && full.contains("term-length"), full);
        }
        finally
        {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    @Test
    void shouldGoOnByItselfWhenAnExternalDriverIsStartedAnew()
    {
        MediaDriver driver = launch();
        try (AeronJob job = new AeronJob(external(), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, IPC).retainedBytes(1 << 20)))
        {
            final List<String> results = new ArrayList<>();
            final int[] rows = new int[1];
            for (int restart = 0; restart < 3; restart++)
            {
                if (restart > 0)
                {
                    driver.close();
                    driver = launch();
                }
                job.await(() -> AeronTest.poll(subscriber, results) >= 0 && subscriber.isConnected());
                // A result that is sent before the sink has noticed is lost with the driver; rows are not.
                final int before = results.size();
                job.await(() ->
                {
                    rows[0] += AeronTest.publish(publisher, rows[0]) ? 1 : 0;
                    return AeronTest.poll(subscriber, results) >= 0 && results.size() > before;
                });
            }
            job.await(() -> publisher.poll() >= 0 && publisher.expected() == rows[0]);
            final List<Integer> numbers = results.stream().map(r -> Integer.valueOf(r.substring(r.indexOf(':') + 1)))
                .toList();
            assertEquals(new TreeSet<>(numbers).stream().toList(), numbers);
            assertEquals(0, publisher.missedByEngine() + publisher.lost());
        }
        finally
        {
            driver.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"fused, false", "auto, true"})
    void shouldGiveTheDriverAThreadOfItsOwnOnlyWhereTheJobHasSeveral(final String placement, final boolean hasThread)
        throws IOException
    {
        Files.writeString(folder.resolve("job.sql"), AeronJob.passing(folder, IPC, "sbe", ""));
        try (NodeProcess node = NodeProcess.start(folder, List.of("-XX:ActiveProcessorCount=8"),
            List.of("run", "job.sql", "--set", "millrace.placement=" + placement));
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, IPC)))
        {
            assertTrue(publisher.awaitReady(30_000), () -> publisher.reason() + node.errors());
            final List<String> threads = new ArrayList<>();
            try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(node.pid()), "task")))
            {
                for (final Path task : tasks.toList())
                {
                    threads.add(Files.readString(task.resolve("comm")).trim());
                }
            }
            assertEquals(hasThread, threads.contains("aeron-driver"), threads::toString);
            node.signal("INT");
            assertEquals(130, node.exitCode(), node::errors);
        }
    }

    /** A subscriber that does not read while the driver dies learns how many results died with it. */
    @Test
    void shouldSayHowManyResultsAreLostWhenTheDriverDiesBeforeTheyAreRead()
    {
        MediaDriver driver = launch();
        try (AeronJob job = new AeronJob(external(), folder);
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            RowPublisher publisher = new RowPublisher(AeronJob.publisher(folder, IPC).retainedBytes(1 << 20)))
        {
            final List<String> results = new ArrayList<>();
            job.await(() -> AeronTest.poll(subscriber, results) >= 0 && subscriber.isConnected());
            assertTrue(publisher.awaitReady(10_000), publisher::reason);
            publish(job, publisher, 0, 10);
            job.await(() -> AeronTest.poll(subscriber, results) + results.size() >= 10);
            publish(job, publisher, 10, 17);
            job.await(() -> publisher.poll() >= 0 && publisher.expected() == 17 &&
                job.runner().job().sinks().results()[0].get() >= 17);
            driver.close();
            driver = launch();
            // It sees that the driver is another one, and reads nothing meanwhile.
            job.await(() -> subscriber.poll((row, writer, number, isProvisional) ->
            {
            }, 0) == 0 && subscriber.disconnects() > 0);
            job.await(() -> AeronTest.poll(subscriber, results) >= 0 && subscriber.missed() > 0);
            publish(job, publisher, 17, 20);
            job.await(() -> publisher.poll() >= 0 && AeronTest.poll(subscriber, results) + results.size() >= 13);
            assertEquals(7, subscriber.missed());
            assertEquals("k17:17", results.get(10));
        }
        finally
        {
            driver.close();
        }
    }

    private static void publish(final AeronJob job, final RowPublisher publisher, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            final int row = i;
            job.await(() -> AeronTest.publish(publisher, row) || publisher.poll() < 0);
        }
    }

    /** A job whose tables are with a driver that runs by itself. */
    private String external()
    {
        return AeronJob.passing(folder, IPC, "sbe", "").replace("aeron.embedded-dir", "aeron.dir");
    }

    private MediaDriver launch()
    {
        return MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(AeronJob.driver(folder))
            .threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true).dirDeleteOnShutdown(true));
    }
}
