package io.millrace.perf.throughput;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.perf.peer.Outcome;
import io.millrace.perf.workload.Workload;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** One producer in a process of its own: sends rows as quickly as they are taken. */
public final class Producer
{
    /** Lines by which it says that the measured part begins, and that it is over. */
    static final String MEASURING = "measuring";
    static final String MEASURED = "measured";
    private static final int BATCH = 1 << 10;

    private Producer()
    {
    }

    /** Where rows go to. */
    enum Kind
    {
        DISRUPTOR, AERON, COLUMNS, RECORDS
    }

    /** Kind, the driver's folder, channel, rows of the pool, milliseconds before, milliseconds measured. */
    public static void main(final String[] args)
    {
        final Workload rows = Workload.of("seed", Integer.parseInt(args[3]));
        final Records records = new Records(rows);
        final long warmNs = Long.parseLong(args[4]) * 1_000_000;
        final long measureNs = Long.parseLong(args[5]) * 1_000_000;
        try (Outlet outlet = outlet(Kind.valueOf(args[0]), args[1], args[2], records))
        {
            System.out.print(run(outlet, records, rows.size(), warmNs, measureNs).text());
        }
    }

    private static Outlet outlet(final Kind kind, final String driver, final String channel, final Records records)
    {
        return switch (kind)
        {
            case DISRUPTOR -> new DisruptorOutlet(records);
            case AERON -> new AeronOutlet(driver, channel, records);
            case COLUMNS, RECORDS -> new EngineOutlet(driver, channel, records, kind == Kind.RECORDS);
        };
    }

    private static Outcome run(
        final Outlet outlet, final Records records, final int size, final long warmNs, final long measureNs)
    {
        final OperatingSystemMXBean process = (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();
        final long beginNs = System.nanoTime();
        long sent = 0;
        long startNs = 0;
        long startSent = 0;
        long startCpuNs = 0;
        long nowNs = beginNs;
        while (startNs == 0 || nowNs - startNs < measureNs)
        {
            for (int i = 0; i < BATCH; i++)
            {
                send(outlet, records, sent / size, (int)(sent % size));
                sent++;
            }
            nowNs = System.nanoTime();
            if (startNs == 0 && nowNs - beginNs >= warmNs)
            {
                startNs = nowNs;
                startSent = sent;
                startCpuNs = process.getProcessCpuTime();
                say(MEASURING);
            }
        }
        final long cpuNs = process.getProcessCpuTime() - startCpuNs;
        say(MEASURED);
        outlet.finish(sent);
        return new Outcome(sent, sent - startSent, nowNs - startNs, cpuNs, 0, records.meanLength(), Map.of());
    }

    private static void say(final String line)
    {
        System.out.println(line);
        System.out.flush();
    }

    private static void send(final Outlet outlet, final Records records, final long turn, final int row)
    {
        records.place(turn, row);
        while (!outlet.trySend(row))
        {
            Thread.onSpinWait();
        }
    }
}
