package io.millrace.engine.upgrade;

import io.millrace.engine.plan.JobIdentity;
import io.millrace.engine.upgrade.Verdict.Kind;
import io.millrace.engine.upgrade.Verdict.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * Judges a changed job by what an earlier one said of itself: part by part, and as a whole. An operator goes on if its
 * state would be the same: same input, keys, window and aggregates; what is made of its results may change.
 */
public final class Upgrade
{
    private static final String NAME = "name";
    private static final String ROW = "row";
    private static final List<String> MEANING = List.of("input", "keys", "time", "window", "grouping", "aggregates");
    private static final String LAYOUT = "layout";
    private static final String RESULT = "result";

    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<DescribedPart> oldTables;
    private final List<DescribedPart> newTables;
    private final List<DescribedPart> oldOperators;
    private final List<DescribedPart> newOperators;
    private final List<DescribedPart> oldSinks;
    private final List<DescribedPart> newSinks;
    private final boolean isUnchanged;
    private final String obstacle;
    private final OperatorPairs operators;

    /**
     * Judges.
     *
     * @param old          {@link io.millrace.engine.plan.JobPlan#identity()} of the earlier job, other values
     *                     among it are passed over.
     * @param now          that of the changed job.
     * @param isReplayable whether a table of the changed job, by name, can be read from its beginning again.
     * @param isJournalWhole whether the journal holds everything since the beginning.
     */
    public Upgrade(final SortedMap<String, String> old, final SortedMap<String, String> now,
        final Predicate<String> isReplayable, final boolean isJournalWhole)
    {
        oldTables = DescribedPart.of(old, JobIdentity.TABLE, NAME);
        newTables = DescribedPart.of(now, JobIdentity.TABLE, NAME);
        oldOperators = DescribedPart.of(old, JobIdentity.OPERATOR, "id");
        newOperators = DescribedPart.of(now, JobIdentity.OPERATOR, "id");
        oldSinks = DescribedPart.of(old, JobIdentity.SINK, NAME);
        newSinks = DescribedPart.of(now, JobIdentity.SINK, NAME);
        isUnchanged = JobIdentity.meaning(old).equals(JobIdentity.meaning(now));
        obstacle = obstacle(isReplayable, isJournalWhole);
        operators = new OperatorPairs(oldOperators, newOperators);
        newTables.forEach(this::table);
        dropped(Part.TABLE, oldTables, newTables, "its position is forgotten");
        operators();
        newSinks.forEach(this::sink);
        dropped(Part.SINK, oldSinks, newSinks, "all its results have been delivered by then");
    }

    /** Why the changed job can't read its input from the beginning; empty where it can. */
    private String obstacle(final Predicate<String> isReplayable, final boolean isJournalWhole)
    {
        final List<String> journaled =
            newTables.stream().map(DescribedPart::name).filter(isReplayable.negate()).toList();
        if (journaled.isEmpty())
        {
            return "";
        }
        final String subject = String.join(", ", journaled) + " can't be read again and ";
        if (!isJournalWhole)
        {
            return subject + "the journal no longer holds the beginning";
        }
        if (oldTables.size() != newTables.size())
        {
            return subject + "the journal is of other tables";
        }
        for (int i = 0; i < newTables.size(); i++)
        {
            final DescribedPart old = oldTables.get(i);
            final DescribedPart now = newTables.get(i);
            if (!old.name().equals(now.name()))
            {
                return subject + "the journal has table " + old.name() + " where the job has " + now.name();
            }
            if (!old.isSame(ROW, now))
            {
                return subject + "the journal's rows of " + now.name() + " are (" +
                    DescribedPart.shown(old.value(ROW)) + "), the job's (" + DescribedPart.shown(now.value(ROW)) + ")";
            }
        }
        return "";
    }

    private void add(final Part part, final String name, final Kind kind, final List<String> reasons)
    {
        verdicts.add(new Verdict(part, name, kind, String.join("; ", reasons)));
    }

    private void addBroken(final Part part, final String name, final List<String> reasons)
    {
        final List<String> all = new ArrayList<>(reasons);
        if (!obstacle.isEmpty())
        {
            all.add(obstacle);
        }
        add(part, name, obstacle.isEmpty() ? Kind.NEEDS_REPLAY : Kind.INCOMPATIBLE, all);
    }

    private void dropped(
        final Part part, final List<DescribedPart> old, final List<DescribedPart> now, final String follows)
    {
        old.stream().filter(each -> DescribedPart.indexOf(now, each.name()) < 0)
            .forEach(each -> add(part, each.name(), Kind.DROPPED, List.of(follows)));
    }

    private void table(final DescribedPart table)
    {
        final int before = DescribedPart.indexOf(oldTables, table.name());
        if (before < 0)
        {
            add(Part.TABLE, table.name(), Kind.NEW, List.of("read from its beginning"));
            return;
        }
        final DescribedPart old = oldTables.get(before);
        final List<String> reasons = new ArrayList<>();
        if (!old.isSame(JobIdentity.CONNECTOR, table))
        {
            reasons.add(old.difference("connector", JobIdentity.CONNECTOR, table) +
                ": positions of one mean nothing to the other");
            addBroken(Part.TABLE, table.name(), reasons);
            return;
        }
        if (!old.isSame(JobIdentity.ROWS, table))
        {
            addBroken(Part.TABLE, table.name(), List.of("the job holds other rows of it than those that were read"));
            return;
        }
        for (final String key : List.of(ROW, "rowtime", "watermark"))
        {
            if (!old.isSame(key, table))
            {
                reasons.add(old.difference(key, key, table));
            }
        }
        reasons.addAll(old.optionDifferences(table));
        add(Part.TABLE, table.name(), Kind.COMPATIBLE, reasons);
    }

