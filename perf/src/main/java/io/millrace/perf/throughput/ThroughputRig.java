package io.millrace.perf.throughput;

import io.millrace.perf.peer.Folders;
import io.millrace.perf.peer.Machine;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.peer.Spread;
import io.millrace.perf.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many rows a second one producer brings into the engine on two cores, its own included; in turns with bare Aeron
 * and a bare Disruptor, which carry the same bytes. Every result is checked.
 */
public final class ThroughputRig
{
    private final Map<String, String> options = new HashMap<>(Map.of("rounds", "3", "warm", "6", "measure", "8",
        "channel", "aeron:ipc?term-length=16m", "pool", Integer.toString(1 << 20), "only", ""));
    private final List<Contender> contenders;
    private final List<List<Contender.Run>> runs = new ArrayList<>();
    private final Workload rows;
    private final Expected total;
    private final Expected written;

    private ThroughputRig(final String[] args)
    {
        for (final String arg : args)
        {
            final int equals = arg.indexOf('=');
            if (equals < 0 || !options.containsKey(arg.substring(0, equals)))
            {
                throw new IllegalArgumentException(arg + ", expected KEY=VALUE with a key of " + options.keySet());
            }
            options.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        contenders = Contender.ALL.stream().filter(of -> of.name().contains(text("only"))).toList();
        contenders.forEach(of -> runs.add(new ArrayList<>()));
        rows = Workload.of("seed", number("pool"));
        total = new Expected(rows, false);
        written = new Expected(rows, true);
    }

    /** Options as key=value: rounds, warm, measure (seconds), channel, pool (rows), only (part of a name). */
    public static void main(final String[] args) throws IOException, InterruptedException
    {
        new ThroughputRig(args).run();
    }

    private String text(final String key)
    {
        return options.getOrDefault(key, "");
    }

    private int number(final String key)
    {
        return Integer.parseInt(text(key));
    }

    private void run() throws IOException, InterruptedException
    {
        for (int round = 0; round < number("rounds"); round++)
        {
            for (int i = 0; i < contenders.size(); i++)
            {
                final Contender of = contenders.get(i);
                final Path folder = Files.createTempDirectory(shared(), "millrace-throughput");
                try
                {
                    final Contender.Run run = of.run(folder, text("channel"), rows.size(),
                        1000L * number("warm"), 1000L * number("measure"));
                    runs.get(i).add(run);
                    System.out.println(say(of, run));
                }
                finally
                {
                    Folders.delete(folder);
                }
            }
        }
        write();
    }

    /** Memory, where there is such a folder: a disk would write back what goes through the buffers. */
    private static Path shared()
    {
        final Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private String say(final Contender of, final Contender.Run run)
    {
        final Outcome consumer = run.consumer();
        String line = String.format(Locale.ROOT, "%s: %.2f M rows/s, producer %.0f ns a row", of.name(),
            run.producer().rowsPerSecond() / 1e6, run.producer().cpuNsPerRow());
        if (consumer != null)
        {
            if (consumer.rows() != run.producer().rows())
            {
                throw new IllegalStateException(
                    run.producer().rows() + " rows were sent, " + consumer.rows() + " crossed the ring");
            }
            final int windows = (of.form().equals("total") ? total : written).check(consumer);
            line += String.format(
                Locale.ROOT, ", engine %.0f, %d windows as expected", consumer.cpuNsPerRow(), windows);
        }
        return line;
    }

    private void write() throws IOException, InterruptedException
    {
        final StringBuilder table = new StringBuilder("# Rows a second from one producer into the engine\n\n" +
            "| | M rows/s | producer, ns a row | engine, ns a row |\n|---|---|---|---|\n");
        for (int i = 0; i < contenders.size(); i++)
        {
            final List<Contender.Run> of = runs.get(i);
            final boolean isEngine = !contenders.get(i).form().isEmpty();
            table.append("| ").append(contenders.get(i).name()).append(" | ")
                .append(Spread.of(of.stream().mapToDouble(run -> run.producer().rowsPerSecond() / 1e6).toArray())
                    .text("%.2f")).append(" | ")
                .append(Spread.of(of.stream().mapToDouble(run -> run.producer().cpuNsPerRow()).toArray())
                    .text("%.0f")).append(" | ")
                .append(isEngine ? Spread.of(of.stream().mapToDouble(ThroughputRig::engineNs).toArray())
                    .text("%.0f") : "").append(" |\n");
        }
        final Machine machine = Machine.here();
        table.append(String.format(Locale.ROOT, "%nMedian (min–max) of %d interleaved rounds, %d s each after %d s. " +
            "The central job's rows, %d bytes each and 24 of the publisher's frame, over `%s`; the producer on one " +
            "core, the engine with the media driver on another, all on one thread; no durability. Every row arrived " +
            "once, and every window's results are those that were counted beside. The Disruptor's ring has 16,384 " +
            "slots in memory that both threads share; its producer's figure is both threads'. " +
            "%s, %d processors, %s; load %s; commit %s. " +
            "Repeat: `perf/run io.millrace.perf.throughput.ThroughputRig`.%n",
            number("rounds"), number("measure"), number("warm"),
            runs.get(0).get(0).producer().resultBytes(), text("channel"), machine.processor(), machine.cores(),
            machine.java(), Machine.load(), machine.commit()));
        if (text("only").isEmpty())
        {
            Files.writeString(Files.createDirectories(Path.of("perf/results")).resolve("throughput.md"), table);
        }
        System.out.println(table);
    }

    private static double engineNs(final Contender.Run run)
    {
        final Outcome consumer = run.consumer();
        return consumer == null ? 0 : consumer.cpuNsPerRow();
    }
}
