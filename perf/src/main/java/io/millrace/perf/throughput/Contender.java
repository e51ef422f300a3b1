package io.millrace.perf.throughput;

import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.PeerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One way from a producer to who takes the rows: two processes, each on a core of its own; the Disruptor's two threads
 * are one process on both.
 *
 * @param name     as shown.
 * @param kind     of the producer.
 * @param consumer main class of who takes the rows; empty where the producer does.
 * @param form     of the engine's job; empty without one.
 */
record Contender(String name, Producer.Kind kind, String consumer, String form)
{
    static final List<Contender> ALL = List.of(
        new Contender("Disruptor alone, within a process", Producer.Kind.DISRUPTOR, "", ""),
        new Contender("Aeron alone", Producer.Kind.AERON, "io.millrace.perf.throughput.AeronCounter", ""),
        new Contender("Millrace, count only", Producer.Kind.COLUMNS, "io.millrace.perf.millrace.StreamPeer", "total"),
        new Contender("Millrace, seed job", Producer.Kind.COLUMNS, "io.millrace.perf.millrace.StreamPeer", "written"),
        new Contender("Millrace, seed job, records that are ready", Producer.Kind.RECORDS,
            "io.millrace.perf.millrace.StreamPeer", "written"));
    private static final String CONSUMER_CORE = "0";
    private static final String PRODUCER_CORE = "1";

    /** What both sides saw; the consumer's is null where it says nothing. */
    record Run(Outcome producer, @Nullable Outcome consumer)
    {
    }

    /** Runs it once. */
    Run run(final Path folder, final String channel, final int pool, final long warmMs, final long measureMs)
        throws IOException, InterruptedException
    {
        final String driver = folder.resolve("driver").toString();
        final Process taking = consumer.isEmpty() ? null : start(CONSUMER_CORE, consumer,
            form.isEmpty() ? List.of(driver, channel) : List.of(form, driver, channel));
        final Process sending = start(consumer.isEmpty() ? "0,1" : PRODUCER_CORE, Producer.class.getName(), List.of(
            kind.name(), driver, channel, Integer.toString(pool), Long.toString(warmMs), Long.toString(measureMs)));
        try
        {
            final List<String> said = listen(sending, taking);
            if (!form.isEmpty() && taking != null)
            {
                taking.getOutputStream().close();
            }
            final List<String> answered = taking == null ? List.of() : lines(taking);
            return new Run(Outcome.parse(said), form.isEmpty() ? null : Outcome.parse(answered));
        }
        finally
        {
            end(sending);
            if (taking != null)
            {
                end(taking);
            }
        }
    }

    private static Process start(final String cores, final String mainClass, final List<String> arguments)
        throws IOException
    {
        final List<String> command = new ArrayList<>(List.of("taskset", "-c", cores,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xms256m",
            "-Xmx1g", "-XX:MaxDirectMemorySize=4g", "-XX:-UsePerfData",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("-cp", PeerProcess.classPath(PeerProcess::isMillraces), mainClass));
        command.addAll(arguments);
        final ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putIfAbsent("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        return builder.start();
    }

    /** What the producer says to its end; who takes the rows is told when the measured part begins and ends. */
    private List<String> listen(final Process sending, final @Nullable Process taking) throws IOException
    {
        final List<String> said = new ArrayList<>();
        final BufferedReader reader = sending.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine())
        {
            said.add(line);
            if (taking != null && (line.equals(Producer.MEASURING) || line.equals(Producer.MEASURED)))
            {
                final OutputStream to = taking.getOutputStream();
                to.write('\n');
                to.flush();
            }
        }
        requireRight(sending, said);
        return said;
    }

    private List<String> lines(final Process process) throws IOException
    {
        final List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        requireRight(process, lines);
        return lines;
    }

    private void requireRight(final Process process, final List<String> said) throws IOException
    {
        try
        {
            if (process.waitFor() != 0)
            {
                throw new IOException(name + " ended with " + process.exitValue() + ": " + said);
            }
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void end(final Process process) throws InterruptedException
    {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS))
        {
            process.destroyForcibly();
        }
    }
}
