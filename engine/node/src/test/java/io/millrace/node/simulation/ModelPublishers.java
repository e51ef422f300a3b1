package io.millrace.node.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.bridges.aeron.SessionsOver;
import io.millrace.client.FrameDescriptor;
import io.millrace.client.PublisherOver;
import io.millrace.client.RowPublisher;
import io.millrace.engine.connector.RecordHandler;
import io.millrace.engine.connector.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishers of a table, and the lines between them and the node: shipped publishers and shipped sessions, with a model
 * of what carries their messages. A connection keeps the order; when it is lost, so is the end of what was on its way,
 * and what is left of it may be read when the next one has begun. Outlives the nodes.
 *
 * <p><b>Threading:</b> one thread.
 */
final class ModelPublishers
{
    private static final int MAX_PAYLOAD = 400;
    private static final int MOST_ON_THE_WAY = 40;
    private static final int MAX_RECORD = 1024;
    private static final long MAX_AWAY_NS = 50_000_000;
    /** Of so many looks at a publisher that nobody knows any more, one has it begin anew. */
    private static final int SOON = 50;
    /** Of so many steps of a publisher, and of the node, connections are lost in a few. */
    private static final int[] CALMS = {100, 300, 1000, 10_000};

    private final ModelInput input;
    private final SplittableRandom random;
    private final LongSupplier nanoClock;
    private final FaultCounts counts;
    private final Trace trace;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final int calm;
    /** Of the node that is there, else null. */
    private ConnectedSource node;
    private final boolean rewinds;
    private boolean isSpared;
    private int lastSession;
    private long lastId;

    /**
     * @param random what is drawn of it changes nothing else of the run.
     */
    ModelPublishers(
        final ModelInput input, final SplittableRandom random, final LongSupplier nanoClock, final FaultCounts counts,
        final Trace trace)
    {
        this.input = input;
        this.random = random;
        this.nanoClock = nanoClock;
        this.counts = counts;
        this.trace = trace;
        calm = CALMS[random.nextInt(CALMS.length)];
        rewinds = !input.mayMiss() || random.nextBoolean();
        for (int partition = 1; partition < input.partitions().size(); partition++)
        {
            publishers.add(new Publisher(partition));
        }
    }

    /**
     * Another node comes; what was on its way to the one before is gone.
     *
     * @param spared whether connections last from now on.
     */
    Source newSource(final boolean spared)
    {
        isSpared = spared;
        return new ConnectedSource();
    }

    /** Lets one publisher do something. */
    void step()
    {
        publishers.get(random.nextInt(publishers.size())).step();
        if (connections.size() > publishers.size() && random.nextInt(50) == 0)
        {
            connections.removeIf(Connection::isOver);
        }
    }

    /** One way from a publisher to the node and back. */
    private final class Connection implements SessionsOver.Line
    {
        private final int sessionId = ++lastSession;
        private final Deque<byte[]> messages = new ArrayDeque<>();
        private final Deque<byte[]> answers = new ArrayDeque<>();
        /** Another one for each node. */
        private long id = ++lastId;
        private boolean isLost;
        private boolean isClosed;
        private long position;

        /** The publisher is gone from it: the end of what is on its way never comes, the rest may. */
        private void lose()
        {
            isLost = true;
            counts.add(Fault.CONNECTION_LOST);
            for (int lost = random.nextInt(messages.size() + 1); lost > 0; lost--)
            {
                messages.removeLast();
            }
            isClosed = messages.isEmpty() || random.nextInt(3) == 0;
        }

        private boolean isOver()
        {
            isClosed |= isLost;
            return isClosed;
        }

        /** The node is gone, or no longer hears: what it has not read is lost. */
        private void cut()
        {
            messages.clear();
            id = ++lastId;
        }

        @Override
        public long id()
        {
            return id;
        }

        @Override
        public int sessionId()
        {
            return sessionId;
        }

        @Override
        public boolean isClosed()
        {
            return isClosed;
        }

        @Override
        public byte[] peek()
        {
            return isClosed ? null : messages.peekFirst();
        }

        @Override
        public void take()
        {
            node.seen.onMessage(messages.removeFirst());
            if (isLost)
            {
                counts.add(Fault.CONNECTION_OVERLAPPED);
            }
        }
    }

