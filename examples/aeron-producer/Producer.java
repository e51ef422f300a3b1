import io.millrace.client.DriverFolders;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowPublisher;
import io.millrace.client.RowSchema;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Publishes orders to the job beside it and prints the sums that come back. One argument: how many orders. */
public final class Producer
{
    private static final RowSchema ORDERS = RowSchema.of("orders", "user_id STRING, amount BIGINT, ts TIMESTAMP(3)");
    private static final RowSchema TOTALS =
        RowSchema.of("totals", "user_id STRING, orders BIGINT, amount BIGINT, window_start TIMESTAMP(3)");
    private static final int USERS = 5;
    private static final long START_MS = 1_767_225_600_000L;
    private static final long WAIT_MS = 10_000;
    private static final long QUIET_NS = 500_000_000;

    private Producer()
    {
    }

    public static void main(final String[] arguments)
    {
        final long orders = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000;
        final String driver = DriverFolders.FOUND;
        try (ResultSubscriber totals = new ResultSubscriber(TOTALS, driver, "aeron:ipc", 20, false);
            RowPublisher publisher = new RowPublisher(new RowPublisher.Context(ORDERS)
                .aeronDirectory(driver).channel("aeron:ipc").streamId(10).publisherId(1)))
        {
            if (!publisher.awaitReady(WAIT_MS) || !totals.awaitConnected(WAIT_MS))
            {
                System.err.println(
                    "no job answers: start it first with  ./millrace run examples/aeron-producer/job.sql" +
                    (publisher.reason() == null ? "" : "  (" + publisher.reason() + ")"));
                System.exit(1);
            }
            publish(publisher, totals, orders);
            final long deadlineNs = System.nanoTime() + WAIT_MS * 1_000_000;
            while (publisher.expected() != publisher.nextSequence() && System.nanoTime() - deadlineNs < 0)
            {
                publisher.poll();
                poll(totals);
            }
            // The last results, until none has come for a while.
            for (long lastNs = System.nanoTime(); System.nanoTime() - lastNs < QUIET_NS; LockSupport.parkNanos(100_000))
            {
                lastNs = poll(totals) > 0 ? System.nanoTime() : lastNs;
            }
            System.err.println("published " + orders + " orders, back pressured " + backPressured + " times; " +
                totals.results() + " results; rows up to " + publisher.expected() + " were taken");
        }
    }

    private static long backPressured;

    private static void publish(final RowPublisher publisher, final ResultSubscriber totals, final long orders)
    {
        final int user = ORDERS.column("user_id");
        final int amount = ORDERS.column("amount");
        final int time = ORDERS.column("ts");
        final long base = publisher.nextSequence();
        for (long i = 0; i < orders; )
        {
            long result = publisher.claim();
            if (result == RowPublisher.READY)
            {
                publisher.row().setText(user, "user-" + (base + i) % USERS).setLong(amount, 1 + i % 100)
                    .setLong(time, START_MS + (base + i) * 10);
                result = publisher.commit();
            }
            if (result >= 0)
            {
                i++;
            }
            else if (result == RowPublisher.BACK_PRESSURED || result == RowPublisher.NOT_CONNECTED)
            {
                backPressured++;
                Thread.yield();
            }
            else
            {
                throw new IllegalStateException("refused with " + result + ": " + publisher.reason());
            }
            poll(totals);
        }
    }

    private static int poll(final ResultSubscriber totals)
    {
        return totals.poll((row, writer, number, isProvisional) -> System.out.println(Instant.ofEpochMilli(row.getLong(3)) +
            "  " + row.getText(0) + "  orders " + row.getLong(1) + "  amount " + row.getLong(2)), 100);
    }
}