    private void sink(final DescribedPart sink)
    {
        final int before = DescribedPart.indexOf(oldSinks, sink.name());
        if (before < 0)
        {
            add(Part.SINK, sink.name(), Kind.NEW, List.of("gets results made from now on"));
            return;
        }
        final DescribedPart old = oldSinks.get(before);
        if (!old.isSame(JobIdentity.CONNECTOR, sink))
        {
            addBroken(Part.SINK, sink.name(), List.of(old.difference("connector", JobIdentity.CONNECTOR, sink) +
                ": under another name it would be a new sink"));
            return;
        }
        final List<String> reasons = new ArrayList<>();
        if (!old.isSame(ROW, sink))
        {
            reasons.add(old.difference("columns", ROW, sink) + ", from the next row on");
        }
        reasons.addAll(old.optionDifferences(sink));
        add(Part.SINK, sink.name(), Kind.COMPATIBLE, reasons);
    }

    private void operators()
    {
        final boolean isSameList = operators.isSameList();
        for (final DescribedPart operator : newOperators)
        {
            final int before = operators.oldOf(operator.index());
            if (before >= 0)
            {
                operator(oldOperators.get(before), operator, isSameList);
            }
            else if (isSameList || operators.isKeyed())
            {
                add(Part.OPERATOR, operator.name(), Kind.NEW,
                    List.of("begins empty: its first windows lack rows read before"));
            }
            else
            {
                addBroken(Part.OPERATOR, operator.name(), List.of(unkeyed()));
            }
        }
        for (final DescribedPart old : oldOperators)
        {
            if (operators.newOf(old.index()) < 0)
            {
                add(Part.OPERATOR, old.name(), Kind.DROPPED, List.of("its open windows are thrown away"));
            }
        }
    }

    private static String unkeyed()
    {
        return "aggregations came, went or changed places beside one without a key, whose partial results are " +
            "numbered by place";
    }

    private void operator(final DescribedPart old, final DescribedPart now, final boolean isSameList)
    {
        final List<String> reasons = new ArrayList<>();
        for (final String key : MEANING)
        {
            if (!old.isSame(key, now))
            {
                reasons.add(old.difference(key, key, now));
            }
        }
        if (reasons.isEmpty() && !old.isSame(LAYOUT, now))
        {
            reasons.add(old.difference("layout of this build", LAYOUT, now));
        }
        if (reasons.isEmpty() && !isSameList && !operators.isKeyed())
        {
            reasons.add(unkeyed());
        }
        if (!reasons.isEmpty())
        {
            addBroken(Part.OPERATOR, now.name(), reasons);
            return;
        }
        if (!old.isSame(RESULT, now))
        {
            reasons.add("its results change with the next window that closes");
        }
        add(Part.OPERATOR, now.name(), Kind.COMPATIBLE, reasons);
    }

    /** A verdict for each table, operator and sink of either job. */
    public List<Verdict> verdicts()
    {
        return List.copyOf(verdicts);
    }

    /** Whether the jobs are the same but for options and settings: the journal may be worked off by either. */
    public boolean isUnchanged()
    {
        return isUnchanged && isCompatible(false);
    }

    /**
     * Whether the changed job may go on from a checkpoint of the earlier one.
     *
     * @param isDropAllowed whether state of operators that are gone may be thrown away.
     */
    public boolean isCompatible(final boolean isDropAllowed)
    {
        return verdicts.stream().allMatch(verdict -> switch (verdict.kind())
        {
            case COMPATIBLE, NEW -> true;
            case DROPPED -> isDropAllowed || verdict.part() != Part.OPERATOR;
            case NEEDS_REPLAY, INCOMPATIBLE -> false;
        });
    }

    /** Why the changed job can't begin again with all of its input; empty where it can. */
    public String replayObstacle()
    {
        return obstacle;
    }

    /** Index of the earlier job's operator whose state an operator takes over, −1 where there is none. */
    int oldOperator(final int operator)
    {
        return operators.oldOf(operator);
    }

    /** Index of an operator of the changed job that takes over the state of an earlier one, or −1. */
    int newOperator(final int old)
    {
        return operators.newOf(old);
    }

    /** How many operators the changed job has. */
    int operatorCount()
    {
        return operators.count();
    }

    /** Index of a table of the changed job by its index in the earlier one, −1 where it is gone. */
    int newTable(final int old)
    {
        return old >= 0 && old < oldTables.size() ? DescribedPart.indexOf(newTables, oldTables.get(old).name()) : -1;
    }

    /** Whether state is thrown away. */
    boolean isDropping()
    {
        return verdicts.stream().anyMatch(
            verdict -> verdict.part() == Part.OPERATOR && verdict.kind() == Kind.DROPPED);
    }

    /** Names of the sinks that the earlier job had and this one has not. */
    public List<String> droppedSinks()
    {
        return names(oldSinks, newSinks);
    }

    /** Names of the sinks that the earlier job had not. */
    public List<String> newSinks()
    {
        return names(newSinks, oldSinks);
    }

    private static List<String> names(final List<DescribedPart> of, final List<DescribedPart> without)
    {
        return of.stream().map(DescribedPart::name).filter(name -> DescribedPart.indexOf(without, name) < 0).toList();
    }
}
