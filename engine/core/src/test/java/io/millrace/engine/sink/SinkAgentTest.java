package io.millrace.engine.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import io.millrace.engine.connector.ConnectorException;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.log.Log;
import io.millrace.engine.log.MemoryLog;
import io.millrace.engine.log.RecordDescriptor;
import io.millrace.engine.log.RecordWriter;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.plan.SinkPlan;
import io.millrace.engine.plan.StatementPlan;
import io.millrace.engine.storage.DiskFixture;
import io.millrace.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two sinks of one output log in a state folder, one of which fails. */
final class SinkAgentTest
{
    private static final long SECOND = 1_000_000_000L;
    private static final int CAPACITY = 1 << 16;
    private static final RowLayout LAYOUT =
        RowLayout.of(List.of(new SqlType.Field("n", SqlType.of(SqlType.Kind.BIGINT))));

    private final DiskFixture state = new DiskFixture(new DiskFixture.Fuse());
    private final MemoryLog log = new MemoryLog(CAPACITY);
    private final RecordWriter writer = new RecordWriter(log, 0, 1024);
    private final List<String> said = new ArrayList<>();
    private final Rows good = new Rows();
    private final Rows bad = new Rows();
    private Map<String, String> options = Map.of();
    private long nowNs;
    private int appended;
    private boolean isEnded;

    /** What a table holds, and whether it can be reached. */
    private static final class Rows
    {
        private final List<Long> rows = new ArrayList<>();
        private boolean isGone;
        private boolean isCommitBroken;
        private int opened;
    }

    /** Shows rows as they come, and takes none back. */
    private static final class Live implements Sink
    {
        private final Rows table;

        Live(final Rows table)
        {
            this.table = table;
            table.opened++;
            require();
        }

        private void require()
        {
            if (table.isGone)
            {
                throw new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "the other side is gone");
            }
        }

        @Override
        public void write(final long row, final int length)
        {
            require();
            table.rows.add(Memory.getLong(row + LAYOUT.column("n").fixedOffset()));
        }

        @Override
        public void flush()
        {
            require();
        }

        @Override
        public void complete(final String token)
        {
            if (table.isCommitBroken)
            {
                throw new ConnectorException(ConnectorException.Kind.ENVIRONMENT, "no commit");
            }
        }

        @Override
        public void end()
        {
            require();
        }

