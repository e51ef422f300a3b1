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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        final String nowhere = refusal(AeronJob.passing(folder.resolve("missing"), IPC, "sbe", ""));
        assertTrue(nowhere.contains("no permission to make") && nowhere.contains("'aeron.embedded-dir'"), nowhere);
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
        final String text = AeronJob.passing(folder, IPC, "sbe", "").replace("aeron.embedded-dir", "aeron.dir");
        MediaDriver driver = launch();
        try (AeronJob job = new AeronJob(text, folder);
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

    private MediaDriver launch()
    {
        return MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(AeronJob.driver(folder))
            .threadingMode(ThreadingMode.SHARED).dirDeleteOnStart(true).dirDeleteOnShutdown(true));
    }
}