    /** One publisher and those that come after it with its number. */
    private final class Publisher implements PublisherOver.Line
    {
        private final int partition;
        private final int retainedBytes = random.nextInt(3) == 0 ? 0 : 1 << random.nextInt(12, 16);
        private RowPublisher publisher;
        private Connection connection;
        private byte[] lastAnswer;
        private long generation;
        private long awayUntilNs;
        private boolean isDone;

        private Publisher(final int partition)
        {
            this.partition = partition;
        }

        private void step()
        {
            if (isDone)
            {
                return;
            }
            if (publisher == null)
            {
                publisher = PublisherOver.publisher(new RowPublisher.Context().publisherId(partition - 1)
                    .retainedBytes(retainedBytes).rewinds(rewinds), this, MAX_PAYLOAD);
                lastAnswer = null;
            }
            final int chance = isSpared ? calm : random.nextInt(calm);
            if (chance < 1 || isForgotten(publisher) && random.nextInt(SOON) == 0)
            {
                trace.say("publisher " + (partition - 1) + " dies");
                counts.add(Fault.PUBLISHER_DIED);
                reset();
                publisher = null;
            }
            else if (chance < 4)
            {
                trace.say("publisher " + (partition - 1) + " loses its connection");
                reset();
            }
            else
            {
                publish(publisher);
            }
        }

        /** Whether it has said all it can, and a node that is another one knows nothing of it. */
        private boolean isForgotten(final RowPublisher who)
        {
            return who.isReady() && who.expected() == FrameDescriptor.UNKNOWN &&
                who.nextSequence() >= input.partitions().get(partition).size();
        }

        private void publish(final RowPublisher to)
        {
            final List<ModelRow> rows = input.partitions().get(partition);
            checkHeard(to);
            final long next = to.nextSequence();
            final long nowNs = nanoClock.getAsLong();
            if (next >= rows.size() && to.acknowledged() == rows.size() && to.isReady())
            {
                trace.say("publisher " + (partition - 1) + " is done");
                isDone = true;
                input.leave(partition);
                to.close();
            }
            else if (next < 0 || next >= rows.size() || nowNs < input.quietUntilNs[partition] || random.nextInt(4) == 0)
            {
                to.poll();
            }
            else if (input.pausesBefore(partition, (int)next, nowNs))
            {
                counts.add(Fault.SOURCE_PAUSED);
            }
            else
            {
                final byte[] record = rows.get((int)next).text().getBytes(UTF_8);
                final long result = to.publish(new UnsafeBuffer(record), 0, record.length);
                if (result == RowPublisher.TOO_LONG || result == RowPublisher.REFUSED)
                {
                    throw new Violation("publisher " + (partition - 1) + ", row " + next + ": " + result + ", " +
                        to.reason());
                }
            }
        }

        @Override
        public long nowNs()
        {
            return nanoClock.getAsLong();
        }

        @Override
        public boolean isOpen()
        {
            if (connection == null && nanoClock.getAsLong() >= awayUntilNs)
            {
                connection = new Connection();
                connections.add(connection);
            }
            return connection != null;
        }

        @Override
        public long generation()
        {
            return generation;
        }

        @Override
        public void reset()
        {
            generation++;
            awayUntilNs = nanoClock.getAsLong() + (random.nextBoolean() ? 0 : random.nextLong(MAX_AWAY_NS));
            if (connection != null)
            {
                connection.lose();
                connection = null;
            }
        }

        @Override
        public boolean isConnected()
        {
            return connection != null && node != null;
        }

        @Override
        public int sessionId()
        {
            return connection.sessionId;
        }

        @Override
        public long send(final byte[] message)
        {
            if (connection == null)
            {
                return PublisherOver.CLOSED;
            }
            if (node == null)
            {
                return PublisherOver.NOT_CONNECTED;
            }
            if (connection.messages.size() >= MOST_ON_THE_WAY)
            {
                return PublisherOver.BACK_PRESSURED;
            }
            connection.messages.addLast(message);
            connection.position += message.length;
            return connection.position;
        }

        @Override
        public byte[] receive()
        {
            final byte[] answer =
                connection == null || random.nextInt(3) == 0 ? null : connection.answers.pollFirst();
            lastAnswer = answer == null ? lastAnswer : answer;
            return answer;
        }