        @Override
        public void close()
        {
            require();
        }
    }

    @AfterEach
    void close()
    {
        writer.close();
        log.close();
    }

    private Sinks open()
    {
        return open(log);
    }

    private Sinks open(final Log output)
    {
        final JobPlan plan = new JobPlan("two", Map.of(), List.of(),
            List.of(new SinkPlan(0, "good", LAYOUT, Map.of()), new SinkPlan(1, "bad", LAYOUT, options)),
            List.of(new StatementPlan(0, "INSERT INTO good", 0, List.of()),
                new StatementPlan(1, "INSERT INTO bad", 1, List.of())), List.of(), List.of());
        final List<Supplier<Sink>> openers = List.of(() -> new Live(good), () -> new Live(bad));
        return Sinks.durable(plan, List.of(new Live(good), new Live(bad)), openers, List.of(), state, output,
            () -> isEnded, ErrorHandling.KEEP, () -> 0, new CommitTerms(new PositionStore(state), () -> nowNs,
                () -> isEnded, SECOND, 60 * SECOND, CAPACITY / 2, said::add));
    }

    private int append(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int statement = 0; statement < 2; statement++)
            {
                if (!writer.hasRoom(LAYOUT.minRowLength() + Memory.SLACK))
                {
                    return i;
                }
                Memory.fill(writer.payload(), LAYOUT.minRowLength(), (byte)0);
                Memory.putLong(writer.payload() + LAYOUT.column("n").fixedOffset(), appended);
                writer.commit(RecordDescriptor.RESULT, statement, LAYOUT.minRowLength());
            }
            appended++;
        }
        return writer.flush() ? count : 0;
    }

    private void work(final Sinks sinks, final long forNs)
    {
        for (int i = 0; i < 500; i++)
        {
            nowNs += forNs / 500;
            sinks.agents().forEach(SinkAgent::doWork);
        }
    }

    private static List<Long> upTo(final long end)
    {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void shouldGoOnWithTheOthersWhileASinkFailsAndCatchUp()
    {
        try (Sinks sinks = open())
        {
            append(10);
            work(sinks, 5 * SECOND);
            bad.isGone = true;
            append(10);
            work(sinks, 30 * SECOND);
            assertEquals(upTo(20), good.rows);
            assertEquals(upTo(10), bad.rows);
            assertTrue(sinks.agents().get(2).backlogBytes() > 0);
            assertTrue(bad.opened >= 6 && bad.opened <= 16, bad.opened + " times opened");
            assertEquals(1, said.size(), said.toString());
            bad.isGone = false;
            isEnded = true;
            work(sinks, 10 * SECOND);
            assertTrue(sinks.isDone());
            assertEquals(upTo(20), bad.rows);
            assertEquals(List.of(20L, 20L), List.of(sinks.results()[0].get(), sinks.results()[1].get()));
            assertEquals(2, said.size(), said.toString());
        }
    }

    @Test
    void shouldLetAFullLogGoOfWhatWasStoredBeforeACommitFailed()
    {
        try (Sinks sinks = open())
        {
            bad.isCommitBroken = true;
            while (append(1) == 1)
            {
                assertTrue(appended < CAPACITY);
            }
            work(sinks, 5 * SECOND);
            bad.isCommitBroken = false;
            work(sinks, 60 * SECOND);
            assertEquals(1, append(1), "the log waits for a sink that has committed all of it");
        }
    }

    @Test
    void shouldEndTheJobNamingTheSinkWhenItFailsForTooLong()
    {
        try (Sinks sinks = open())
        {
            append(10);
            isEnded = true;
            bad.isGone = true;
            final UndeliveredException e =
                assertThrows(UndeliveredException.class, () -> work(sinks, 70 * SECOND));
            assertTrue(e.getMessage().startsWith("sink bad failed for longer than 60 s"), e.getMessage());
            assertTrue(e.getMessage().contains("the other side is gone"), e.getMessage());
            assertEquals(upTo(10), good.rows);
        }
        bad.isGone = false;
        try (Sinks sinks = open())
        {
            work(sinks, 5 * SECOND);
            assertTrue(sinks.isDone());
            assertEquals(upTo(10), bad.rows);
            assertEquals(upTo(10), good.rows);
            assertEquals(List.of(10L, 10L), List.of(sinks.results()[0].get(), sinks.results()[1].get()));
        }
    }

    @Test
    void shouldHoldTheLogBackForASinkThatWaitsAndNotForOneThatIsDetached()
    {
        for (final String policy : List.of("wait", "detach"))
        {
            final SinkAgentTest other = new SinkAgentTest();
            other.options = Map.of("sink.failure-policy", policy);
            try (Sinks sinks = other.open())
            {
                other.bad.isGone = true;
                int taken = 0;
                for (int i = 0; i < 200; i++)
                {
                    taken += other.append(50);
                    other.work(sinks, SECOND);
                }
                assertEquals(policy.equals("detach"), taken == 200 * 50, policy + ": " + taken + " rows taken");
                assertEquals(policy.equals("detach") ? 1 : 0, sinks.detachments().size());
                if (policy.equals("detach"))
                {
                    assertTrue(sinks.detachments().get(0).startsWith("sink bad is detached"));
                    assertEquals(upTo(other.appended), other.good.rows);
                    assertTrue(sinks.storedPosition() > CAPACITY);
                }
            }
            other.close();
        }
    }

    @Test
    void shouldDeliverAgainFromTheLastCommit()
    {
        for (final String guarantee : List.of("at-least-once", "none"))
        {
            final SinkAgentTest other = new SinkAgentTest();
            other.options = Map.of("sink.delivery-guarantee", guarantee);
            other.log.newReader(0);
            try (Sinks sinks = other.open())
            {
                other.append(10);
                other.work(sinks, 5 * SECOND);
                other.append(5);
                other.work(sinks, SECOND / 10);
                other.append(5);
                other.work(sinks, SECOND / 10);
                assertEquals(upTo(20), other.bad.rows);
            }
            try (Sinks sinks = other.open())
            {
                other.isEnded = true;
                other.work(sinks, 5 * SECOND);
                assertTrue(sinks.isDone());
                assertEquals(25, other.bad.rows.size(), guarantee);
                assertEquals(20, sinks.results()[1].get());
            }
            other.close();
        }
    }

    @Test
    void shouldPassOverWhatWasDeliveredBeforeTheLogLostItsEnd()
    {
        log.newReader(0);
        try (Sinks sinks = open())
        {
            append(10);
            work(sinks, 5 * SECOND);
        }
        final SinkAgentTest other = new SinkAgentTest();
        other.log.newReader(0);
        for (int run = 1; run <= 2; run++)
        {
            try (Sinks sinks = open(other.log))
            {
                other.append(6);
                isEnded = run == 2;
                work(sinks, SECOND / 10);
                assertEquals(isEnded, sinks.isDone());
                assertEquals(Math.max(10, other.appended), sinks.results()[0].get());
            }
        }
        assertEquals(upTo(12), good.rows);
        assertEquals(upTo(12), bad.rows);
        other.close();
    }

    @Test
    void shouldRefuseWhatCannotBePromised()
    {
        options = Map.of("sink.delivery-guarantee", "exactly-once", "connector", "print");
        assertTrue(String.valueOf(assertThrows(ConnectorException.class, this::open).getMessage())
            .contains("connector 'print' can't take rows back"));
        options = Map.of("sink.delivery-guarantee", "twice");
        assertTrue(String.valueOf(assertThrows(ConnectorException.class, this::open).getMessage())
            .contains("expected exactly-once, at-least-once or none"));
        options = Map.of("sink.failure-policy", "shrug");
        assertTrue(String.valueOf(assertThrows(ConnectorException.class, this::open).getMessage())
            .contains("expected wait or detach"));
        final ConnectorException e = assertThrows(ConnectorException.class, () -> DeliveryGuarantee.of(
            "t", Map.of("sink.delivery-guarantee", "exactly-once"), true, false));
        assertTrue(e.getMessage().contains("--state DIR"), e.getMessage());
        assertEquals(DeliveryGuarantee.EXACTLY_ONCE, DeliveryGuarantee.of("t", Map.of(), true, true));
        assertEquals(DeliveryGuarantee.AT_LEAST_ONCE, DeliveryGuarantee.of("t", Map.of(), false, true));
    }

    @Test
    void shouldEndTheJobAtOnceWhenWaitingCannotHelp()
    {
        try (Sinks sinks = open())
        {
            append(1);
            work(sinks, 2 * SECOND);
            state.replace("sinks/bad.position", new byte[]{1});
            bad.isGone = true;
            append(1);
            final @Nullable StorageException e = assertThrows(StorageException.class, () ->
            {
                work(sinks, SECOND / 100);
                bad.isGone = false;
                work(sinks, 10 * SECOND);
            });
            assertEquals(StorageException.Kind.DAMAGED, e.kind());
            assertFalse(sinks.isDone());
        }
    }
}