        /** What it says of itself must be what it was told last. */
        private void checkHeard(final RowPublisher who)
        {
            if (lastAnswer == null)
            {
                return;
            }
            final UnsafeBuffer told = new UnsafeBuffer(lastAnswer);
            final int status = told.getInt(FrameDescriptor.ANSWER_STATUS_OFFSET);
            if ((status == FrameDescriptor.TAKEN || status == FrameDescriptor.RESEND) &&
                (who.missedByEngine() != told.getLong(FrameDescriptor.ANSWER_MISSED_OFFSET) ||
                who.repeatedToEngine() != told.getLong(FrameDescriptor.ANSWER_REPEATED_OFFSET)))
            {
                throw new Violation("publisher " + (partition - 1) + " says that " + who.missedByEngine() +
                    " rows are missing and " + who.repeatedToEngine() + " were repeated, and was told otherwise");
            }
            final long expected = told.getLong(FrameDescriptor.ANSWER_EXPECTED_OFFSET);
            if (expected != FrameDescriptor.UNKNOWN && who.acknowledged() > expected)
            {
                throw new Violation("publisher " + (partition - 1) + " believes its rows before " +
                    who.acknowledged() + " to be safe, and was told that those from " + expected + " are missing");
            }
        }
    }

    /** A node's end of the lines. */
    private final class ConnectedSource implements Source
    {
        private final SessionsOver sessions = new SessionsOver(
            input.table(), publishers.size(), !input.mayMiss(), MAX_RECORD, this::answer, trace::say);
        private final LineCounts seen = new LineCounts(input, counts, sessions);
        private final List<Partition> partitions = new ArrayList<>();

        private ConnectedSource()
        {
            connections.forEach(Connection::cut);
            node = this;
            sessions.partitions().forEach(shipped -> partitions.add(new ConnectedPartition(shipped)));
        }

        private boolean answer(final int sessionId, final byte[] answer)
        {
            seen.onAnswer(answer);
            for (final Connection connection : connections)
            {
                if (connection.sessionId == sessionId && !connection.isLost)
                {
                    connection.answers.addLast(answer);
                }
            }
            return random.nextInt(20) > 0;
        }

        @Override
        public List<? extends Partition> partitions()
        {
            return partitions;
        }

        @Override
        public boolean wantsAcknowledgement()
        {
            return !input.mayMiss();
        }

        @Override
        public int work()
        {
            if (!isSpared && random.nextInt(calm * 4) == 0)
            {
                trace.say("the node's connection is lost");
                counts.add(Fault.CONNECTION_LOST);
                sessions.leave();
                connections.forEach(Connection::cut);
            }
            final int work = sessions.work(connections, nanoClock.getAsLong());
            seen.check();
            return work;
        }

        @Override
        public void close()
        {
            sessions.close();
            if (node == this)
            {
                node = null;
            }
        }

        /** A partition that ends, as no shipped one does: with the rows of all publishers. */
        private final class ConnectedPartition implements Partition
        {
            private final Partition shipped;

            private ConnectedPartition(final Partition shipped)
            {
                this.shipped = shipped;
            }

            @Override
            public int poll(final RecordHandler handler, final int limit)
            {
                return shipped.poll(seen.watching(shipped.positionHigh(), handler), limit);
            }

            @Override
            public boolean isEnded()
            {
                return input.isEnding() || publishers.stream().allMatch(publisher ->
                    input.hasLeft(publisher.partition) || !input.mayMiss() &&
                    sessions.expected(publisher.partition - 1L) == input.partitions().get(publisher.partition).size());
            }

            @Override
            public boolean isAbsent()
            {
                return shipped.isAbsent();
            }

            @Override
            public void acknowledge(final long high, final long low)
            {
                shipped.acknowledge(high, low);
            }

            @Override
            public long positionHigh()
            {
                return shipped.positionHigh();
            }

            @Override
            public boolean isRereadable()
            {
                return shipped.isRereadable();
            }

            @Override
            public void readAgain(final long high, final long low, final byte[] bytes, final int length)
            {
                shipped.readAgain(high, low, bytes, length);
            }

            @Override
            public void resumeAfter(final long high, final long low)
            {
                seen.resumeAfter(high, low);
                shipped.resumeAfter(high, low);
            }

            @Override
            public String describe(final long high, final long low)
            {
                return shipped.describe(high, low);
            }

            @Override
            public long bytesRead()
            {
                return shipped.bytesRead();
            }
        }
    }
}
